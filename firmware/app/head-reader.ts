import { deepFreeze } from '../core/freeze.ts';
import type { TextFault, TextTelegram } from '../core/iec62056/text-transport.ts';
import { SmlDecoder } from '../core/sml/telegram.ts';
import type { SmlFault, SmlFrame } from '../core/sml/transport.ts';
import type { Reason } from '../core/wire/reasons.ts';
import { type LineSettings, type MeterSettings, settingsDefaults } from '../core/wire/settings.ts';
import type { Cancel, Ports, TimePort } from '../ports.ts';
import type { HeadProfile } from '../profiles/profile.ts';
import { HeadIdentity } from './head-identity.ts';
import { type HeadReadings, HeadReadingTaker } from './head-readings.ts';
import { HeadStream } from './head-stream.ts';
import { HeadTape, hearOn } from './head-tape.ts';
import { HeadWatch } from './head-watch.ts';
import { SerialLink } from './serial-link.ts';
import { SignOn } from './sign-on.ts';
import type { MeterSink, Source } from './source.ts';

export interface HeadSourceOptions {
  readonly time: TimePort;
  readonly line: LineSettings;
  readonly openSerial: Ports['openSerial'];
  readonly meter: {
    readonly settings: MeterSettings;
    readonly profile: HeadProfile;
    readonly sink: MeterSink;
  };
  readonly log: Ports['log'];
}

/** Meters send each 1 to 2 s; so long without a telegram is a head that fell off. */
const leastSilenceMs = 5000;
const silentSamples = 3;

type HeadFault = Exclude<SmlFault | TextFault, 'junk'>;

/** What a broken telegram is to those who ask why a value is missing, and what a person at the head is told of it. */
const faults: Readonly<Record<HeadFault, readonly [reason: Reason, words: string]>> = deepFreeze({
  restart: ['crc', 'a telegram began before the last one had ended: bytes were lost'],
  escape: ['crc', 'an escape of no known meaning: bytes were lost or changed'],
  crc: ['crc', 'the CRC of a telegram was wrong: bytes were lost or changed'],
  bcc: ['crc', 'the block check of a telegram was wrong: bytes were lost or changed'],
  parity: ['crc', 'the parity of a byte was wrong: bits were changed'],
  checkMissing: ['crc', 'a telegram had no CRC though its meter sends one: its end was lost'],
  alignment: ['crc', "a telegram's length was no multiple of 4: bytes were lost"],
  incomplete: ['crc', 'a telegram broke off'],
  tooLong: ['crc', 'a telegram had no end'],
  padding: ['malformed', "a telegram's padding was wrong"],
  form: ['malformed', 'a line of a telegram was no data set: bytes were lost or changed'],
  version2: ['malformed', 'SML transport version 2, which is not known here'],
});

const messageCrcWords = 'the CRC of a message was wrong: bytes were lost or changed';

/**
 * A smart meter's head, whatever it speaks (`head-stream.ts`): it pushes telegrams, or is asked for them where the profile
 * says so, and the reader listens. Each good telegram is one sample, credited when its last byte came; each broken one a
 * failure. `hearing` while telegrams come, good or bad; `silent` after three samples' time without one, and then a failure
 * stands for each sample that is due.
 */
export function createHeadSource(options: HeadSourceOptions): Source {
  const { time, line, openSerial, meter, log } = options;
  const { settings, profile, sink } = meter;
  const { signOnEveryMs } = profile;
  const sampleMs = settings.sampleMs ?? signOnEveryMs ?? settingsDefaults.sampleMs;
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
  const taker = new HeadReadingTaker(profile);
  const identity = new HeadIdentity();
  const watchHead = new HeadWatch();
  let state: 'stopped' | 'hearing' | 'silent' = 'stopped';
  let dueMs = 0;
  let cancelWatch: Cancel | undefined;
  let isPinTold = false;
  let lastSerial: string | undefined;
  /** Only while somebody looks. */
  let tape: HeadTape | undefined;

  const heard = (): void => {
    counts.telegrams++;
    if (state === 'silent') log('info', `meter ${settings.id}: telegrams come again on line ${line.id}`);
    state = 'hearing';
    dueMs = time.ticksMs() + silenceMs;
    signOn?.ended();
  };

  const failed = (count: 'crcErrors' | 'broken' | 'malformed', reason: Reason, words: string): void => {
    const ticksMs = time.ticksMs();
    counts[count]++;
    watchHead.note(ticksMs, count === 'crcErrors' ? 'crcErrors' : 'broken', words);
    sink.failed(ticksMs, reason);
  };

  const took = ({ samples, implausible, unfit, isPinMissing }: HeadReadings): void => {
    const ticksMs = time.ticksMs();
    counts.valid++;
    watchHead.note(ticksMs, 'telegrams');
    watchHead.isReduced = isPinMissing;
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

  const identified = (serial: string | undefined): void => {
    if (serial !== undefined) sink.identified?.(time.ticksMs(), { serial });
  };

  const onSml = (frame: SmlFrame, offset: number): void => {
    heard();
    const telegram = decoder.decode(frame.bytes, frame.start, frame.end);
    const isCrc = !telegram.ok && telegram.error === 'sml.messageCrc';
    const words = telegram.ok ? undefined : isCrc ? messageCrcWords : telegram.detail;
    tape?.tell(words === undefined ? 'telegram' : 'damaged', offset, frame.length, time.ticksMs(), words);
    if (telegram.ok) {
      identified(identity.ofSml(telegram.value));
      took(taker.ofSml(telegram.value));
    } else if (isCrc) failed('crcErrors', 'crc', messageCrcWords);
    else failed('malformed', 'malformed', telegram.detail);
  };

  const onText = ({ dataSets, check, length }: TextTelegram, offset: number): void => {
    heard();
    tape?.tell('telegram', offset, length, time.ticksMs());
    const serial = identity.ofText(dataSets);
    // Without a check a digit may be lost, and who seems to be another costs the counters their continuity.
    if (check !== 'none' || serial === lastSerial) identified(serial);
    lastSerial = serial;
    took(taker.ofText(dataSets));
  };

  const onFault = (fault: HeadFault, offset: number, length: number): void => {
    // What stopping cuts in two is no failure of the meter's.
    if (state === 'stopped') return;
    heard();
    const [reason, words] = faults[fault];
    tape?.tell('damaged', offset, length, time.ticksMs(), words);
    const isCheck = fault === 'crc' || fault === 'bcc' || fault === 'parity' || fault === 'checkMissing';
    failed(isCheck ? 'crcErrors' : 'broken', reason, words);
  };

  const stream = new HeadStream({
    onSml,
    onText,
    onFault,
    onJunk: (bytes, offset) => {
      counts.junkBytes += bytes;
      tape?.tell('noise', offset, bytes, time.ticksMs());
    },
    onIdentification: identification => signOn?.identified(identification),
  });
  const link = new SerialLink({
    time,
    line: { ...line, baud: line.baud ?? profile.defaults.baud },
    openSerial,
    onBytes: bytes => {
      watchHead.heard(time.ticksMs(), bytes.length);
      if (tape === undefined) stream.push(bytes);
      else hearOn(tape, stream, bytes, time.ticksMs());
    },
    onClosed: () => stream.finish(),
    log,
  });
  const signOn =
    signOnEveryMs === undefined
      ? undefined
      : new SignOn({
          time,
          baud: line.baud ?? profile.defaults.baud,
          everyMs: sampleMs,
          write: bytes => {
            tape?.tap.sentToHead(bytes, time.ticksMs());
            link.write(bytes);
          },
          retune: baud => link.retune(baud),
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
      signOn?.start();
      watch();
    },
    stop() {
      if (state === 'stopped') return;
      state = 'stopped';
      cancelWatch?.();
      signOn?.stop();
      link.close();
      stream.finish();
    },
    stepAtTicks: () => (state === 'stopped' ? Number.POSITIVE_INFINITY : dueMs),
    counters: () => ({ ...counts, opens: link.opens, closes: link.closes }),
    fault: () => link.fault,
    listenToHead(tap) {
      tape = tap && new HeadTape(tap, stream.byteLength);
    },
    head: () => watchHead.state(time.ticksMs(), stream.format),
  };
}
