import { randomBytes } from 'node:crypto';
import type { Appended } from '../lab/appended.ts';
import type { FleetCounts } from './fleet-counts.ts';
import { LoadCounts } from './journal.ts';
import type { Latencies } from './latencies.ts';
import { LightGateway } from './light-gateway.ts';
import { LightMeter, mixed } from './light-meter.ts';
import { LightWindows } from './light-windows.ts';

export interface FleetLogin {
  readonly gateway: string;
  readonly password: string;
}

export interface LightFleetOptions {
  readonly logins: readonly FleetLogin[];
  readonly broker: { readonly host: string; readonly port: number };
  readonly seed: number;
  readonly meters: number;
  /** Length of the windows, which go out as often. */
  readonly windowS: number;
  /** All first connections are made within this time. */
  readonly rampMs: number;
  /** What each gateway has in its journal when it comes. */
  readonly backlogS: number;
  /** All windows go out when they close, as where all clocks are exact; otherwise the gateways follow one another evenly. */
  readonly isTogether: boolean;
  readonly latencies: Latencies;
}

const tickMs = 20;
const healthEveryMs = 10_000;
const checkEveryMs = 1000;
const wrongKept = 20;

/** Thousands of light gateways in one process, all by one timer. */
export class LightFleet implements Appended {
  readonly #gateways: readonly LightGateway[];
  readonly #options: LightFleetOptions;
  readonly #counts = new LoadCounts();
  readonly #backlog: number;
  #timer: NodeJS.Timeout | undefined;
  #beganMs = 0;
  #lastMs = 0;
  #connected = 0;
  #isMeasuring = true;
  readonly #wrong: string[] = [];
  #byId: Map<string, LightGateway> | undefined;

  constructor(options: LightFleetOptions) {
    this.#options = options;
    const { logins, seed, meters, windowS, backlogS, broker } = options;
    this.#backlog = Math.floor(backlogS / windowS);
    const nowS = Math.floor(Date.now() / 1000 / windowS) * windowS;
    const fromS = nowS - this.#backlog * windowS;
    // By the clock that latencies are measured with.
    const wallMs = Date.now() - performance.now();
    this.#gateways = logins.map(({ gateway, password }, index) => {
      const own = Array.from({ length: meters }, (_, number) => new LightMeter(mixed(seed, index), number));
      const windows: LightWindows = new LightWindows(own, windowS, fromS, window =>
        window < this.#backlog ? undefined : windows.closesMs(window) + this.#lateMs(index) - wallMs,
      );
      windows.made = this.#backlog;
      let turn = 0;
      return new LightGateway({
        id: gateway,
        password,
        broker,
        epoch: randomBytes(8).toString('hex'),
        windows,
        counts: this.#counts,
        unit: () => mixed(mixed(seed, index), ++turn) / 2 ** 32,
      });
    });
  }

  start(): void {
    this.#beganMs = performance.now();
    this.#lastMs = Date.now();
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  /** Closes no window any more; what is in the journals goes on its way. */
  rest(): void {
    this.#isMeasuring = false;
  }

  /** Says good-bye for all. */
  stop(): void {
    clearInterval(this.#timer);
    for (const gateway of this.#gateways) gateway.stop();
  }

  get isSettled(): boolean {
    return this.#gateways.every(({ journal, windows }) => journal.acked === windows.records);
  }

  counts(): FleetCounts {
    this.#drain();
    const sum = (of: (gateway: LightGateway) => number) =>
      this.#gateways.reduce((total, gateway) => total + of(gateway), 0);
    const { hungUp, whyNot, resent, records, values } = this.#counts;
    const appended = sum(({ windows }) => windows.records);
    return {
      gateways: this.#gateways.length,
      online: sum(({ isOnline }) => Number(isOnline)),
      connects: sum(({ connects }) => connects),
      hungUp,
      refusals: sum(({ refusals }) => refusals),
      whyNot,
      appended,
      waiting: appended - sum(({ journal }) => journal.acked),
      resent,
      records,
      values,
      dropped: 0,
      wrong: this.#wrong,
    };
  }

  *gateways(): Iterable<string> {
    for (const { id } of this.#gateways) yield id;
  }

  records(id: string): Iterable<Uint8Array> {
    const gateway = this.#gateway(id);
    return gateway === undefined ? [] : gateway.windows.first(gateway.windows.made);
  }

  acknowledged(id: string): number {
    return this.#gateway(id)?.journal.acked ?? 0;
  }

  #gateway(id: string): LightGateway | undefined {
    this.#byId ??= new Map(this.#gateways.map(gateway => [gateway.id, gateway]));
    return this.#byId.get(id);
  }

  /** How long after its end a gateway's window goes out. */
  #lateMs(index: number): number {
    const { isTogether, logins, windowS } = this.#options;
    return isTogether ? 0 : (index * windowS * 1000) / logins.length;
  }

  #tick(): void {
    const { rampMs, windowS, logins } = this.#options;
    const nowMs = Date.now();
    const ticksMs = performance.now();
    const sinceMs = ticksMs - this.#beganMs;
    const due = rampMs === 0 ? logins.length : Math.floor((sinceMs / rampMs) * logins.length) + 1;
    for (; this.#connected < Math.min(due, logins.length); this.#connected++)
      this.#gateways[this.#connected]?.start();
    const [lastMs, windowMs] = [this.#lastMs, windowS * 1000];
    this.#lastMs = nowMs;
    for (const [index, gateway] of this.#gateways.entries()) {
      const fromMs = gateway.windows.closesMs(-1) + this.#lateMs(index);
      const window = Math.floor((nowMs - fromMs) / windowMs) - 1;
      if (this.#isMeasuring && window >= gateway.windows.made) gateway.closed(window);
      // Each at its own moment of the second, and of ten of them.
      const own = (index * 7919) % healthEveryMs;
      if (isPast(lastMs, nowMs, own, healthEveryMs)) gateway.sayHealth();
      if (isPast(lastMs, nowMs, own, checkEveryMs)) gateway.tick(ticksMs);
    }
    this.#drain();
  }

  #drain(): void {
    const { latenciesMs, wrong } = this.#counts;
    for (const ms of latenciesMs) this.#options.latencies.add(ms);
    latenciesMs.length = 0;
    this.#wrong.push(...wrong.slice(0, Math.max(wrongKept - this.#wrong.length, 0)));
    wrong.length = 0;
  }
}

/** Whether a moment that comes every `everyMs` lies between the two instants. */
const isPast = (lastMs: number, nowMs: number, ownMs: number, everyMs: number): boolean =>
  Math.floor((lastMs - ownMs) / everyMs) !== Math.floor((nowMs - ownMs) / everyMs);
