import { SmlDecoder } from '../core/sml/telegram.ts';
import { type SmlFault, type SmlFrame, SmlTransport } from '../core/sml/transport.ts';
import type { Reason } from '../core/wire/reasons.ts';
import { type LineSettings, type MeterSettings, settingsDefaults } from '../core/wire/settings.ts';
import type { Cancel, Ports, TimePort } from '../ports.ts';
import { SerialLink } from './serial-link.ts';
import { type SmlReaderProfile, SmlReadingTaker } from './sml-readings.ts';
import type { MeterSink, Source } from './source.ts';

export interface SmlSourceOptions {
  readonly time: TimePort;
  readonly line: LineSettings;
  readonly openSerial: Ports['openSerial'];
  readonly meter: {
    readonly settings: MeterSettings;
    readonly profile: SmlReaderProfile;
    readonly sink: MeterSink;
  };
  readonly log: Ports['log'];
}

/** Meters send each 1 to 2 s; so long without a telegram is a head that fell off. */
const leastSilenceMs = 5000;
const silentSamples = 3;

/** What a broken telegram is to those who ask why a value is missing; junk is none. */
const reasonOfFault: Readonly<Record<Exclude<SmlFault, 'junk'>, Reason>> = Object.freeze({
  restart: 'crc',
  escape: 'crc',
  crc: 'crc',
  alignment: 'crc',
  incomplete: 'crc',
  tooLong: 'crc',
  padding: 'malformed',
  version2: 'malformed',
});

/**
 * A smart meter's head: it pushes telegrams, the reader listens. Each good telegram is one sample, credited when
 * its last byte came; each broken one a failure. `hearing` while telegrams come, good or bad; `silent` after three
 * samples' time without one, and then a failure stands for each sample that is due.
 */
export function createSmlSource(options: SmlSourceOptions): Source {
  const { time, line, openSerial, meter, log } = options;
  const { settings, profile, sink } = meter;
  const sampleMs = settings.sampleMs ?? settingsDefaults.sampleMs;
  const silenceMs = Math.max(silentSamples * sampleMs, leastSilenceMs);
  const counts = {
    telegrams: 0,
    valid: 0,
    crcErrors: 0,
    broken: 0,
    malformed: 0,
    implausible: 0,
    unfit: 0,
    junkBytes: 0,
  };
  const decoder = new SmlDecoder();
  const taker = new SmlReadingTaker(profile);
  let state: 'stopped' | 'hearing' | 'silent' = 'stopped';
  let dueMs = 0;
  let cancelWatch: Cancel | undefined;
  let isPinTold = false;

  const heard = (): void => {
    counts.telegrams++;
    if (state === 'silent') log('info', `meter ${settings.id}: telegrams come again on line ${line.id}`);
    state = 'hearing';
    dueMs = time.ticksMs() + silenceMs;
  };

  const onFrame = (frame: SmlFrame): void => {
    heard();
    const ticksMs = time.ticksMs();
    const telegram = decoder.decode(frame.bytes, frame.start, frame.end);
    if (!telegram.ok) {
      if (telegram.error === 'sml.messageCrc') counts.crcErrors++;
      else counts.malformed++;
      sink.failed(ticksMs, telegram.error === 'sml.messageCrc' ? 'crc' : 'malformed');
      return;
    }
    counts.valid++;
    const { samples, implausible, unfit, isPinMissing } = taker.take(telegram.value);
    counts.implausible += implausible;
    counts.unfit += unfit;
    if (samples.length > 0) sink.samples(ticksMs, samples);
    if (implausible > 0) sink.failed(ticksMs, 'implausible');
    if (unfit > 0) sink.failed(ticksMs, 'malformed');
    if (isPinMissing && !isPinTold) {
      isPinTold = true;
      log(
        'warn',
        `meter ${settings.id}: it sends whole kWh and no power. Ask its operator for the PIN, enter it at the meter, and switch "InF" on there`,
      );
    }
  };

  const onFault = (fault: SmlFault, _offset: number, length: number): void => {
    if (fault === 'junk') {
      counts.junkBytes += length;
      return;
    }
    // What stopping cuts in two is no failure of the meter's.
    if (state === 'stopped') return;
    heard();
    if (fault === 'crc') counts.crcErrors++;
    else counts.broken++;
    sink.failed(time.ticksMs(), reasonOfFault[fault]);
  };

  const transport = new SmlTransport({ onFrame, onFault });
  const link = new SerialLink({
    time,
    line,
    openSerial,
    onBytes: bytes => transport.push(bytes),
    onClosed: () => transport.finish(),
    log,
  });

  const watch = (): void => {
    cancelWatch = time.after(Math.max(0, dueMs - time.ticksMs()), () => {
      if (time.ticksMs() >= dueMs) {
        const reason = link.closedReason ?? 'timeout';
        if (state === 'hearing' && link.closedReason === undefined)
          log('warn', `meter ${settings.id}: no telegram on line ${line.id} for ${silenceMs / 1000} s`);
        state = 'silent';
        sink.failed(time.ticksMs(), reason);
        dueMs += sampleMs;
      }
      watch();
    });
  };

  return {
    start() {
      if (state !== 'stopped') return;
      state = 'hearing';
      dueMs = time.ticksMs() + silenceMs;
      link.open();
      watch();
    },
    stop() {
      if (state === 'stopped') return;
      state = 'stopped';
      cancelWatch?.();
      link.close();
      transport.finish();
    },
    counters: () => ({ ...counts, opens: link.opens, closes: link.closes }),
    fault: () => link.fault,
  };
}
