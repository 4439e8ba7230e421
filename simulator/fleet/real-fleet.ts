import { setTimeout as pause } from 'node:timers/promises';
import { AppendedRecords } from '../lab/appended.ts';
import type { FleetCounts } from './fleet-counts.ts';
import type { LightFleetOptions } from './light-fleet.ts';
import { mixed } from './light-meter.ts';
import { RealGateway } from './real-gateway.ts';

export interface RealFleetOptions
  extends Pick<
    LightFleetOptions,
    'logins' | 'broker' | 'seed' | 'meters' | 'windowS' | 'rampMs' | 'latencies'
  > {
  readonly sampleMs: number;
}

/** The firmware's own gateways, hundreds of them in one process, in real time. */
export class RealFleet {
  readonly truth = new AppendedRecords();
  readonly #gateways: readonly RealGateway[];
  readonly #rampMs: number;
  /** The last sequence of each that is waited for. */
  #untilRest: readonly number[] = [];
  #isStopped = false;

  constructor(options: RealFleetOptions) {
    const { logins, seed, rampMs, ...rest } = options;
    this.#rampMs = rampMs;
    this.#gateways = logins.map(
      ({ gateway, password }, index) =>
        new RealGateway({ ...rest, id: gateway, password, seed: mixed(seed, ~index), truth: this.truth }),
    );
    // Of each it is known how far it is acknowledged, even where nothing is yet.
    for (const { id } of this.#gateways) this.truth.acknowledge(id, 0);
  }

  start(): void {
    void this.#ramp();
  }

  /** What is measured from here on is not waited for: the firmware measures as long as it runs. */
  rest(): void {
    this.#untilRest = this.#gateways.map(({ appended }) => appended);
  }

  /** All from before `rest` is acknowledged. */
  get isSettled(): boolean {
    return this.#gateways.every(({ acked }, index) => acked >= (this.#untilRest[index] ?? 0));
  }

  /** Stops measuring and says good-bye; what is in the journals and not acknowledged stays there. */
  stop(): void {
    this.#isStopped = true;
    for (const { gateway } of this.#gateways) gateway.stop();
  }

  counts(): FleetCounts {
    const sum = (of: (gateway: RealGateway) => number) =>
      this.#gateways.reduce((total, gateway) => total + of(gateway), 0);
    return {
      gateways: this.#gateways.length,
      online: sum(({ isOnline }) => Number(isOnline)),
      connects: sum(({ connects }) => connects),
      hungUp: sum(({ hungUp }) => hungUp),
      refusals: sum(({ refusals }) => refusals),
      whyNot: this.#gateways.find(({ whyNot }) => whyNot !== '')?.whyNot ?? '',
      appended: sum(({ appended }) => appended),
      waiting: sum(({ waiting }) => waiting),
      resent: sum(({ resent }) => resent),
      records: sum(({ acked }) => acked),
      values: sum(({ values }) => values),
      dropped: sum(({ dropped }) => dropped),
      wrong: this.#gateways.flatMap(({ wrong }) => wrong),
    };
  }

  async #ramp(): Promise<void> {
    const eachMs = this.#rampMs / Math.max(this.#gateways.length, 1);
    const beganMs = performance.now();
    for (const [index, { gateway }] of this.#gateways.entries()) {
      const leftMs = beganMs + index * eachMs - performance.now();
      if (leftMs > 1) await pause(leftMs);
      if (this.#isStopped) return;
      gateway.start();
    }
  }
}
