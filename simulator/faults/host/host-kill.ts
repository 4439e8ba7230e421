import { Lab } from '../../lab/lab.ts';
import type { Fault, FaultCounts, FaultRun } from '../fault.ts';
import { chanceOf } from './chance.ts';
import { Load } from './load.ts';
import { readyFigures } from './ready.ts';
import { underLoad } from './under-load.ts';
import { pause } from './wait.ts';

const healWithinMs = 60_000;

export const hostKill: Fault = {
  id: 'host-kill',
  what: 'the host is killed under load',
  pass: '0 lost, 0 doubled, ready again in 3 s',
  watched: 'values',
  isTimed: true,
  times: { quick: 2, full: 100 },
  minutes: { quick: 0.1, full: 8 },
  run: async run => {
    const lab = await Lab.start({ folder: run.folder });
    try {
      return await killAndCount(run, lab);
    } finally {
      await lab.close();
    }
  },
};

async function killAndCount(run: FaultRun, lab: Lab): Promise<FaultCounts> {
  const { seed, signal } = run;
  const chance = chanceOf(seed, 11);
  const load = await Load.start(lab, { gateways: 10, meters: 8, windowsAtOnce: 1, everyMs: 100, signal });
  const once = async () => {
    // At any moment of what it does.
    await pause(chance(400), signal);
    const killedMs = performance.now();
    await lab.kill();
    await lab.startAgain();
    await load.advanced(1, healWithinMs);
    return performance.now() - killedMs;
  };
  const counts = await underLoad(run, { lab, load, once });
  return { ...counts, figures: readyFigures(lab.starts.slice(1)) };
}
