import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Fault, FaultCounts } from '../../../simulator/faults/fault.ts';
import { resultLine } from '../../../simulator/faults/result-line.ts';
import { type RunAllOptions, runFaults } from '../../../simulator/faults/run-faults.ts';
import { faults } from '../../../simulator/faults/table.ts';

const wellCounted: FaultCounts = {
  times: 2,
  watched: 1200,
  lost: 0,
  doubled: 0,
  wrong: 0,
  healMs: 1500,
  figures: [{ name: 'ready', value: 2, unit: 's', most: 3 }],
  notes: [],
};

const faultOf = (id: string, run: Fault['run'] | Partial<FaultCounts>, more: Partial<Fault> = {}): Fault => ({
  id,
  what: 'something happens',
  pass: 'nothing is lost',
  watched: 'records',
  times: { quick: 2, full: 20 },
  run: typeof run === 'function' ? run : async () => ({ ...wellCounted, ...run }),
  ...more,
});

const runAll = (faults: readonly Fault[], more: Partial<RunAllOptions> = {}) =>
  runFaults(faults, {
    size: 'quick',
    seed: 7,
    signal: new AbortController().signal,
    progress: () => {},
    onResult: () => {},
    ...more,
  });

test('a fault passes where nothing was lost, doubled or wrong and all figures are within their bounds', async () => {
  const figure = { name: 'memory', unit: 'MB' };
  const results = await runAll([
    faultOf('well', {}),
    faultOf('at-its-bound', { figures: [{ ...figure, value: 150, most: 150, least: 150 }] }),
    faultOf('lost', { lost: 1 }),
    faultOf('doubled', { doubled: 1 }),
    faultOf('wrong', { wrong: 1 }),
    faultOf('beyond', { figures: [{ ...figure, value: 151, most: 150 }] }),
    faultOf('below', { figures: [{ ...figure, value: 94, least: 95 }] }),
    faultOf('no-number', { figures: [{ ...figure, value: Number.NaN, most: 150 }] }),
    faultOf('nothing-seen', { watched: 0 }),
    faultOf('too-seldom', { times: 1 }),
  ]);
  expect(results.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id)).toEqual([
    'well',
    'at-its-bound',
  ]);
  const why = Object.fromEntries(results.map(result => [result.id, result.why]));
  expect(why).toMatchObject({
    lost: ['1 lost'],
    doubled: ['1 doubled'],
    wrong: ['1 wrong'],
    beyond: ['memory 151 MB (at most 150 MB)'],
    below: ['memory 94 MB (at least 95 MB)'],
    'nothing-seen': ['nothing was watched'],
    'too-seldom': ['it happened 1 times, 2 were wanted'],
  });
});

test('an error of one is its result and does not end the others', async () => {
  const told: string[] = [];
  const breaks = faultOf('breaks', () => Promise.reject(new Error('the host did not start')));
  const results = await runAll([breaks, faultOf('well', {})], {
    onResult: result => void told.push(resultLine(result)),
  });
  expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'passed']);
  expect(told[0]).toMatch(/^failed {2}breaks: something happens: the host did not start \[seed 7, /);
  expect(told[1]).toMatch(
    /^passed {2}well: something happens, 2 times: 1,200 records, 0 lost, 0 doubled, 0 wrong, well again in 1.5 s, ready 2 s \(at most 3 s\) \[seed 7, /,
  );
});

test('each has an empty folder of its own, which is gone afterwards', async () => {
  const folders: string[] = [];
  const leaves = (id: string) =>
    faultOf(id, async ({ folder }) => {
      folders.push(folder);
      await writeFile(join(folder, 'left'), id);
      expect(await readFile(join(folder, 'left'), 'utf8')).toBe(id);
      return wellCounted;
    });
  await runAll([leaves('one'), leaves('two')]);
  expect(new Set(folders).size).toBe(2);
  expect(folders.filter(folder => existsSync(folder))).toEqual([]);
});

test('it happens as often as the size says, or as often as was asked for', async () => {
  const asked: number[] = [];
  const fault = faultOf('counts', async ({ times }) => {
    asked.push(times);
    return { ...wellCounted, times };
  });
  await runAll([fault]);
  await runAll([fault], { size: 'full' });
  await runAll([fault], { times: 5 });
  expect(asked).toEqual([2, 20, 5]);
});

test('who ends it ends the one that runs, and those after it are not run', async () => {
  const ending = new AbortController();
  const waits = faultOf('waits', async ({ signal, progress }) => {
    const ended = new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason)),
    );
    progress(1);
    await ended;
    return wellCounted;
  });
  const seen: string[] = [];
  const results = await runAll([faultOf('before', {}), waits, faultOf('after', {})], {
    signal: ending.signal,
    progress: ({ id }, done, times) => {
      seen.push(`${id} ${done}/${times}`);
      ending.abort();
    },
  });
  expect(seen).toEqual(['waits 1/2']);
  expect(results.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    'before passed',
    'waits not run',
    'after not run',
  ]);
});

test('a fault whose program is not installed is told as not run, with its name', async () => {
  const [result] = await runAll([faultOf('broker', {}, { needs: ['node', 'no-such-program'] })]);
  expect(result).toMatchObject({
    outcome: 'not run',
    why: ['needs no-such-program, not installed here'],
    counts: null,
  });
});

test('all quick ones together take less than three minutes, by what is said of each', () => {
  const minutes = faults.reduce((sum, fault) => sum + (fault.minutes?.quick ?? Number.NaN), 0);
  expect(minutes).toBeGreaterThan(1);
  expect(minutes).toBeLessThan(3);
});
