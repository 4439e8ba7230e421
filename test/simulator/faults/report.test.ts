import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fault } from '../../../simulator/faults/fault.ts';
import { beWritable, mergedReport, readReport, writeReport } from '../../../simulator/faults/report-file.ts';
import type { FaultResult } from '../../../simulator/faults/result.ts';
import { faults } from '../../../simulator/faults/table.ts';
import { tableText } from '../../../simulator/faults/table-text.ts';

const rowsOf = (text: string) => text.split('\n').filter(line => line.startsWith('| `'));

const faultOf = (id: string): Fault => ({
  id,
  what: `${id} happens`,
  pass: 'a | b',
  watched: 'records',
  times: { quick: 3, full: 100 },
  run: () => Promise.reject(new Error('not here')),
});

const resultOf = (id: string, more: Partial<FaultResult> = {}): FaultResult => ({
  id,
  what: `${id} happens`,
  pass: 'a | b',
  watched: 'records',
  outcome: 'passed',
  why: [],
  counts: {
    times: 3,
    watched: 41_200,
    lost: 0,
    doubled: 0,
    wrong: 0,
    healMs: 1240,
    figures: [{ name: 'ready', value: 1.24, unit: 's', most: 3 }],
    notes: [],
  },
  size: 'quick',
  seed: 7,
  at: '2026-11-21T22:55:00.000Z',
  seconds: 12,
  machine: { cpu: 'a CPU', cores: 2, memoryGb: 24, node: 'v20', platform: 'linux x64', loadBefore: 1.5 },
  ...more,
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'joulegate-report-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a report takes a new result in the place of the old one, and keeps those of faults that were not run now', async () => {
  const all = ['one', 'two', 'three'].map(faultOf);
  const file = join(folder, 'report.json');
  expect(await readReport(file)).toEqual({ results: [] });
  const before = { results: [resultOf('three'), resultOf('gone'), resultOf('one', { seed: 1 })] };
  const after = mergedReport(all, before, [resultOf('one', { seed: 2 })]);
  expect(after.results.map(({ id, seed }) => `${id} ${seed}`)).toEqual(['one 2', 'three 7']);
  await writeReport(file, after);
  expect(await readReport(file)).toEqual(after);
});

test('a fault that was not run now leaves what an earlier run has counted', () => {
  const all = ['one', 'two'].map(faultOf);
  const notRun = { outcome: 'not run', why: ['ended before its turn'], counts: null, seed: 9 } as const;
  const before = { results: [resultOf('one')] };
  const after = mergedReport(all, before, [resultOf('one', notRun), resultOf('two', notRun)]);
  expect(after.results.map(({ id, outcome, seed }) => `${id} ${outcome} ${seed}`)).toEqual([
    'one passed 7',
    'two not run 9',
  ]);
});

test('a place that cannot be written is told at once, with what is in the way, and nothing is left there', async () => {
  const file = join(folder, 'new', 'report.json');
  await beWritable(file);
  expect(await readdir(join(folder, 'new'))).toEqual([]);
  const other = join(folder, 'text');
  await writeFile(other, 'a file');
  await expect(beWritable(join(other, 'report.json'))).rejects.toThrow(
    /text\/report\.json cannot be written \(E/,
  );
  await expect(beWritable(folder)).rejects.toThrow(`${folder} is a folder; name a file in it`);
});

test('a file that is no report is refused by its name, and not written over', async () => {
  const file = join(folder, 'other.json');
  for (const text of ['{"a": 1}', 'text', '']) {
    await writeFile(file, text);
    await expect(readReport(file)).rejects.toThrow(`${file} is no report of faults`);
    expect(await readFile(file, 'utf8')).toBe(text);
  }
});

test('a row has the words by which its counts were judged, not those of today', () => {
  const today = { ...faultOf('one'), pass: 'harder' };
  expect(rowsOf(tableText([today], { results: [resultOf('one')] }))[0]).toContain('| a \\| b | 3 |');
  expect(rowsOf(tableText([today], { results: [] }))[0]).toContain('| harder |');
});

test('the table has a row for each fault, says which were not run or failed, and what ran when on what', () => {
  const { counts } = resultOf('two');
  const failed = resultOf('two', {
    counts: counts && { ...counts, notes: ['the disk was slow'] },
    outcome: 'failed',
    why: ['2 lost'],
    size: 'full',
    at: '2026-11-22T03:00:00.000Z',
  });
  const text = tableText(['one', 'two', 'three'].map(faultOf), { results: [resultOf('one'), failed] });
  const rows = rowsOf(text);
  expect(rows).toEqual([
    '| `one`: one happens | a \\| b | 3 | 41,200 records | 0 | 0 | 0 | 1.24 s | ready 1.24 s (at most 3 s) | 100 | passed |',
    '| `two`: two happens | a \\| b | 3 | 41,200 records | 0 | 0 | 0 | 1.24 s | ready 1.24 s (at most 3 s) | 100 | **failed** |',
    '| `three`: three happens | a \\| b | | | | | | | | 100 | not run |',
  ]);
  expect(text).toContain('- 2026-11-21, `one`: 2 cores of a CPU, 24 GiB, linux x64, Node v20; quick, seed 7');
  expect(text).toContain('- 2026-11-22, `two`: 2 cores of a CPU, 24 GiB, linux x64, Node v20; full, seed 7');
  expect(text).toContain('`two` has not passed: 2 lost; the disk was slow.');
  const columns = (line: string) => line.replaceAll('\\|', '').split('|').length;
  expect(
    new Set(
      text
        .split('\n')
        .filter(line => line.startsWith('|'))
        .map(columns),
    ).size,
  ).toBe(1);
});

test('each fault of the table has an id of its own, words for people and fewer times in the quick form', () => {
  expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length);
  for (const { id, what, pass, watched, times } of faults) {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const words of [what, pass, watched]) expect(words, id).not.toBe('');
    expect(times.quick, id).toBeGreaterThan(0);
    expect(times.quick, id).toBeLessThanOrEqual(times.full);
  }
});
