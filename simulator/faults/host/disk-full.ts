import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Lab } from '../../lab/lab.ts';
import type { Fault, FaultCounts, FaultRun } from '../fault.ts';
import { chanceOf } from './chance.ts';
import { Load } from './load.ts';
import { pause, waitUntil } from './wait.ts';

const withinMs = 60_000;
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
  minutes: { quick: 0.15, full: 2 },
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

async function fillAndCount({ times, seed, signal, progress }: FaultRun, lab: Lab): Promise<FaultCounts> {
  const chance = chanceOf(seed, 15);
  const load = await Load.start(lab, { gateways: 5, meters: 8, windowsAtOnce: 1, everyMs: 100, signal });
  let [healMs, untold] = [0, 0];
  const notes: string[] = [];
  try {
    load.measure();
    for (let time = 1; time <= times; time++) {
      await load.advanced(40, withinMs);
      await boundFiles(lab, String((await largestFile(lab.dataDir)) + chance(roomMost)));
      await standsStill(load, signal);
      const failing = () => healthCodes(lab).then(codes => codes.length > 0);
      const isTold = await waitUntil('alarm', failing, 10_000, signal, 100).then(
        () => true,
        () => false,
      );
      if (!isTold) {
        untold++;
        notes.push(`time ${time}: the API says that all is well while nothing can be stored`);
      }
      if (!lab.host.isAlive) throw lab.host.failure('ended when its disk was full');
      await boundFiles(lab, 'unlimited');
      healMs = Math.max(healMs, await load.advanced(1, withinMs));
      progress(time);
    }
    load.rest();
    await load.settled(withinMs);
    // What counts is what a start finds on the disk.
    await lab.stop();
    await lab.startAgain();
    const { values, lost, doubled, wrong, notes: differences } = await lab.stored(load.appended);
    return {
      times,
      watched: values,
      lost,
      doubled,
      wrong: wrong + load.strange.length,
      healMs,
      figures: [{ name: 'times that were not told', value: untold, unit: '', most: 0 }],
      notes: [...notes, ...load.strange.slice(0, 5), ...differences],
    };
  } finally {
    await load.close();
  }
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

async function healthCodes({ api }: Lab): Promise<string[]> {
  const { reasons } = await api.get<{ reasons: readonly { code: string }[] }>('/api/v1/health');
  return reasons.map(({ code }) => code);
}
