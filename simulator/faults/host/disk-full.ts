import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Lab } from '../../lab/lab.ts';
import type { Fault, FaultCounts, FaultRun } from '../fault.ts';
import { chanceOf } from './chance.ts';
import { Load } from './load.ts';
import { underLoad } from './under-load.ts';
import { pause, waitUntil } from './wait.ts';

const withinMs = 60_000;
/** What a host says of itself that cannot store. */
const alarms = ['commit.failing', 'intake.paused'];
const toldWithinMs = 10_000;
/** Nothing was acknowledged for so long: the disk is full for everybody. */
const stillMs = 1000;
/** What the log may still grow before it is full: somewhere within a write, or within many. */
const roomMost = 200_000;

export const diskFull: Fault = {
  id: 'disk-full',
  what: 'the disk is full under load (writes fail past a size), and has room again',
  pass: 'nothing is acknowledged meanwhile, the API says why, the same process goes on, 0 lost, 0 doubled',
  watched: 'values',
  times: { quick: 1, full: 20 },
  minutes: { quick: 0.11, full: 2 },
  needs: ['prlimit'],
  run: async run => {
    const lab = await Lab.start({ folder: run.folder });
    try {
      return await fillAndCount(run, lab);
    } finally {
      await lab.close();
    }
  },
};

async function fillAndCount(run: FaultRun, lab: Lab): Promise<FaultCounts> {
  const { seed, signal } = run;
  const chance = chanceOf(seed, 15);
  const load = await Load.start(lab, { gateways: 5, meters: 8, windowsAtOnce: 1, everyMs: 100, signal });
  let [untold, told] = [0, 0];
  const notes: string[] = [];
  const says = (isSo: boolean) =>
    waitUntil('alarm', async () => (await isAlarmed(lab)) === isSo, toldWithinMs, signal, 100).then(
      () => true,
      () => false,
    );
  const once = async (time: number) => {
    // What it says of a full disk tells something where it says nothing of one that has room.
    if (await isAlarmed(lab)) {
      told++;
      notes.push(`time ${time}: the API says that nothing can be stored while all is`);
    }
    await boundFiles(lab, String((await largestFile(lab.dataDir)) + chance(roomMost)));
    await standsStill(load, signal);
    if (!(await says(true))) {
      untold++;
      notes.push(`time ${time}: the API says that all is well while nothing can be stored`);
    }
    if (!lab.host.isAlive) throw lab.host.failure('ended when its disk was full');
    await boundFiles(lab, 'unlimited');
    const healMs = await load.advanced(1, withinMs);
    if (!(await says(false))) {
      told++;
      notes.push(`time ${time}: the API says that nothing can be stored long after there is room`);
    }
    return healMs;
  };
  const atEnd = async () => {
    // What counts is what a start finds on the disk.
    await lab.stop();
    await lab.startAgain();
  };
  const counts = await underLoad(run, { lab, load, once, atEnd });
  return {
    ...counts,
    figures: [
      { name: 'times that were not told', value: untold, unit: '', most: 0 },
      { name: 'told with room on the disk', value: told, unit: '', most: 0 },
    ],
    notes: [...notes, ...counts.notes].slice(0, 10),
  };
}

/** Bounds what the host may write from now on; only the soft limit, so that it can be lifted again. */
async function boundFiles(lab: Lab, bytes: string): Promise<void> {
  await promisify(execFile)('prlimit', ['--pid', String(lab.host.pid), `--fsize=${bytes}:`]);
}

async function largestFile(dir: string): Promise<number> {
  const names = await readdir(dir);
  const sizes = await Promise.all(
    // Its log alone grows with each commit; the file is written at a checkpoint, and may be larger.
    names.filter(name => name.endsWith('.wal')).map(name => stat(join(dir, name)).then(({ size }) => size)),
  );
  return Math.max(0, ...sizes);
}

/** When nothing more is acknowledged. */
async function standsStill(load: Load, signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + withinMs;
  for (let before = -1; load.acked > before; ) {
    if (performance.now() > endMs)
      throw new Error('the disk does not become full: records are still acknowledged');
    before = load.acked;
    await pause(stillMs, signal);
  }
}

/** Whether the host says by its API that it cannot store. */
async function isAlarmed({ api }: Lab): Promise<boolean> {
  const { reasons } = await api.get<{ reasons: readonly { code: string }[] }>('/api/v1/health');
  return reasons.some(({ code }) => alarms.includes(code));
}
