import { beforeAll, describe, expect, it } from 'vitest';
import { FlashJournal } from '#app/flash-journal.ts';
import { NorFlash } from '../../../simulator/gateway/nor-flash.ts';
import { nodeRandom } from '../../../simulator/gateway/random.ts';
import { type DemoRecords, demoRecords } from './demo-records.ts';

const open = (flash: NorFlash) => new FlashJournal({ flash, random: nodeRandom, log: () => {} });

describe('the journal in flash', () => {
  let demo: DemoRecords;
  let records: readonly Uint8Array[];
  beforeAll(() => {
    demo = demoRecords(300);
    expect(demo.sizes.length).toBeGreaterThan(130);
    records = demo.sizes.map(size => new Uint8Array(size).fill(0x5a));
  });

  it('is ready within 200 ms of reading per megabyte, also where it is full', () => {
    const flash = new NorFlash({ blocks: 256 });
    const journal = open(flash);
    let index = 0;
    while (journal.dropped === 0) journal.append(records[index++ % records.length]!);
    const chip = flash.copy();
    expect(open(chip).next).toBe(journal.next);
    console.log(
      `1 MB with ${journal.next - journal.oldest} records of the demo: ready after ${chip.readMs.toFixed(1)} ms of reading, ${chip.counts.reads} reads, ${chip.counts.bytesRead} bytes`,
    );
    expect(chip.readMs).toBeLessThan(200);
    // The most entries there can be in the newest block: the smallest ones.
    const room = Math.floor((flash.blockBytes - 52) / 16) - 1;
    const small = open(new NorFlash({ blocks: 256, bytes: flash.bytes.slice() }));
    for (let count = 0; count < 2 * room; count++) small.append(new Uint8Array(1));
    const worst = new NorFlash({ blocks: 256, bytes: flash.bytes.slice() });
    const full = open(worst);
    for (let count = 0; count < 3 * room; count++) full.append(new Uint8Array(1));
    const after = worst.copy();
    open(after);
    expect(after.readMs).toBeLessThan(200);
  });

  it('gives back all of a full megabyte in messages at the speed of the chip', () => {
    const flash = new NorFlash({ blocks: 256 });
    const journal = open(flash);
    let index = 0;
    while (journal.dropped === 0) journal.append(records[index++ % records.length]!);
    const chip = flash.copy();
    const again = open(chip);
    const beforeMs = chip.readMs;
    for (let from = again.oldest; from < again.next; ) from += again.read(from, 8000, 500).length;
    console.log(`1 MB read for sending: ${(chip.readMs - beforeMs).toFixed(0)} ms of the chip`);
    expect(chip.readMs - beforeMs).toBeLessThan(1000);
  });
});
