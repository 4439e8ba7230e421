import { readFileSync } from 'node:fs';
import type { HostCalls, HostFigures } from './bench-host.ts';
import { CalledProcess } from './calls.ts';
import type { CatchUpPlan } from './load/catch-up.ts';
import type { FleetPlan } from './load/fleet.ts';
import type { LoadCalls } from './load/load.ts';
import { CpuWatch, rssMb } from './machine.ts';
import { pause } from './numbers.ts';

/** One round of a load on a host. Shares are of one core. */
export interface RoundFigures {
  readonly valuesPerSecond: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly ackMaxMs: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  readonly rssMb: number;
  readonly hostCores: number;
  /** Values for each second of a core that the host had: what is left of a comparison where others work beside it. */
  readonly valuesPerHostCore: number;
  readonly generatorCores: number;
  readonly otherCores: number;
}

export interface Shape {
  readonly warmUpMs: number;
  readonly roundMs: number;
  readonly rounds: number;
}

type Plan = Omit<CatchUpPlan, 'port' | 'logins'> | Omit<FleetPlan, 'port' | 'logins'>;

/** A socket each, and what two processes have beside them. */
const filesBeside = 200;

/** A host and a generator, each a process of its own. */
export class HostUnderLoad {
  connectMs = 0;
  readonly #gateways: readonly string[];
  readonly #host = new CalledProcess<HostCalls>(new URL('./bench-host.js', import.meta.url));
  readonly #load = new CalledProcess<LoadCalls>(new URL('./load/load.js', import.meta.url));
  #port = 0;
  #passwords: Readonly<Record<string, string>> = {};
  #resent = 0;
  #hungUp = 0;
  #ackedRecords = 0;

  private constructor(gateways: number) {
    this.#gateways = Array.from({ length: gateways }, (_, index) => `gateway-${index + 1}`);
  }

  static async start(dataDir: string, gateways: number): Promise<HostUnderLoad> {
    const most = openFilesMost();
    if (gateways + filesBeside > most) {
      throw new Error(
        `${gateways} gateways need ${gateways + filesBeside} open files and ${most} are allowed; ` +
          `run "ulimit -n ${gateways + filesBeside}" before, or give fewer: --gateways ${most - filesBeside}`,
      );
    }
    const host = new HostUnderLoad(gateways);
    const { mqttPort, passwords } = await host.#host.call('start', { dataDir, gateways: host.#gateways });
    host.#port = mqttPort;
    host.#passwords = passwords;
    return host;
  }

  /** Prepares, warms up and measures some rounds. */
  async run({ warmUpMs, roundMs, rounds }: Shape, plan: Plan): Promise<RoundFigures[]> {
    const logins = this.#gateways.map(gateway => ({ gateway, password: this.#passwords[gateway] ?? '' }));
    const prepared = await this.#load.call('prepare', { ...plan, port: this.#port, logins });
    this.connectMs = prepared.prepareMs;
    await this.#load.call('start', null);
    await pause(warmUpMs);
    this.#note('warm-up', await this.#load.call('take', null), await this.#host.call('take', null));
    const figures: RoundFigures[] = [];
    const cpu = new CpuWatch(this.#host.pid, this.#load.pid);
    for (let round = 1; round <= rounds; round++) {
      await pause(roundMs);
      const load = await this.#load.call('take', null);
      const { shares, others } = cpu.take();
      const host = await this.#host.call('take', null);
      this.#note(`round ${round} (others took ${others.toFixed(2)} cores)`, load, host);
      figures.push({
        valuesPerSecond: load.values / load.seconds,
        ackP50Ms: load.ackP50Ms,
        ackP99Ms: load.ackP99Ms,
        ackMaxMs: load.ackMaxMs,
        loopP99Ms: host.loopP99Ms,
        loopMaxMs: host.loopMaxMs,
        rssMb: rssMb(this.#host.pid),
        hostCores: shares[0] ?? 0,
        valuesPerHostCore: load.values / load.seconds / (shares[0] ?? 0),
        generatorCores: shares[1] ?? 0,
        otherCores: others,
      });
    }
    return figures;
  }

  /**
   * Ends the load and the host, and proves what was acknowledged against the database as it is on disk.
   * @throws Error where it is not exactly what was sent.
   */
  async end(epoch: string): Promise<Record<string, number>> {
    const acked = await this.#load.call('settle', null);
    this.#note('rest', await this.#load.call('take', null), undefined);
    const host = await this.#host.call('take', null);
    await this.#load.end();
    const { watermarks, closeMs } = await this.#host.call('reopen', { gateways: this.#gateways, epoch });
    await this.#host.end();
    const wrong = this.#gateways.filter(gateway => watermarks[gateway] !== acked[gateway]);
    if (wrong.length > 0) throw new Error(`${wrong.length} journals are not stored as far as acknowledged`);
    if (host.records !== this.#ackedRecords) {
      throw new Error(`${this.#ackedRecords} records were acknowledged and ${host.records} stored`);
    }
    const { duplicates, outOfOrder, lost, malformed, implausible, deferred } = host;
    return {
      records: host.records,
      resent: this.#resent,
      hungUp: this.#hungUp,
      duplicates,
      outOfOrder,
      lost,
      malformed,
      implausible,
      deferred,
      closeMs: Math.round(closeMs),
    };
  }

  #note(what: string, load: LoadCalls['take']['gives'], host: HostFigures | undefined): void {
    this.#resent += load.resent;
    this.#hungUp += load.hungUp;
    this.#ackedRecords += load.records;
    const perSecond = Math.round(load.values / load.seconds);
    console.log(
      `${what}: ${perSecond} values/s, acknowledged in ${load.ackP50Ms.toFixed(0)} ms, p99 ${load.ackP99Ms.toFixed(0)}, ` +
        `most ${load.ackMaxMs.toFixed(0)}; resent ${load.resent}` +
        (host ? `; event loop p99 ${host.loopP99Ms.toFixed(0)} ms, most ${host.loopMaxMs.toFixed(0)}` : ''),
    );
  }
}

/** How many files a process may have open; a child takes it from us. */
function openFilesMost(): number {
  try {
    const line = /Max open files\s+(\d+|unlimited)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return line === undefined || line === 'unlimited' ? Number.POSITIVE_INFINITY : Number(line);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
