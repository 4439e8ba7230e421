import { LoadCounts, type LoadJournal } from '../../../simulator/fleet/journal.ts';
import { serveCalls } from '../calls.ts';
import { pause, percentile } from '../numbers.ts';
import { type CarryPlan, carry } from './carry.ts';
import { type CatchUpPlan, catchUp } from './catch-up.ts';
import { type FleetPlan, fleet } from './fleet.ts';
import { type PostsPlan, posts } from './posts.ts';

export type LoadPlan = CatchUpPlan | FleetPlan | PostsPlan | CarryPlan;

/** A load that stands ready. */
export interface Load {
  readonly journals: readonly LoadJournal[];
  readonly start: () => void;
  /** Makes nothing new. */
  readonly stop: () => void;
  /** A journal ran out, so what is measured from there on is too little. */
  readonly isDry: () => boolean;
}

/** What was acknowledged since the last look. */
export interface LoadFigures {
  readonly seconds: number;
  readonly messages: number;
  readonly records: number;
  readonly values: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly ackMaxMs: number;
  readonly resent: number;
  readonly hungUp: number;
}

/** What the generator can be asked. */
export interface LoadCalls {
  /** Prepares all messages and connects all gateways. */
  readonly prepare: {
    readonly takes: LoadPlan;
    readonly gives: { readonly prepareMs: number };
  };
  readonly start: { readonly takes: null; readonly gives: null };
  /** @throws Error where an acknowledgement was wrong, or a journal ran dry. */
  readonly take: { readonly takes: null; readonly gives: LoadFigures };
  /** Makes no more, waits for what is on its way; the last acknowledged sequence of each gateway. */
  readonly settle: { readonly takes: null; readonly gives: Readonly<Record<string, number>> };
}

function made(plan: LoadPlan): Promise<Load> {
  switch (plan.kind) {
    case 'catch-up':
      return catchUp(plan, counts);
    case 'fleet':
      return fleet(plan, counts);
    case 'posts':
      return posts(plan, counts);
    case 'carry':
      return carry(plan, counts);
  }
}

const settleMs = 20_000;

const counts = new LoadCounts();
let fromMs = 0;
let load: Load | undefined;

const prepared = (): Load => {
  if (load === undefined) throw new Error('nothing is prepared');
  return load;
};

serveCalls<LoadCalls>({
  async prepare(plan) {
    const startMs = performance.now();
    load = await made(plan);
    const { journals } = load;
    setInterval(() => {
      for (const journal of journals) journal.tick(performance.now());
    }, 1000);
    return { prepareMs: performance.now() - startMs };
  },
  start() {
    fromMs = performance.now();
    prepared().start();
    return null;
  },
  take() {
    const nowMs = performance.now();
    const { messages, records, values, resent, hungUp, latenciesMs, wrong } = counts;
    if (wrong.length > 0) throw new Error(`${wrong.length} wrong acknowledgements: ${wrong[0]}`);
    if (prepared().isDry()) throw new Error('the journals ran dry before the end');
    const figures = {
      seconds: (nowMs - fromMs) / 1000,
      messages,
      records,
      values,
      resent,
      hungUp,
      ackP50Ms: percentile(latenciesMs, 0.5),
      ackP99Ms: percentile(latenciesMs, 0.99),
      ackMaxMs: percentile(latenciesMs, 1),
    };
    Object.assign(counts, new LoadCounts());
    fromMs = nowMs;
    return figures;
  },
  async settle() {
    const { journals, stop } = prepared();
    stop();
    for (const journal of journals) journal.stop();
    const untilMs = performance.now() + settleMs;
    while (journals.some(({ isSettled }) => !isSettled)) {
      if (performance.now() > untilMs) throw new Error('not all was acknowledged 20 s after the load ended');
      await pause(20);
    }
    return Object.fromEntries(journals.map(({ gateway, acked }) => [gateway, acked]));
  },
});
