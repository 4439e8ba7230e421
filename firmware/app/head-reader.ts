import { deepFreeze } from '../core/freeze.ts';
import type { TextFault, TextTelegram } from '../core/iec62056/text-transport.ts';
import { SmlDecoder, type SmlTaker } from '../core/sml/telegram.ts';
import type { SmlFault, SmlFrame } from '../core/sml/transport.ts';
import type { SmlValue } from '../core/sml/value.ts';
import type { Reason } from '../core/wire/reasons.ts';
import type { LineSettings, MeterSettings } from '../core/wire/settings.ts';
import type { Cancel, Ports, TimePort } from '../ports.ts';
import type { HeadProfile } from '../profiles/profile.ts';
import { sampleMsOf } from '../profiles/registry.ts';
import { HeadIdentity } from './head-identity.ts';
import { type HeadReadings, HeadReadingTaker } from './head-readings.ts';
import { HeadStream, type HeadStreamHandlers } from './head-stream.ts';
import { type HeadTap, HeadTape, hearOn } from './head-tape.ts';
import { type HeadState, HeadWatch } from './head-watch.ts';
import { type LinkOwner, SerialLink } from './serial-link.ts';
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
export const createHeadSource = (options: HeadSourceOptions): Source => new HeadReader(options);

/** What was counted since the start, for the health message. */
class HeadCounts {
  telegrams = 0;
  valid = 0;
  crcErrors = 0;
  broken = 0;
  malformed = 0;
  implausible = 0;
  unfit = 0;
  junkBytes = 0;
}

class HeadReader implements Source, HeadStreamHandlers, SmlTaker, LinkOwner {
  readonly #options: HeadSourceOptions;
  readonly #counts = new HeadCounts();
  readonly #decoder = new SmlDecoder(this);
  readonly #taker: HeadReadingTaker;
  readonly #identity = new HeadIdentity();
  readonly #watch = new HeadWatch();
  readonly #stream: HeadStream;
  readonly #link: SerialLink;
  readonly #signOn: SignOn | undefined;
  readonly #sampleMs: number;
  readonly #silenceMs: number;
  #state: 'stopped' | 'hearing' | 'silent' = 'stopped';
  #dueMs = 0;
  #cancelWatch: Cancel | undefined;
  #isPinTold = false;
  #lastSerial: string | undefined;
  /** Only while somebody looks. */
  #tape: HeadTape | undefined;

  constructor(options: HeadSourceOptions) {
    const { time, line, meter } = options;
    const { settings, profile } = meter;
    const { signOnEveryMs } = profile;
    const baud = line.baud ?? profile.defaults.baud;
    this.#options = options;
    this.#sampleMs = sampleMsOf(settings, profile);
    this.#silenceMs = Math.max(silentSamples * this.#sampleMs, leastSilenceMs);
    this.#taker = new HeadReadingTaker(profile);
    this.#stream = new HeadStream(this);
    this.#link = new SerialLink(options, { ...line, baud }, this);
    if (signOnEveryMs !== undefined) {
      this.#signOn = new SignOn({
        time,
        baud,
        everyMs: this.#sampleMs,
        write: bytes => {
          this.#tape?.tap.sentToHead(bytes, time.ticksMs());
          this.#link.write(bytes);
        },
        retune: speed => this.#link.retune(speed),
      });
    }
  }

  start(): void {
    if (this.#state !== 'stopped') return;
    this.#state = 'hearing';
    this.#dueMs = this.#options.time.ticksMs() + this.#silenceMs;
    this.#link.open();
    this.#signOn?.start();
    this.watch();
  }

  stop(): void {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    this.#cancelWatch?.();
    this.#signOn?.stop();
    this.#link.close();
    this.#stream.finish();
  }

  stepAtTicks(): number {
    return this.#state === 'stopped' ? Number.POSITIVE_INFINITY : this.#dueMs;
  }

  counters(): Readonly<Record<string, number>> {
    const { opens, closes } = this.#link;
    return { ...this.#counts, opens, closes };
  }

  fault(): string | undefined {
    return this.#link.fault;
  }

  listenToHead(tap: HeadTap | undefined): void {
    this.#tape = tap && new HeadTape(tap, this.#stream.byteLength);
  }

  head(): HeadState {
    return this.#watch.state(this.#options.time.ticksMs(), this.#stream.format);
  }

  onBytes(bytes: Uint8Array): void {
    const ticksMs = this.#options.time.ticksMs();
    this.#watch.heard(ticksMs, bytes.length);
    if (this.#tape === undefined) this.#stream.push(bytes);
    else hearOn(this.#tape, this.#stream, bytes, ticksMs);
  }

  onClosed(): void {
    this.#stream.finish();
  }

  onSml(frame: SmlFrame, offset: number): void {
    this.heard();
    this.#taker.beginSml();
    this.#identity.beginSml();
    const telegram = this.#decoder.decode(frame.bytes, frame.start, frame.end);
    const isCrc = !telegram.ok && telegram.error === 'sml.messageCrc';
    const words = telegram.ok ? undefined : isCrc ? messageCrcWords : telegram.detail;
    this.tell(words === undefined ? 'telegram' : 'damaged', offset, frame.length, words);
    if (telegram.ok) {
      this.identified(this.#identity.ofSml());
      this.took(this.#taker.ofSml(telegram.value.status));
    } else if (isCrc) this.failed('crcErrors', 'crc', messageCrcWords);
    else this.failed('malformed', 'malformed', telegram.detail);
  }

  onValue(value: SmlValue, bytes: Uint8Array): void {
    this.#taker.onValue(value);
    this.#identity.onValue(value, bytes);
  }

  onText({ dataSets, check, length }: TextTelegram, offset: number): void {
    this.heard();
    this.tell('telegram', offset, length);
    const serial = this.#identity.ofText(dataSets);
    // Without a check a digit may be lost, and who seems to be another costs the counters their continuity.
    if (check !== 'none' || serial === this.#lastSerial) this.identified(serial);
    this.#lastSerial = serial;
    this.took(this.#taker.ofText(dataSets));
  }

  onFault(fault: HeadFault, offset: number, length: number): void {
    // What stopping cuts in two is no failure of the meter's.
    if (this.#state === 'stopped') return;
    this.heard();
    const [reason, words] = faults[fault];
    this.tell('damaged', offset, length, words);
    const isCheck = fault === 'crc' || fault === 'bcc' || fault === 'parity' || fault === 'checkMissing';
    this.failed(isCheck ? 'crcErrors' : 'broken', reason, words);
  }

  onJunk(bytes: number, offset: number): void {
    this.#counts.junkBytes += bytes;
    this.tell('noise', offset, bytes);
  }

  onIdentification(identification: string): void {
    this.#signOn?.identified(identification);
  }

  private heard(): void {
    const { time, log, line, meter } = this.#options;
    this.#counts.telegrams++;
    if (this.#state === 'silent') {
      log('info', `meter ${meter.settings.id}: telegrams come again on line ${line.id}`);
    }
    this.#state = 'hearing';
    this.#dueMs = time.ticksMs() + this.#silenceMs;
    this.#signOn?.ended();
  }

  private tell(is: 'telegram' | 'damaged' | 'noise', offset: number, length: number, words?: string): void {
    this.#tape?.tell(is, offset, length, this.#options.time.ticksMs(), words);
  }

  private failed(count: 'crcErrors' | 'broken' | 'malformed', reason: Reason, words: string): void {
    const ticksMs = this.#options.time.ticksMs();
    this.#counts[count]++;
    this.#watch.note(ticksMs, count === 'crcErrors' ? 'crcErrors' : 'broken', words);
    this.#options.meter.sink.failed(ticksMs, reason);
  }

  private took({ samples, implausible, unfit, isPinMissing }: HeadReadings): void {
    const { time, log, meter } = this.#options;
    const { settings, sink } = meter;
    const ticksMs = time.ticksMs();
    this.#counts.valid++;
    this.#watch.note(ticksMs, 'telegrams');
    this.#watch.isReduced = isPinMissing;
    this.#counts.implausible += implausible;
    this.#counts.unfit += unfit;
    if (samples.length > 0) sink.samples(ticksMs, samples);
    if (implausible > 0) sink.failed(ticksMs, 'implausible');
    if (unfit > 0) sink.failed(ticksMs, 'malformed');
    if (isPinMissing && !this.#isPinTold) {
      this.#isPinTold = true;
      log(
        'warn',
        `meter ${settings.id}: it sends whole kWh and no power. Ask its operator for the PIN, enter it at the meter, and switch "InF" on there`,
      );
    }
  }

  private identified(serial: string | undefined): void {
    const { time, meter } = this.#options;
    if (serial !== undefined) meter.sink.identified?.(time.ticksMs(), { serial });
  }

  private watch(): void {
    const { time } = this.#options;
    this.#cancelWatch = time.after(Math.max(0, this.#dueMs - time.ticksMs()), () => {
      if (time.ticksMs() >= this.#dueMs) this.missed();
      this.watch();
    });
  }

  private missed(): void {
    const { time, log, line, meter } = this.#options;
    const { closedReason } = this.#link;
    if (this.#state === 'hearing' && closedReason === undefined) {
      log(
        'warn',
        `meter ${meter.settings.id}: no telegram on line ${line.id} for ${this.#silenceMs / 1000} s`,
      );
    }
    this.#state = 'silent';
    meter.sink.failed(time.ticksMs(), closedReason ?? 'timeout');
    this.#dueMs += this.#sampleMs;
  }
}
