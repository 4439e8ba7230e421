import { setTimeout as pause } from 'node:timers/promises';
import type { Appended } from '../lab/appended.ts';
import type { HostApi } from '../lab/host-api.ts';
import { addGateways } from '../lab/lab.ts';
import type { ProcessFigures } from '../lab/process-figures.ts';
import { compareStored, type StoredCounts } from '../lab/stored.ts';
import { type FleetCounts, sumOf } from './fleet-counts.ts';
import { Latencies } from './latencies.ts';
import { type FleetLogin, LightFleet } from './light-fleet.ts';
import { RealFleet } from './real-fleet.ts';

export interface FleetPlan {
  /** Light ones, and ones with the firmware's own code. */
  readonly gateways: number;
  readonly real: number;
  /** Their ids are `name-1`, `name-2`, … and `name-real-1`, … */
  readonly name: string;
  readonly seed: number;
  readonly meters: number;
  readonly windowS: number;
  readonly sampleMs: number;
  readonly rampS: number;
  readonly backlogS: number;
  readonly isTogether: boolean;
  /** How long they measure once all had the time to connect. */
  readonly measureS: number;
}

/** The host that they load. */
export interface FleetHost {
  readonly api: HostApi;
  readonly broker: { readonly host: string; readonly port: number };
  /** What its process costs, where it is our own. */
  readonly figures?: () => ProcessFigures;
}

/** What a fleet is at, for whoever watches. */
export type FleetStage = 'credentials' | 'connecting' | 'measuring' | 'settling' | 'comparing';

export interface FleetProgress {
  readonly stage: FleetStage;
  readonly done: number;
  readonly of: number;
  readonly counts?: FleetCounts;
}

/** What came of it. Times in ms, but where a name says otherwise. */
export interface FleetResult {
  readonly seconds: number;
  readonly valuesPerSecond: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly ackMostMs: number;
  /** Until every gateway was connected once; null where that never was. */
  readonly connectedS: number | null;
  /** From the first connection until no gateway had anything waiting of its backlog; null where there was none, or it never ended. */
  readonly drainedS: number | null;
  readonly counts: FleetCounts;
  readonly isSettled: boolean;
  readonly host: { readonly cores: number; readonly rssPeakMb: number } | null;
  readonly stored: StoredCounts;
}

const lookEveryMs = 500;
/** What is left in journals at the end has so long to be acknowledged. */
const settleMs = 60_000;
/** First connections may take so much longer than the ramp. */
const connectMoreMs = 120_000;

/**
 * Makes gateways known at a host, lets them measure for a while, and proves what was acknowledged against what is stored.
 * Ends early, in order, where `signal` says so. @throws Error where the host does not do its part
 */
export async function runFleet(
  plan: FleetPlan,
  host: FleetHost,
  { tell, signal }: { readonly tell: (progress: FleetProgress) => void; readonly signal: AbortSignal },
): Promise<FleetResult> {
  const all = plan.gateways + plan.real;
  const ids = (count: number, infix: string) =>
    Array.from({ length: count }, (_, index) => `${plan.name}${infix}-${index + 1}`);
  const names = { light: ids(plan.gateways, ''), real: ids(plan.real, '-real') };
  const passwords = await addGateways(host.api, [...names.light, ...names.real], done =>
    tell({ stage: 'credentials', done, of: all }),
  );
  const loginsOf = (of: readonly string[]): FleetLogin[] =>
    of.map(gateway => ({ gateway, password: passwords.get(gateway) ?? '' }));
  const latencies = new Latencies();
  const shared = { ...plan, broker: host.broker, rampMs: plan.rampS * 1000, latencies };
  const light = new LightFleet({ ...shared, logins: loginsOf(names.light) });
  const real = new RealFleet({ ...shared, logins: loginsOf(names.real) });
  const counts = () => sumOf([light.counts(), real.counts()]);
  const watch = new Watch(host.figures);
  const waitUntil = async (stage: FleetStage, endMs: number, of: () => number, isDone: () => boolean) => {
    for (;;) {
      const now = counts();
      watch.look(now, all);
      tell({ stage, done: Math.min(of(), 1) * 100, of: 100, counts: now });
      const isOver = signal.aborted && stage !== 'settling';
      if (isDone() || performance.now() >= endMs || isOver) return;
      await pause(Math.min(lookEveryMs, Math.max(endMs - performance.now(), 1)));
    }
  };
  try {
    const beganMs = performance.now();
    light.start();
    real.start();
    watch.begin(plan.backlogS > 0);
    const share = () => counts().online / all;
    await waitUntil('connecting', beganMs + shared.rampMs + connectMoreMs, share, () => share() === 1);
    const before = counts();
    // What had to wait for a first connection is told by how long that took.
    latencies.reset();
    const fromMs = performance.now();
    watch.measure();
    const measureMs = plan.measureS * 1000;
    const passed = () => (performance.now() - fromMs) / measureMs;
    await waitUntil('measuring', fromMs + measureMs, passed, () => false);
    const seconds = (performance.now() - fromMs) / 1000;
    const after = counts();
    const hostFigures = watch.hostFigures();
    light.rest();
    const settleFromMs = performance.now();
    const isSettled = () => light.isSettled && real.counts().waiting === 0;
    await waitUntil(
      'settling',
      settleFromMs + settleMs,
      () => (performance.now() - settleFromMs) / settleMs,
      isSettled,
    );
    const settled = isSettled();
    const last = counts();
    real.stop();
    light.stop();
    const stored = await compareStored(host.api, joined([light, real.truth]), {
      progress: (done, of) => tell({ stage: 'comparing', done, of }),
      ofGateway: id => passwords.has(id),
    });
    return {
      seconds,
      valuesPerSecond: seconds > 0 ? (after.values - before.values) / seconds : 0,
      ackP50Ms: latencies.percentileMs(0.5),
      ackP99Ms: latencies.percentileMs(0.99),
      ackMostMs: latencies.mostMs,
      connectedS: watch.connectedS,
      drainedS: watch.drainedS,
      counts: last,
      isSettled: settled,
      host: hostFigures,
      stored,
    };
  } finally {
    real.stop();
    light.stop();
  }
}

/** What both have appended; no gateway is of both. */
function joined(parts: readonly Appended[]): Appended {
  const partOf = new Map<string, Appended>();
  for (const part of parts) for (const id of part.gateways()) partOf.set(id, part);
  return {
    gateways: () => partOf.keys(),
    records: id => partOf.get(id)?.records(id) ?? [],
    acknowledged: id => partOf.get(id)?.acknowledged?.(id) ?? 0,
  };
}

/** Looks at the fleet and the host while it runs. */
class Watch {
  connectedS: number | null = null;
  drainedS: number | null = null;
  readonly #figures: (() => ProcessFigures) | undefined;
  #beganMs = 0;
  #hasBacklog = false;
  #fromMs = 0;
  #fromCpuS = 0;

  constructor(figures: (() => ProcessFigures) | undefined) {
    this.#figures = figures;
  }

  begin(hasBacklog: boolean): void {
    this.#beganMs = performance.now();
    this.#hasBacklog = hasBacklog;
  }

  measure(): void {
    this.#fromMs = performance.now();
    this.#fromCpuS = this.#figures?.().cpuS ?? 0;
  }

  look({ online, waiting, appended }: FleetCounts, all: number): void {
    const sinceS = (performance.now() - this.#beganMs) / 1000;
    if (online === all) this.connectedS ??= sinceS;
    // New windows are always on their way: a hundredth of all counts as none.
    if (this.#hasBacklog && this.connectedS !== null && waiting < appended / 100) this.drainedS ??= sinceS;
  }

  hostFigures(): FleetResult['host'] {
    const figures = this.#figures?.();
    if (figures === undefined) return null;
    const seconds = (performance.now() - this.#fromMs) / 1000;
    return { cores: (figures.cpuS - this.#fromCpuS) / seconds, rssPeakMb: figures.rssPeakMb };
  }
}
