import { describe, expect, it } from 'vitest';
import { FlashJournal } from '#app/flash-journal.ts';
import { NorFlash, type NorStep } from '../../../simulator/gateway/nor-flash.ts';
import { nodeRandom } from '../../../simulator/gateway/random.ts';
import { recordOf } from './journal-model.ts';

const size = 100;
/** A head of 52 bytes and four records of this size with theirs leave 12 bytes and more. */
const perBlock = 4;
const log = () => {};
const start = (flash: NorFlash) => new FlashJournal({ flash, random: nodeRandom, log });

const fill = (journal: FlashJournal, count: number): void => {
  for (let index = 0; index < count; index++) journal.append(recordOf(journal.next, size));
};
const told = ({ oldest, next, dropped }: FlashJournal) => ({ oldest, next, dropped });
const lengths = (journal: FlashJournal): number[] =>
  journal.read(0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).map(({ length }) => length);

/** The last step that `act` does which `isIt`, and the chip as it was before. */
function lastStep(flash: NorFlash, isIt: (step: NorStep) => boolean, act: () => void) {
  let found: { step: NorStep; chip: NorFlash } | undefined;
  flash.before = step => {
    if (isIt(step)) found = { step, chip: flash.copy() };
  };
  act();
  flash.before = () => {};
  if (found === undefined) throw new Error('no such step was done');
  return found;
}

describe('what a journal told as dropped', () => {
  it('is not taken back by an acknowledgement that a power cut tore, and that reads whole later', () => {
    const flash = new NorFlash({ blocks: 2, blockBytes: 512 });
    const journal = start(flash);
    fill(journal, 2 * perBlock - 1);
    const { step, chip } = lastStep(
      flash,
      () => true,
      () => journal.release(perBlock + 1),
    );
    if (step.do !== 'write') throw new Error('an acknowledgement is written');

    // Its last byte reads as it was or as it was to be: so that it is torn until all is told, and whole then.
    let chance = 0;
    const torn = chip.tornWrite(step, step.bytes.length - 1, 1, () => chance);
    const after = start(torn);
    expect(told(after)).toEqual({ oldest: 1, next: 2 * perBlock, dropped: 0 });
    // By all that is known the host has nothing of the block that makes room now; the power is cut while it is erased.
    const { chip: cut } = lastStep(
      torn,
      ({ do: what }) => what === 'erase',
      () => fill(after, 2),
    );
    const gone = { oldest: perBlock + 1, next: 2 * perBlock, dropped: perBlock };
    expect(told(start(cut.copy(() => chance)))).toEqual(gone);
    chance = 0.9;
    expect(told(start(cut.copy(() => chance)))).toEqual(gone);
  });

  it('holds what could not be read when it is acknowledged, over restarts too, and counts it once', () => {
    const flash = new NorFlash({ blocks: 4, blockBytes: 512 });
    const journal = start(flash);
    fill(journal, 3);
    flash.bytes[Buffer.from(flash.bytes).indexOf(recordOf(2, size)) + 50]! ^= 4;
    const before = start(flash);
    expect(lengths(before)).toEqual([size, 0, size]);
    before.release(1);
    expect(before.dropped).toBe(1);
    const sentAgain = start(flash);
    expect(lengths(sentAgain)).toEqual([0, size]);
    sentAgain.release(2);
    expect(sentAgain.dropped).toBe(1);
    const after = start(flash);
    expect(told(after)).toEqual({ oldest: 3, next: 4, dropped: 1 });
    // The next block tells it, too.
    fill(after, 2 * perBlock);
    after.release(after.next - 1);
    expect(start(flash).dropped).toBe(1);
  });

  it('has one that could not be read and gave way once', () => {
    const flash = new NorFlash({ blocks: 2, blockBytes: 512 });
    const journal = start(flash);
    fill(journal, perBlock);
    flash.bytes[Buffer.from(flash.bytes).indexOf(recordOf(2, size)) + 50]! ^= 4;
    expect(lengths(journal)).toEqual([size, 0, size, size]);
    expect(journal.dropped).toBe(1);
    fill(journal, perBlock + 1);
    expect(told(journal)).toEqual({ oldest: perBlock + 1, next: 2 * perBlock + 2, dropped: perBlock });
    expect(start(flash).dropped).toBe(perBlock);
  });
});
