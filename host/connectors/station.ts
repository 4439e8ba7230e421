import { Clock, type ClockListener } from '#app/clock.ts';
import { Flight } from '#app/flight.ts';
import { Live } from '#app/live.ts';
import { Meter, type MeterForm } from '#app/meter.ts';
import type { NamedWindows } from '#app/named-windows.ts';
import { RamJournal } from '#app/ram-journal.ts';
import { recordParts } from '#app/record-parts.ts';
import { UndatedWindows } from '#app/undated.ts';
import { WindowTimer } from '#app/window-timer.ts';
import { limits } from '#core/limits.ts';
import { encodeMessage, type JsonChannel, type Message } from '#core/wire/messages.ts';
import type { WindowRecord } from '#core/wire/records.ts';
import { protocolVersion, type UpChannel } from '#core/wire/topics.ts';
import type { Cancel, RandomPort, TimePort } from '#ports';
import type { Fault } from '../faults/fault.ts';
import { type ConnectorMeter, type ConnectorSource, NotTakenNow, type WindowStore } from './connector.ts';

/** What waits for the disk: half an hour of the largest connector. More is dropped, and counted. */
const journalBytes = 4 * 1024 * 1024;
const healthEveryMs = 10_000;

export interface StationOptions {
  readonly id: string;
  /** The connector's, as `about` tells it. */
  readonly kind: string;
  readonly firmware: string;
  readonly time: TimePort;
  readonly random: RandomPort;
  /** Takes what a gateway would send. */
  readonly deliver: (channel: UpChannel, payload: Uint8Array) => void;
  /** Windows that a station of this id has named in this process. */
  readonly named: NamedWindows;
  /** End of the newest window of a meter on disk, UTC in ms; 0 where there is none. */
  readonly storedUntilMs: (meter: string) => number;
}

/** Windows of one `put`, until they are on disk. */
interface Waiting {
  readonly epoch: string;
  readonly upTo: number;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/** A message of a journal that another host keeps, until it is on disk. */
interface Handed {
  readonly epoch: string;
  readonly least: number;
  readonly done: (upTo: number) => void;
  readonly failed: (error: Error) => void;
}

/**
 * What stands for a gateway inside the host: the gateway's own meters, windows, journal and acknowledgement, in front of
 * the same intake. So what a connector reads is stored once, accounted for and shown as all else is.
 */
export class Station implements ClockListener, WindowStore {
  readonly id: string;
  readonly #options: StationOptions;
  readonly #clock: Clock;
  readonly #undated = new UndatedWindows();
  readonly #windowTimer: WindowTimer;
  readonly #journal: RamJournal;
  readonly #flight: Flight;
  readonly #live: Live;
  readonly #meters = new Map<string, { readonly form: ConnectorMeter; readonly meter: Meter }>();
  readonly #startedTicksMs: number;
  #settingsVersion = 0;
  #source: ConnectorSource | undefined;
  #brokenBy: Fault | undefined;
  #waiting: Waiting[] = [];
  readonly #handed = new Set<Handed>();
  #cancelHealth: Cancel | undefined;
  isOnline = false;

  constructor(options: StationOptions) {
    const { id, time, random } = options;
    this.id = id;
    this.#options = options;
    this.#clock = new Clock(time, this);
    this.#windowTimer = new WindowTimer(this.#clock, () => this.#all());
    this.#journal = new RamJournal(random, journalBytes);
    this.#flight = new Flight({
      time,
      journal: this.#journal,
      send: payload => options.deliver('records', payload),
      messageBytes: limits.mqttPacketUpBytes,
    });
    this.#live = new Live({
      clock: this.#clock,
      meters: () => this.#all(),
      publish: (channel, message) => this.#say(channel, message),
    });
    this.#startedTicksMs = time.ticksMs();
  }

  start(): void {
    this.isOnline = true;
    this.#clock.start();
    this.#say('status', { v: protocolVersion, state: 'online' });
    this.#flight.connected();
    this.#tellHealth();
  }

  /** Its open windows are given up, as a gateway's are: begun anew, they would be named a second time. */
  stop(): void {
    this.leave(undefined);
    this.#cancelHealth?.();
    for (const { meter } of this.#meters.values()) meter.stop();
    this.#meters.clear();
    this.#live.stop();
    this.#clock.stop();
    // What gathers is told at once: its journal ends with this process. What is on its way is known by its sequence.
    if (this.isOnline && this.recordsWaiting > 0) this.#flight.connected();
    this.#flight.disconnected();
    if (this.isOnline) this.#say('status', { v: protocolVersion, state: 'offline' });
    this.isOnline = false;
    for (const { failed } of this.#waiting.splice(0)) failed(new Error('the host is being shut down'));
    for (const { failed } of this.#handed)
      failed(new NotTakenNow('the source is being stopped; send it again later'));
    this.#handed.clear();
  }

  /** From now on it has these meters; windows of those that stay as they were go on. Gives where their samples go. */
  measure(forms: readonly ConnectorMeter[]): ReadonlyMap<string, Meter> {
    const wanted = new Map(forms.map(form => [form.id, form]));
    for (const [id, { form, meter }] of this.#meters) {
      const next = wanted.get(id);
      if (next !== undefined && next.windowS === form.windowS && next.sampleMs === form.sampleMs) continue;
      meter.finish();
      this.#meters.delete(id);
    }
    for (const form of forms) {
      const meter = this.#meters.get(form.id)?.meter ?? this.#begin(form);
      this.#meters.set(form.id, { form, meter });
    }
    this.#settingsVersion++;
    this.#tellAbout();
    return new Map([...this.#meters].map(([id, { meter }]) => [id, meter]));
  }

  /** Its source from now on; the one before is stopped first. */
  run(source: ConnectorSource): void {
    this.leave(undefined);
    this.#source = source;
    source.start();
  }

  /** Has no source, because of that. */
  leave(because: Fault | undefined): void {
    this.#source?.stop();
    this.#source = undefined;
    this.#brokenBy = because;
  }

  /** Records that are not on disk yet. */
  get recordsWaiting(): number {
    return this.#journal.next - this.#journal.oldest;
  }

  /** Why nothing is heard; undefined where something is. */
  get fault(): Fault | undefined {
    return this.#brokenBy ?? this.#source?.fault();
  }

  put(windows: readonly WindowRecord[]): Promise<void> {
    const records = windows.flatMap(window => recordParts(window, limits.journalRecordBytes));
    const bytes = records.reduce((sum, record) => sum + record.length + 2, 0);
    // The oldest would go to make room, and somebody else was promised that they stay.
    if (!this.isOnline || this.#journal.bytes + bytes > journalBytes)
      return Promise.reject(new NotTakenNow('more waits for the disk than can be kept; send it again later'));
    let upTo = this.#journal.next - 1;
    for (const record of records) upTo = this.#journal.append(record);
    this.#flight.appended();
    if (records.length === 0) return Promise.resolve();
    const { epoch } = this.#journal;
    return new Promise((done, failed) => {
      this.#waiting.push({ epoch, upTo, done, failed });
    });
  }

  /**
   * Gives a message of records to the intake as it came, under the epoch and the sequences of another host's journal. Resolves with
   * the sequence up to which that is on disk, once it is `least` or more. @throws NotTakenNow where that is not known in time
   */
  async hand(payload: Uint8Array, epoch: string, least: number, waitMs: number): Promise<number> {
    const { time, deliver } = this.#options;
    if (!this.isOnline) throw new NotTakenNow('the source is off');
    let cancel: Cancel = () => {};
    let handed: Handed | undefined;
    try {
      return await new Promise<number>((done, failed) => {
        cancel = time.after(waitMs, () =>
          failed(new NotTakenNow('it is not known to be on disk; send it again later')),
        );
        handed = { epoch, least, done, failed };
        this.#handed.add(handed);
        deliver('records', payload);
      });
    } finally {
      cancel();
      if (handed !== undefined) this.#handed.delete(handed);
    }
  }

  /** What the host says to a gateway. */
  acknowledge(ack: Message<'ack'>): void {
    const handed = [...this.#handed].filter(({ epoch }) => epoch === ack.epoch);
    for (const { least, done } of handed) if (least <= ack.sequence) done(ack.sequence);
    // Of that journal its host has the flight.
    if (handed.length > 0) return;
    this.#flight.acknowledge(ack);
    this.#waiting = this.#waiting.filter(({ epoch, upTo, done }) => {
      const isStored = epoch === ack.epoch && upTo <= ack.sequence;
      if (isStored) done();
      return !isStored;
    });
  }

  /** Somebody looks: newest values for so many seconds. */
  live(seconds: number): void {
    this.#live.ask(seconds);
  }

  synced(): void {
    const { offsetMs = 0 } = this.#clock;
    this.#undated.date(offsetMs, this.#options.named, window => this.#emit(window));
    for (const meter of this.#all()) meter.synced();
  }

  jumped(ticksMs: number): void {
    for (const meter of this.#all()) meter.jumped(ticksMs);
  }

  #all(): Meter[] {
    return [...this.#meters.values()].map(({ meter }) => meter);
  }

  #begin({
    id,
    windowS,
    sampleMs,
    isStoredBySource,
  }: MeterForm & Pick<ConnectorMeter, 'isStoredBySource'>): Meter {
    const { named, storedUntilMs } = this.#options;
    const untilMs = storedUntilMs(id);
    // A window that another run of the host told as far as it came is not begun anew.
    if (untilMs > 0) named.add(id, Math.max(untilMs - windowS * 1000, 0), untilMs);
    const meter = new Meter(
      {
        clock: this.#clock,
        named,
        undated: this.#undated,
        windowTimer: this.#windowTimer,
        emit: window => {
          if (isStoredBySource !== true) this.#emit(window);
        },
        onSamples: () => this.#live.sampled(),
        onIdentity: () => this.#tellAbout(),
      },
      { id, windowS, sampleMs },
    );
    meter.start();
    return meter;
  }

  #emit(window: WindowRecord): void {
    for (const record of recordParts(window, limits.journalRecordBytes)) this.#journal.append(record);
    this.#flight.appended();
  }

  #say<C extends JsonChannel & UpChannel>(channel: C, message: Message<C>): void {
    if (this.isOnline) this.#options.deliver(channel, encodeMessage(channel, message));
  }

  #tellAbout(): void {
    const { kind, firmware } = this.#options;
    this.#say('about', {
      v: protocolVersion,
      firmware,
      board: connectorBoard(kind),
      epoch: this.#journal.epoch,
      settingsVersion: this.#settingsVersion,
      meters: [...this.#meters.values()].map(({ form, meter }) => {
        const { id, name, profile, windowS, sampleMs, series } = form;
        const { identity } = meter;
        const told = Object.keys(identity).length === 0 ? {} : { identity };
        return { id, name, profile, line: kind, windowS, sampleMs, series: [...series], ...told };
      }),
    });
  }

  #tellHealth(): void {
    this.#cancelHealth = this.#options.time.after(healthEveryMs, () => this.#tellHealth());
    const { kind, time } = this.#options;
    const { fault } = this;
    const { sent, resent, acknowledged, strayAcks } = this.#flight;
    const { next, oldest, bytes, capacityBytes, dropped } = this.#journal;
    this.#say('health', {
      v: protocolVersion,
      uptimeS: Math.floor((time.ticksMs() - this.#startedTicksMs) / 1000),
      clock: this.#clock.offsetMs === undefined ? 'unsynced' : 'synced',
      journal: { records: next - oldest, bytes, capacityBytes, dropped },
      uplink: { connects: 1, sent, resent, acknowledged },
      undatedDropped: this.#undated.dropped,
      clockJumps: this.#clock.jumps,
      refusedMessages: strayAcks,
      meters: Object.fromEntries(this.#all().map(meter => [meter.id, meter.health()])),
      lines: { [kind]: { ...this.#source?.counters() } },
      lineFaults: fault === undefined ? {} : { [kind]: fault.message.slice(0, limits.faultCharacters) },
    });
  }
}

/** What `about` names as the board of a connector: no gateway's board is called so. */
export const connectorBoard = (kind: string): string => `connector/${kind}`;
