import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { FlashJournal } from '#app/flash-journal.ts';
import { fileFlash } from '../../../simulator/gateway/file-flash.ts';
import { nodeRandom } from '../../../simulator/gateway/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'joulegate-flash-'));
afterAll(() => rmSync(folder, { recursive: true }));

const open = (path: string) =>
  new FlashJournal({ flash: fileFlash(path, 8), random: nodeRandom, log: () => {} });

it('a journal in a file is there after the program that wrote it', () => {
  const path = join(folder, 'journal');
  const journal = open(path);
  for (let index = 1; index <= 200; index++) journal.append(new Uint8Array(100).fill(index));
  journal.release(150);
  const after = open(path);
  expect(after).toMatchObject({ epoch: journal.epoch, oldest: 151, next: 201 });
  expect(after.read(151, 10_000, 1)).toEqual([new Uint8Array(100).fill(151)]);
  expect(statSync(path).size).toBe(8 * 4096);
});

it('a file whose making was cut off is filled up, and one that cannot be made is refused with its path', () => {
  const path = join(folder, 'short');
  open(path);
  truncateSync(path, 10_000);
  expect(open(path).append(new Uint8Array(10))).toBe(1);
  expect(statSync(path).size).toBe(8 * 4096);
  expect(() => fileFlash(join(folder, 'none', 'x'), 8)).toThrow(join(folder, 'none', 'x'));
});
