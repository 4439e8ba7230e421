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
  what: 'the host is killed under load, and every second time once more while it starts',
  pass: '0 lost, 0 doubled, ready again in 3 s',
  watched: 'values',
  isTimed: true,
  times: { quick: 2, full: 100 },
  minutes: { quick: 0.1, full: 9 },
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
  let starting = 0;
  const once = async (time: number) => {
    // At any moment of what it does.
    await pause(chance(400), signal);
    await lab.kill();
    // At any moment of a start: on the file and the log of a killed host, before anything has come in.
    if (time % 2 === 0) {
      // One that starts sooner than the one before may be ready by then: the next is killed sooner.
      let mostMs = lab.starts.at(-1)?.ready.clockMs ?? 0;
      while (!(await lab.killStarting(chance(mostMs)))) mostMs /= 2;
      starting++;
    }
    const killedMs = performance.now();
    await lab.startAgain();
    await load.advanced(1, healWithinMs);
    return performance.now() - killedMs;
  };
  const counts = await underLoad(run, { lab, load, once });
  return {
    ...counts,
    figures: [
      ...readyFigures(lab.starts.slice(1)),
      { name: 'killed while it started', value: starting, unit: '', least: Math.floor(run.times / 2) },
    ],
  };
}
