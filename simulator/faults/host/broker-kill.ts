import { join } from 'node:path';
import { Lab } from '../../lab/lab.ts';
import { Mosquitto } from '../../lab/mosquitto.ts';
import type { Took } from '../../lab/process-figures.ts';
import type { Fault, FaultCounts, FaultRun } from '../fault.ts';
import { chanceOf } from './chance.ts';
import { besideDisk, DiskBeside } from './disk-beside.ts';
import { Load } from './load.ts';
import { timeFigures } from './time-figures.ts';
import { underLoad } from './under-load.ts';
import { pause } from './wait.ts';

const healWithinMs = 60_000;

export const brokerKill: Fault = {
  id: 'broker-kill',
  what: 'an external broker (Mosquitto) is killed under load',
  pass: '0 lost, 0 doubled, all gateways acknowledged again 3 s after it is back',
  watched: 'values',
  isTimed: true,
  times: { quick: 2, full: 50 },
  minutes: { quick: 0.07, full: 4 },
  needs: ['mosquitto'],
  run: async run => {
    const broker = await Mosquitto.start({ folder: join(run.folder, 'broker') });
    try {
      const lab = await Lab.start({ folder: run.folder, broker });
      try {
        return await killAndCount(run, lab, broker);
      } finally {
        await lab.close();
      }
    } finally {
      await broker.close();
    }
  },
};

async function killAndCount(run: FaultRun, lab: Lab, broker: Mosquitto): Promise<FaultCounts> {
  const { size, seed, signal } = run;
  const chance = chanceOf(seed, 12);
  const options = { gateways: 10, meters: 8, windowsAtOnce: 1, everyMs: 100, signal };
  // The broker of the test lets anybody in, so the host need not know them.
  const passwords = new Map(
    Array.from({ length: options.gateways }, (_, index) => [`gateway-${index + 1}`, '']),
  );
  const load = Load.begin(passwords, broker.port, options);
  const disk = new DiskBeside(run.folder);
  const took: Took[] = [];
  const once = async () => {
    await pause(chance(300), signal);
    await broker.kill();
    await pause(chance(500), signal);
    await broker.startAgain();
    const since = lab.stopwatch();
    await load.advanced(1, healWithinMs);
    const again = since();
    took.push(again);
    return again.clockMs;
  };
  const counts = await disk.during(() => underLoad(run, { lab, load, once }));
  const { figures, notes } = besideDisk(timeFigures('acknowledged again', 1, took, 3000, size), disk.p99Ms);
  return { ...counts, figures, notes: [...notes, ...counts.notes] };
}
