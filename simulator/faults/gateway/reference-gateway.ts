import { FlashJournal } from '#app/flash-journal.ts';
import { createGateway, type Gateway } from '#app/gateway.ts';
import { RamJournal } from '#app/ram-journal.ts';
import { decodeRecord } from '#core/wire/records.ts';
import type { FlashPort, MqttPort, TimePort } from '#ports';
import { DirectLines } from '../../gateway/direct-lines.ts';
import { nodePorts } from '../../gateway/node-ports.ts';
import { seededRandom } from '../../gateway/random.ts';
import type { SerialLine } from '../../line/serial-line.ts';
import { attachSlave } from '../../meters/modbus-slave.ts';
import { SmlHead } from '../../meters/sml-head.ts';
import type { TrueRecords } from './flat-records.ts';
import { referenceProfile, referenceQuantities, referenceSlave, wasShown } from './reference-meter.ts';

export interface ReferenceGatewayOptions {
  readonly id: string;
  /** Its meters are the units `unit`, `unit + 1`, … */
  readonly unit: number;
  readonly meters?: number;
  readonly time: TimePort;
  readonly mqtt: MqttPort;
  readonly windowS: number;
  readonly sampleMs: number;
  readonly truth: TrueRecords;
  /** A line that goes bit by bit, with all that can be wrong with one; absent: frames are delivered whole. */
  readonly line?: SerialLine;
  /** Of the journal; absent: it is in RAM. */
  readonly flash?: FlashPort;
  readonly seed: number;
  /** Its clock jumps: when a meter showed what it showed is not told by the times of windows. */
  readonly isClockWrong?: boolean;
  /** Its power is gone: what its code still does has not been done. */
  readonly isDead?: () => boolean;
}

const notesKept = 5;
const turnaroundMs = 15;

/**
 * The firmware's gateway with reference meters on a line that is delivered frame by frame. What it puts into its journal is
 * noted as the truth that a host has to have, and each value of it is held against what the meters showed.
 */
export class ReferenceGateway {
  readonly id: string;
  readonly gateway: Gateway;
  readonly log: string[] = [];
  readonly notes: string[] = [];
  readonly meterIds: readonly string[];
  values = 0;
  wrong = 0;
  /** Values that were not measured though its meters were there: of windows without a record, or without them. */
  unmeasured = 0;
  isOnline = false;
  /** A connection is being made: the host has to have the time for it that it needs. */
  isConnecting = false;
  /** Its newest record was being written, and may be missing if its power is gone. */
  isWriting = false;
  /** When it noticed last that its connection is gone. */
  offlineTicks = 0;
  /** The wall time of the meters' second 0. */
  readonly #originMs: number;
  readonly #unit: number;
  readonly #isLineWell: boolean;
  /** Where the newest window of each meter ends. */
  readonly #ends = new Map<string, number>();

  constructor(options: ReferenceGatewayOptions) {
    const {
      id,
      unit,
      meters = 8,
      time,
      windowS,
      sampleMs,
      truth,
      flash,
      seed,
      isDead = () => false,
    } = options;
    this.id = id;
    this.#unit = unit;
    this.#isLineWell = options.line === undefined && options.isClockWrong !== true;
    this.#originMs = (time.wallMs() ?? 0) - time.ticksMs();
    const profile = referenceProfile(24);
    const second = () => Math.floor(time.ticksMs() / 1000);
    const slaves = Array.from({ length: meters }, (_, index) =>
      referenceSlave(profile, index + 1, unit + index, second),
    );
    this.meterIds = slaves.map(({ address }) => `m${address}`);
    const direct = new DirectLines({
      time,
      rs485: { port: 'bus', slaves },
      ir: { port: 'none', head: new SmlHead({ read: () => 0 }), everyMs: 60_000 },
    });
    const { line } = options;
    if (line !== undefined) for (const slave of slaves) attachSlave(line, slave, time, turnaroundMs);
    const ports = nodePorts({
      broker: { host: '127.0.0.1', port: 0, username: id, password: '' },
      time,
      random: seededRandom(seed),
      openSerial: line === undefined ? direct.openSerial : (_line, { onBytes }) => line.connect({ onBytes }),
      ...(flash === undefined ? {} : { flash }),
      log: (level, text) => {
        this.log.push(`${level}: ${text}`);
        if (this.log.length > 20) this.log.shift();
      },
    });
    this.gateway = createGateway({
      id,
      ports: { ...ports, mqtt: this.#watched(options.mqtt, time, isDead) },
      settings: {
        version: 1,
        lines: [{ id: 'bus', kind: 'rs485', port: 'bus', baud: 9600 }],
        meters: slaves.map(({ address }) => ({
          id: `m${address}`,
          name: `Meter ${address}`,
          profile: profile.id,
          line: 'bus',
          address,
          windowS,
          sampleMs,
        })),
        profiles: [profile],
      },
    });
    const { journal } = this.gateway;
    if (!(journal instanceof FlashJournal || journal instanceof RamJournal))
      throw new Error('the journal is of a kind that is not known here');
    const append = journal.append.bind(journal);
    journal.append = record => {
      if (isDead()) return 0;
      truth.append(id, record);
      const untilS = options.isClockWrong ? Math.floor(time.ticksMs() / 1000) : undefined;
      this.#judge(record, sampleMs, untilS);
      this.isWriting = true;
      const sequence = append(record);
      this.isWriting = isDead();
      return sequence;
    };
    this.gateway.start();
  }

  get isDrained(): boolean {
    return this.gateway.journal.oldest === this.gateway.journal.next;
  }

  #watched(mqtt: MqttPort, time: TimePort, isDead: () => boolean): MqttPort {
    return {
      connect: (options, handlers) => {
        this.isConnecting = true;
        const connection = mqtt.connect(options, {
          onConnected: () => {
            this.isOnline = true;
            this.isConnecting = false;
            handlers.onConnected();
          },
          onMessage: (topic, payload) => handlers.onMessage(topic, payload),
          onClosed: why => {
            if (this.isOnline) this.offlineTicks = time.ticksMs();
            this.isOnline = false;
            this.isConnecting = false;
            handlers.onClosed(why);
          },
        });
        return {
          subscribe: topics => connection.subscribe(topics),
          publish: (...message) => {
            if (!isDead()) connection.publish(...message);
          },
          close: () => connection.close(),
        };
      },
    };
  }

  /** Each window has a record, also one in which nobody answered: with its reason. */
  #follows(meter: string, startMs: number, windowMs: number): void {
    const endMs = this.#ends.get(meter) ?? startMs;
    this.#ends.set(meter, startMs + windowMs);
    if (startMs === endMs) return;
    this.unmeasured += referenceQuantities.length * Math.ceil(Math.abs(startMs - endMs) / windowMs);
    if (this.notes.length < notesKept)
      this.notes.push(`${this.id}.${meter}: ${instant(startMs)} follows ${instant(endMs)}`);
  }

  /** Values that it should have by now: its meters are measured without end. */
  behind(nowMs: number, windowMs: number): number {
    // The window that is open, and the one that is just being closed.
    const late = this.meterIds.map(id => nowMs - (this.#ends.get(id) ?? this.#originMs) - 2 * windowMs);
    return (
      late.reduce((sum, ms) => sum + Math.max(0, Math.ceil(ms / windowMs)), 0) * referenceQuantities.length
    );
  }

  /** A held sample takes part in windows after its own for up to three intervals. */
  #judge(bytes: Uint8Array, sampleMs: number, untilS: number | undefined): void {
    const record = decodeRecord(bytes);
    if (!record.ok) throw new Error(record.detail);
    const { meter, startMs, windowS, values } = record.value;
    const fromS = Math.floor((startMs - this.#originMs) / 1000);
    const unit = this.#unit + Number(meter.slice(1)) - 1;
    if (untilS === undefined) this.#follows(meter, startMs, windowS * 1000);
    // On a line with which nothing is wrong its meters answer at once, whatever is wrong elsewhere.
    const absent = this.#isLineWell ? referenceQuantities.length - values.length : 0;
    this.unmeasured += absent;
    if (absent > 0 && this.notes.length < notesKept)
      this.notes.push(`${this.id}.${meter} at ${instant(startMs)}: ${absent} values were not measured`);
    for (const value of values) {
      this.values++;
      const shown = 'mean' in value ? [value.min, value.max, value.last] : [value.last];
      const isTrue = shown.every(number =>
        untilS === undefined
          ? wasShown(unit, value.quantity, number, fromS - (3 * sampleMs) / 1000 - 2, fromS + windowS)
          : wasShown(unit, value.quantity, number, 0, untilS),
      );
      if (isTrue) continue;
      this.wrong++;
      if (this.notes.length < notesKept)
        this.notes.push(`${this.id}.${meter} ${value.quantity} at ${instant(startMs)}: never ${shown}`);
    }
  }
}

const instant = (ms: number): string => new Date(ms).toISOString();
