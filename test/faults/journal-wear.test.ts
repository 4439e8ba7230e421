import { expect, test } from 'vitest';
import { FlashJournal } from '#app/flash-journal.ts';
import { NorFlash } from '../../simulator/gateway/nor-flash.ts';
import { nodeRandom } from '../../simulator/gateway/random.ts';
import { demoRecords } from '../firmware/app/demo-records.ts';
import { rounds } from './chance.ts';

/** As in partitions.csv. */
const partitionBlocks = 160;
const yearS = 365 * 86_400;
const daysTold = rounds(1, 60);

test("the journal's flash wears alike, and by less than 10,000 erases a block in a year of the demo", () => {
  const demo = demoRecords(300);
  const records = demo.sizes.map(size => new Uint8Array(size).fill(0x5a));
  const perWindow = records.length / (demo.seconds / 10);
  const flash = new NorFlash({ blocks: partitionBlocks });
  let journal: FlashJournal | undefined;
  let made = 0;
  for (let window = 0; window < daysTold * 8640; window++) {
    // Twelve starts a day: each goes on where the last one was.
    if (window % 720 === 0) journal = new FlashJournal({ flash, random: nodeRandom, log: () => {} });
    if (journal === undefined) throw new Error('no journal');
    for (; made < (window + 1) * perWindow; made++) journal.append(records[made % records.length]!);
    journal.release(journal.next - 1);
  }
  const erases = [...flash.erases];
  const most = Math.max(...erases);
  const mean = erases.reduce((sum, count) => sum + count, 0) / erases.length;
  const perYear = (mean / (daysTold * 86_400)) * yearS;
  const bytes = demo.sizes.reduce((sum, size) => sum + size, 0);
  console.log(
    `the demo makes ${perWindow.toFixed(1)} records and ${Math.round((bytes / demo.seconds) * 10)} bytes in 10 s: ` +
      `${Math.round(perYear)} erases a block and year of ${partitionBlocks} blocks; most to mean ${(most / mean).toFixed(3)} after ${mean.toFixed(1)} rounds`,
  );
  expect(journal?.mostErases).toBe(most);
  expect(perYear).toBeLessThan(10_000);
  expect(most / mean).toBeLessThanOrEqual(1.2);
});
