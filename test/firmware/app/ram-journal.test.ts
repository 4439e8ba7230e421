import { webcrypto } from 'node:crypto';
import { expect, it } from 'vitest';
import { RamJournal } from '#app/ram-journal.ts';
import { limits } from '#core/limits.ts';
import { journalContract } from './journal-contract.ts';

const random = {
  bytes: (count: number) => webcrypto.getRandomValues(new Uint8Array(count)),
  unit: () => 0.5,
};

journalContract('the journal in RAM', () => new RamJournal(random, 12_000));

journalContract('the smallest journal in RAM', () => new RamJournal(random, limits.journalRecordBytes + 2));

it('a journal too small for one record is refused with the size it needs', () => {
  expect(() => new RamJournal(random, 1000)).toThrow(`at least ${limits.journalRecordBytes + 2}`);
});

it('the journal in RAM takes 64 kB unless told otherwise', () => {
  expect(new RamJournal(random).capacityBytes).toBe(65_536);
});
