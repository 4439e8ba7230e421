import type { MeterSink } from '#app/source.ts';
import type { Reason } from '#core/wire/reasons.ts';
import type { Cancel } from '#ports';
import { type Fault, fault } from '../../faults/fault.ts';
import type { ConnectorSource, SourceOptions } from '../connector.ts';
import { type Point, readPoints } from './points.ts';
import { TuyaSession } from './session.ts';
import { everyMsOf, pointsOf, portOf, type TuyaSettings } from './settings.ts';

const firstRetryMs = 1000;
const mostRetryMs = 60_000;

/** One device: connected as long as it runs, asked at its interval. */
export class TuyaSource implements ConnectorSource {
  readonly #options: SourceOptions<TuyaSettings>;
  readonly #sink: MeterSink | undefined;
  readonly #points: readonly Point[];
  readonly #everyMs: number;
  readonly #counts = { connects: 0, messages: 0, unreadable: 0 };
  #session: TuyaSession | undefined;
  #isRunning = false;
  #retryMs = firstRetryMs;
  #cancelRetry: Cancel | undefined;
  #cancelTurn: Cancel | undefined;
  #isHeard = false;
  #isRefused = false;
  #fault: Fault | undefined;
  #reason: Reason = 'timeout';

  constructor(options: SourceOptions<TuyaSettings>) {
    this.#options = options;
    this.#sink = options.sinks.get(options.settings.id);
    this.#points = pointsOf(options.settings);
    this.#everyMs = everyMsOf(options.settings);
  }

  start(): void {
    this.#isRunning = true;
    this.#connect();
    this.#turn();
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancelRetry?.();
    this.#cancelTurn?.();
    this.#session?.close();
    this.#session = undefined;
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counts };
  }

  fault(): Fault | undefined {
    return this.#fault;
  }

  isRefused(): boolean {
    return this.#isRefused;
  }

  /** A sample is due at the end of each interval: one in which nothing came is told as missing. */
  #turn(): void {
    const { time } = this.#options;
    this.#isHeard = false;
    this.#cancelTurn = time.after(this.#everyMs, () => {
      if (!this.#isHeard) {
        this.#sink?.failed(time.ticksMs(), this.#reason);
        if (this.#session !== undefined)
          this.#fault ??= fault('tuya.noPoints', { host: this.#options.settings.address });
      }
      this.#ask();
      this.#turn();
    });
  }

  #ask(): void {
    const numbers = [...new Set(this.#points.map(({ dp }) => dp))];
    this.#session?.ask(numbers);
  }

  #connect(): void {
    const { settings, time, random } = this.#options;
    const { address: host, deviceId, key, version } = settings;
    const own = { deviceId, key, version, time, random };
    this.#session = new TuyaSession({
      host,
      port: portOf(settings),
      ...own,
      onOpen: () => {
        this.#counts.connects++;
        this.#ask();
      },
      onValues: dps => this.#take(dps),
      onUnreadable: () => {
        this.#counts.unreadable++;
      },
      onOver: (why, reason) => this.#lost(why, reason),
    });
  }

  #take(dps: Readonly<Record<string, unknown>>): void {
    this.#counts.messages++;
    const { samples, unreadable } = readPoints(this.#points, dps);
    this.#counts.unreadable += unreadable;
    if (samples.length === 0) return;
    this.#isHeard = true;
    this.#isRefused = false;
    this.#fault = undefined;
    this.#reason = 'timeout';
    this.#retryMs = firstRetryMs;
    this.#sink?.samples(this.#options.time.ticksMs(), samples);
  }

  #lost(why: Fault, reason: Reason): void {
    this.#session = undefined;
    if (!this.#isRunning) return;
    this.#fault = why;
    this.#isRefused = true;
    this.#reason = reason;
    const { time, random } = this.#options;
    this.#cancelRetry = time.after(this.#retryMs * (0.75 + random.unit() / 2), () => this.#connect());
    this.#retryMs = Math.min(this.#retryMs * 2, mostRetryMs);
  }
}
