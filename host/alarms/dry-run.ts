import type { Store } from '../store/store.ts';
import { type Episode, judgeAll } from './episodes.ts';
import { quiet } from './judge.ts';
import { pastOf } from './past.ts';
import type { Condition } from './rule.ts';

/** So many meters are tried; of a whole site the first by name. */
export const triedMost = 20;
export const tryDaysMost = 35;
const toldMost = 200;

export interface DryRun {
  /** How often the rule would have fired. */
  readonly fired: number;
  /** The first of them by meter and time. */
  readonly events: readonly (Episode & { readonly meter: string })[];
  readonly metersTried: number;
}

/** What a condition would have made of the past: the same judgement over what is stored. Nothing is kept, nobody is told. */
export async function dryRun(
  store: Pick<Store, 'readings' | 'seriesOfMeter'>,
  condition: Condition,
  meters: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<DryRun> {
  const tried = meters.slice(0, triedMost);
  const events: (Episode & { meter: string })[] = [];
  for (const meter of tried) {
    const points = await pastOf(store, condition, meter, fromMs, toMs);
    const { episodes } = judgeAll(condition, quiet, undefined, points, toMs);
    for (const episode of episodes) events.push({ ...episode, meter });
  }
  return { fired: events.length, events: events.slice(0, toldMost), metersTried: tried.length };
}
