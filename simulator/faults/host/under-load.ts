import type { Lab } from '../../lab/lab.ts';
import type { FaultCounts, FaultRun } from '../fault.ts';
import type { Load } from './load.ts';

const withinMs = 60_000;
/** Records of each gateway that are acknowledged before it happens again: the host has work, and has just done some. */
const between = 40;

export interface UnderLoad {
  readonly lab: Lab;
  readonly load: Load;
  /** Makes the fault and mends it; gives how long it then took until all was well. */
  readonly once: (time: number) => Promise<number>;
  /** When all is acknowledged, before it is compared. */
  readonly atEnd?: () => Promise<void>;
}

/** The load measures while something happens again and again; then all that was acknowledged has to be stored, and closed. */
export async function underLoad(
  { times, progress }: FaultRun,
  { lab, load, once, atEnd }: UnderLoad,
): Promise<Omit<FaultCounts, 'figures' | 'healMs'> & { readonly healMs: number }> {
  let healMs = 0;
  try {
    load.measure();
    for (let time = 1; time <= times; time++) {
      await load.advanced(between, withinMs);
      healMs = Math.max(healMs, await once(time));
      progress(time);
    }
    load.rest();
    await load.settled(withinMs);
    await atEnd?.();
    const { values, lost, doubled, wrong, notes } = await lab.stored(load.appended);
    return {
      times,
      watched: values,
      lost,
      doubled,
      wrong: wrong + load.strange.length,
      healMs,
      notes: [...load.strange.slice(0, 5), ...notes],
    };
  } finally {
    await load.close();
  }
}
