import { setTimeout as pause } from 'node:timers/promises';
import type { Appended } from '../lab/appended.ts';
import { type HostApi, HostRefusal } from '../lab/host-api.ts';
import { addGateways } from '../lab/lab.ts';
import type { ProcessFigures } from '../lab/process-figures.ts';
import { compareStored, type StoredCounts } from '../lab/stored.ts';
import { type FleetCounts, sumOf } from './fleet-counts.ts';
import { type FleetCosts, Progress, Watch } from './fleet-watch.ts';
import { Latencies } from './latencies.ts';
import { type FleetLogin, LightFleet } from './light-fleet.ts';
import { mixed } from './light-meter.ts';
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
  /** So many of a hundred gateways, by chance, are compared value by value. */
  readonly comparePercent: number;
  /** After so long it ends with what it knows; null: it takes the time that it takes. */
  readonly withinS: number | null;
}

/** The host that they load. */
export interface FleetHost {
  readonly api: HostApi;
  readonly broker: { readonly host: string; readonly port: number };
  /** What its process costs, where it is our own. */
  readonly figures?: () => ProcessFigures;
  /** Why there is nothing more to load; undefined while there is. Absent: of a host that is not our own nobody knows. */
  readonly failure?: () => Error | undefined;
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
  readonly recordsPerSecond: number;
  readonly valuesPerSecond: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly ackMostMs: number;
  /** How long it took to make all gateways known. */
  readonly knownS: number;
  /** Until every gateway was connected once; null where that never was. */
  readonly connectedS: number | null;
  /** From the first connection until no gateway had anything waiting of its backlog; null where there was none, or it never ended. */
  readonly drainedS: number | null;
  readonly counts: FleetCounts;
  readonly isSettled: boolean;
  readonly host: FleetCosts | null;
  readonly fleet: FleetCosts;
  /** How many gateways were to be compared, and what came of it; null where it could not be done, with why. */
  readonly compared: number;
  readonly stored: StoredCounts | null;
  readonly notCompared: string;
}

const lookEveryMs = 500;
/** What is left in journals at the end is waited for as long as acknowledgements come; so long without one is the end. */
const settleMs = 60_000;
/** A host that has let nobody in after so long will not. */
const firstWithinMs = 30_000;
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
  const startMs = performance.now();
  const isLate = () => plan.withinS !== null && performance.now() - startMs >= plan.withinS * 1000;
  const passwords = await addGateways(host.api, [...names.light, ...names.real], done => {
    tell({ stage: 'credentials', done, of: all });
    if (done < all && (signal.aborted || isLate()))
      throw new Error(`ended while gateways were made known: the host knows ${done} of ${all}`);
  }).catch((error: unknown) => {
    const isKnown = error instanceof HostRefusal && error.code === 'gateway.exists';
    throw isKnown ? new Error(`${error.message} Choose another --name than ${plan.name}.`) : error;
  });
  const knownS = (performance.now() - startMs) / 1000;
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
      const failure = host.failure?.();
      if (failure !== undefined) throw failure;
      const isOver = signal.aborted && stage !== 'settling';
      if (isDone() || performance.now() >= endMs || isOver || isLate()) return;
      await pause(Math.min(lookEveryMs, Math.max(endMs - performance.now(), 1)));
    }
  };
  try {
    const beganMs = performance.now();
    light.start();
    real.start();
    watch.begin(plan.backlogS > 0);
    const share = () => counts().online / all;
    const isInVain = () => performance.now() - beganMs > firstWithinMs && counts().connects === 0;
    await waitUntil(
      'connecting',
      beganMs + shared.rampMs + connectMoreMs,
      share,
      () => share() === 1 || isInVain(),
    );
    const before = counts();
    if (isInVain()) throw new Error(`no gateway was let in at ${addressOf(host)}: ${before.whyNot}`);
    // What had to wait for a first connection is told by how long that took.
    latencies.reset();
    const fromMs = performance.now();
    watch.measure();
    const measureMs = plan.measureS * 1000;
    const passed = () => (performance.now() - fromMs) / measureMs;
    await waitUntil('measuring', fromMs + measureMs, passed, () => false);
    const seconds = (performance.now() - fromMs) / 1000;
    const after = counts();
    watch.measured();
    light.rest();
    real.rest();
    const settling = new Progress(settleMs);
    const isSettled = () => light.isSettled && real.isSettled;
    await waitUntil(
      'settling',
      Number.POSITIVE_INFINITY,
      () => counts().records / Math.max(counts().appended, 1),
      () => isSettled() || settling.isOver(counts().records, signal.aborted),
    );
    const settled = isSettled();
    const last = counts();
    real.stop();
    light.stop();
    const costs = watch.costs();
    const chosen = new Set([...names.light, ...names.real].filter((_, index) => isChosen(plan, index)));
    let stored: StoredCounts | null = null;
    let notCompared = '';
    try {
      stored = await compareStored(host.api, joined([light, real.truth], chosen), {
        progress: (done, of) => {
          tell({ stage: 'comparing', done, of });
          if (done < of && isLate()) throw new Error(`${done} of ${of} gateways were compared by then`);
        },
        ofGateway: id => chosen.has(id),
      });
    } catch (error) {
      notCompared = host.failure?.()?.message ?? (error instanceof Error ? error.message : String(error));
    }
    return {
      seconds,
      recordsPerSecond: seconds > 0 ? (after.records - before.records) / seconds : 0,
      valuesPerSecond: seconds > 0 ? (after.values - before.values) / seconds : 0,
      ackP50Ms: latencies.percentileMs(0.5),
      ackP99Ms: latencies.percentileMs(0.99),
      ackMostMs: latencies.mostMs,
      knownS,
      connectedS: watch.connectedS,
      drainedS: watch.drainedS,
      counts: last,
      isSettled: settled,
      ...costs,
      compared: chosen.size,
      stored,
      notCompared,
    };
  } finally {
    real.stop();
    light.stop();
  }
}

const addressOf = ({ broker }: FleetHost): string => `${broker.host}:${broker.port}`;

/** At least one is; the same ones for the same seed. */
const isChosen = ({ comparePercent, seed }: FleetPlan, index: number): boolean =>
  index === 0 || mixed(seed ^ 0x5eed, index) % 100 < comparePercent;

/** What both have appended, of these; no gateway is of both. */
function joined(parts: readonly Appended[], chosen: ReadonlySet<string>): Appended {
  const partOf = new Map<string, Appended>();
  for (const part of parts) for (const id of part.gateways()) if (chosen.has(id)) partOf.set(id, part);
  return {
    gateways: () => partOf.keys(),
    records: id => partOf.get(id)?.records(id) ?? [],
    acknowledged: id => partOf.get(id)?.acknowledged?.(id) ?? 0,
  };
}
