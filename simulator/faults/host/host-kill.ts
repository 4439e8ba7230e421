import { Lab } from '../../lab/lab.ts';
import type { Fault, FaultCounts, FaultRun } from '../fault.ts';
import { chanceOf } from './chance.ts';
import { Load } from './load.ts';
import { readyFigures } from './ready.ts';
import { pause } from './wait.ts';

const healWithinMs = 60_000;
/** Records of each gateway that are acknowledged before the next kill: it has work, and has just done some. */
const between = 40;

export const hostKill: Fault = {
  id: 'host-kill',
  what: 'the host is killed under load',
  pass: '0 lost, 0 doubled, ready again in 3 s',
  watched: 'values',
  isTimed: true,
  times: { quick: 3, full: 100 },
  minutes: { quick: 0.25, full: 8 },
  run: async run => {
    const lab = await Lab.start({ folder: run.folder });
    try {
      return await killAndCount(run, lab);
    } finally {
      await lab.close();
    }
  },
};

async function killAndCount({ times, seed, signal, progress }: FaultRun, lab: Lab): Promise<FaultCounts> {
  const chance = chanceOf(seed, 11);
  const load = await Load.start(lab, { gateways: 10, meters: 8, windowsAtOnce: 1, everyMs: 100, signal });
  let healMs = 0;
  try {
    load.measure();
    for (let time = 1; time <= times; time++) {
      await load.advanced(between, healWithinMs);
      // And then at any moment of what it does.
      await pause(chance(400), signal);
      const killedMs = performance.now();
      await lab.kill();
      await lab.startAgain();
      await load.advanced(1, healWithinMs);
      healMs = Math.max(healMs, performance.now() - killedMs);
      progress(time);
    }
    load.rest();
    await load.settled(healWithinMs);
    const { values, lost, doubled, wrong, notes } = await lab.stored(load.appended);
    const strange = load.strange;
    return {
      times,
      watched: values,
      lost,
      doubled,
      wrong: wrong + strange.length,
      healMs,
      figures: readyFigures(lab.starts.slice(1)),
      notes: [...strange.slice(0, 5), ...notes],
    };
  } finally {
    await load.close();
  }
}
