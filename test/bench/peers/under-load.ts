import { CalledProcess } from '../calls.ts';
import type { LoadCalls, LoadFigures, LoadPlan } from '../load/load.ts';
import { median, pause } from '../numbers.ts';

const warmUpMs = 1000;
const roundMs = 2000;
const rounds = 3;

/** The same generator against a peer: medians of some rounds. */
export async function underLoad(
  plan: LoadPlan,
): Promise<Pick<LoadFigures, 'messages' | 'values' | 'ackP50Ms' | 'ackP99Ms'>> {
  const load = new CalledProcess<LoadCalls>(new URL('../load/load.js', import.meta.url));
  try {
    await load.call('prepare', plan);
    await load.call('start', null);
    await pause(warmUpMs);
    await load.call('take', null);
    const figures: LoadFigures[] = [];
    for (let round = 0; round < rounds; round++) {
      await pause(roundMs);
      figures.push(await load.call('take', null));
    }
    const middle = (of: (figure: LoadFigures) => number) => median(figures.map(of));
    return {
      messages: middle(({ messages, seconds }) => messages / seconds),
      values: middle(({ values, seconds }) => values / seconds),
      ackP50Ms: middle(({ ackP50Ms }) => ackP50Ms),
      ackP99Ms: middle(({ ackP99Ms }) => ackP99Ms),
    };
  } finally {
    await load.end();
  }
}
