import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  keepAside,
  listQuarantine,
  pruneQuarantine,
  tellQuarantine,
} from '../../../host/store/quarantine.ts';
import { temporaryFolder } from './small-database.ts';

let root: string;
let evidence: string;
const atMs = Date.UTC(2026, 10, 21, 6, 30);

beforeAll(async () => {
  root = await temporaryFolder();
  evidence = join(root, 'x.duckdb');
  await writeFile(evidence, 'evidence');
});
afterAll(() => rm(root, { recursive: true, force: true }));

test('what is set aside lies under its time, with the reason, and the original stays', async () => {
  const quarantine = join(root, 'one');
  const paths = [evidence, join(root, 'not-there')];
  const dir = await keepAside(quarantine, paths, { atMs, kind: 'damage', detail: 'a bad block' });
  expect(basename(dir)).toBe('2026-11-21T06-30-00Z');
  expect(await readFile(join(dir, 'x.duckdb'), 'utf8')).toBe('evidence');
  expect(await readFile(evidence, 'utf8')).toBe('evidence');
  await tellQuarantine(dir, 'a backup took its place');
  const report = { atMs, kind: 'damage', detail: 'a backup took its place', dir };
  expect(await listQuarantine(quarantine)).toEqual([{ ...report, files: [{ name: 'x.duckdb', bytes: 8 }] }]);
});

test('two in one second have folders of their own', async () => {
  const quarantine = join(root, 'two');
  const report = { atMs, kind: 'damage', detail: '' } as const;
  const dirs = [
    await keepAside(quarantine, [evidence], report),
    await keepAside(quarantine, [evidence], report),
  ];
  expect(new Set(dirs).size).toBe(2);
});

test('evidence is bounded: the oldest goes, never the newest, nor what was replaced by command', async () => {
  const quarantine = join(root, 'many');
  for (let index = 0; index < 11; index++) {
    const kind = index === 0 ? 'replaced' : 'damage';
    await keepAside(quarantine, [evidence], { atMs: atMs + index * 1000, kind, detail: String(index) });
  }
  expect(await pruneQuarantine(quarantine)).toHaveLength(2);
  const kept = (await listQuarantine(quarantine)).map(({ detail }) => detail);
  expect(kept).toEqual(['10', '9', '8', '7', '6', '5', '4', '3', '0']);
});

test('a folder without a report is somebody else’s and stays', async () => {
  const quarantine = join(root, 'foreign');
  await mkdir(join(quarantine, 'notes'), { recursive: true });
  expect(await listQuarantine(quarantine)).toEqual([]);
  expect(await pruneQuarantine(quarantine)).toEqual([]);
});
