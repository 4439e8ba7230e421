import { describe, expect, it } from 'vitest';
import { FlashJournal } from '#app/flash-journal.ts';
import { openJournal } from '#app/open-journal.ts';
import { RamJournal } from '#app/ram-journal.ts';
import { NorFlash } from '../../../simulator/gateway/nor-flash.ts';
import { nodeRandom, seededRandom } from '../../../simulator/gateway/random.ts';
import { recordOf } from './journal-model.ts';

function start(flash: NorFlash) {
  const log: string[] = [];
  const journal = new FlashJournal({
    flash,
    random: nodeRandom,
    log: (level, text) => log.push(`${level}: ${text}`),
  });
  return { journal, log };
}

const size = 150;
const fill = (journal: FlashJournal, count: number): void => {
  for (let index = 0; index < count; index++) journal.append(recordOf(journal.next, size));
};
/** As text, which is compared in a moment. */
const told = (records: readonly Uint8Array[]): string =>
  records.map(record => Buffer.from(record).toString('base64')).join('\n');
const all = (journal: FlashJournal): Uint8Array[] =>
  journal.read(0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
/** The records from the oldest on, as they were appended by `fill`. */
const due = (journal: FlashJournal): Uint8Array[] =>
  Array.from({ length: journal.next - journal.oldest }, (_, index) => recordOf(journal.oldest + index, size));

describe('flash that holds no journal', () => {
  it('gets a new one, and the log says why', () => {
    const blank = start(new NorFlash({ blocks: 4 }));
    expect(blank.log).toEqual([
      `info: the journal's flash is empty: a new journal begins, epoch ${blank.journal.epoch}`,
    ]);
    const foreign = new NorFlash({ blocks: 4 });
    foreign.bytes.set(seededRandom(1).bytes(foreign.bytes.length));
    const { journal, log } = start(foreign);
    expect(log[0]).toContain('holds nothing that this firmware knows: a new journal begins');
    fill(journal, 200);
    expect(told(all(start(foreign).journal))).toBe(told(due(journal)));
  });

  it('of another format is not taken for one', () => {
    const flash = new NorFlash({ blocks: 4 });
    const { journal } = start(flash);
    fill(journal, 50);
    // The magic of a format to come.
    for (let block = 0; block < 4; block++) flash.bytes[block * flash.blockBytes + 3] = 0x32;
    const after = start(flash);
    expect(after.journal).toMatchObject({ oldest: 1, next: 1 });
    expect(after.journal.epoch).not.toBe(journal.epoch);
  });
});

describe('a block that fails', () => {
  const kinds = ['refused', 'ignored', 'spoilt'] as const;
  for (const what of ['write', 'erase'] as const) {
    it.each(kinds)(`at each ${what} (%s) is left out and counted, and costs no record`, kind => {
      const flash = new NorFlash({ blocks: 8 });
      const { journal, log } = start(flash);
      const bad = 3;
      flash.fault = step => {
        const block = step.do === 'erase' ? step.block : Math.floor(step.offset / flash.blockBytes);
        return block === bad && step.do === what ? kind : undefined;
      };
      let given = 0;
      for (let index = 0; index < 600; index++) {
        fill(journal, 1);
        given++;
        if (index % 4 === 0) journal.release(journal.next - 40);
        expect(journal.next).toBe(given + 1);
      }
      expect(told(all(journal))).toBe(told(due(journal)));
      expect(journal.dropped).toBe(0);
      expect(told(all(start(flash.copy()).journal))).toBe(told(due(journal)));
      // A bit that fell where a record has a 0 is none that hurts.
      if (journal.badBlocks > 0)
        expect(log.at(-1)).toContain(`block ${bad} of the journal's flash failed; it is left out`);
      expect(journal.badBlocks).toBeLessThanOrEqual(1);
      if (what === 'write' || kind !== 'spoilt') expect(journal.badBlocks).toBe(1);
      flash.fault = () => undefined;
      const after = start(flash).journal;
      const erases = flash.erases[bad]!;
      for (let index = 0; index < 300; index++) after.append(recordOf(after.next, size));
      expect(flash.erases[bad]).toBeGreaterThan(erases);
      expect(told(all(after))).toBe(told(due(after)));
    });
  }

  it('and keeps what it held is not read after a restart as part of the journal', () => {
    const flash = new NorFlash({ blocks: 8 });
    const { journal } = start(flash);
    // Every block has a head of this journal when one of them dies.
    fill(journal, 8 * 25);
    const dead = 2;
    flash.fault = step => {
      const block = step.do === 'erase' ? step.block : Math.floor(step.offset / flash.blockBytes);
      return block === dead ? 'refused' : undefined;
    };
    for (let index = 0; index < 12; index++) {
      fill(journal, 23);
      const after = start(flash.copy()).journal;
      expect(after).toMatchObject({ oldest: journal.oldest, next: journal.next, dropped: journal.dropped });
      expect(told(all(after))).toBe(told(due(journal)));
    }
    expect(journal.badBlocks).toBe(1);
  });

  it('does not take others with it: a chip that refuses everything keeps what it has, and what comes is counted', () => {
    const flash = new NorFlash({ blocks: 8 });
    const { journal } = start(flash);
    fill(journal, 400);
    const before = due(journal);
    const { dropped, next } = journal;
    flash.fault = () => 'refused';
    for (let index = 0; index < 5; index++) expect(journal.append(recordOf(1, size))).toBe(0);
    expect(journal.next).toBe(next);
    expect(journal.dropped).toBeGreaterThanOrEqual(dropped + 5);
    flash.fault = () => undefined;
    const after = start(flash).journal;
    expect(told(all(after))).toBe(told(before));
    fill(after, 1);
    expect(after.next).toBe(next + 1);
  });
});

describe('flash that cannot be used at all', () => {
  const opened = (flash: NorFlash) => {
    const log: string[] = [];
    const journal = openJournal({
      flash,
      random: nodeRandom,
      log: (level, text) => log.push(`${level}: ${text}`),
    });
    return { journal, log };
  };

  it('gives way to a journal in RAM, and the log says why', () => {
    const dead = new NorFlash({ blocks: 8 });
    dead.fault = () => 'refused';
    const unreadable = new NorFlash({ blocks: 8 });
    unreadable.read = () => {
      throw new Error('flash: read failed');
    };
    for (const [flash, why] of [
      [dead, 'no block of it can be erased and written'],
      [unreadable, 'block 0 of 8 cannot be read'],
      [new NorFlash({ blocks: 1 }), 'it has 1 blocks, of which 2 are needed'],
    ] as const) {
      const { journal, log } = opened(flash);
      expect(journal).toBeInstanceOf(RamJournal);
      expect(log.at(-1)).toBe(
        `error: the journal's flash cannot be used: ${why}; records are in RAM, and lost with the power`,
      );
    }
    expect(opened(new NorFlash({ blocks: 2 })).journal).toBeInstanceOf(FlashJournal);
  });
});

describe('a record that flash no longer gives right', () => {
  it('is empty in its place and counted once; all others are what they were', () => {
    const flash = new NorFlash({ blocks: 4 });
    const { journal } = start(flash);
    fill(journal, 60);
    const at = indexOf(flash.bytes, recordOf(20, size));
    flash.bytes[at + 50]! ^= 4;
    const expected = due(journal);
    expected[20 - journal.oldest] = new Uint8Array(0);
    expect(told(all(journal))).toBe(told(expected));
    expect(told(all(journal))).toBe(told(expected));
    expect(journal.dropped).toBe(1);
    expect(told(all(start(flash).journal))).toBe(told(expected));
  });

  it('costs, where its head is damaged, those behind it in its block, and no sequence is given twice', () => {
    for (const victim of [5, 30, 55, 59, 60]) {
      const flash = new NorFlash({ blocks: 4 });
      const { journal } = start(flash);
      fill(journal, 60);
      flash.bytes[indexOf(flash.bytes, recordOf(victim, size)) - 8]! ^= 1;
      const after = start(flash).journal;
      const expected = due(journal);
      const read = all(after);
      for (const [index, record] of expected.entries())
        if (read[index] !== undefined && read[index].length > 0) expect(read[index]).toEqual(record);
      expect(read.filter(({ length }) => length > 0).length).toBeGreaterThan(30);
      expect(after.next).toBeGreaterThanOrEqual(61);
    }
  });

  it('keeps its sequence though it is the newest: the host may have it, and would take another for the same', () => {
    const flash = new NorFlash({ blocks: 4 });
    const { journal } = start(flash);
    fill(journal, 10);
    flash.bytes[indexOf(flash.bytes, recordOf(10, size)) + 50]! ^= 4;
    const after = start(flash).journal;
    expect(after.next).toBe(11);
    expect(all(after).map(({ length }) => length)).toEqual([...Array<number>(9).fill(size), 0]);
    expect(after.dropped).toBe(1);
    expect(after.append(recordOf(11, size))).toBe(11);
    const again = start(flash).journal;
    expect(told(all(again).slice(9))).toBe(told([new Uint8Array(0), recordOf(11, size)]));
  });

  it('gives no sequence twice where the head of the newest block is lost', () => {
    const flash = new NorFlash({ blocks: 6 });
    const { journal } = start(flash);
    fill(journal, 60);
    const newest = Math.floor(indexOf(flash.bytes, recordOf(60, size)) / flash.blockBytes);
    flash.bytes[newest * flash.blockBytes + 20]! ^= 1;
    const after = start(flash).journal;
    expect(after.epoch).toBe(journal.epoch);
    expect(after.next).toBeGreaterThan(60);
    const { next } = after;
    fill(after, 3);
    expect(after.read(next, 10_000, 10).length).toBe(3);
    expect(start(flash).journal.next).toBe(next + 3);
  });
});

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  const at = Buffer.from(bytes).indexOf(part);
  expect(at).toBeGreaterThan(0);
  return at;
}
