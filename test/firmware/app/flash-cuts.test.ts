import { describe, expect, it } from 'vitest';
import { cutEverywhere, roundTheRing } from '../../../simulator/faults/gateway/power-cuts.ts';
import { NorFlash } from '../../../simulator/gateway/nor-flash.ts';
import { seededRandom } from '../../../simulator/gateway/random.ts';
import { seed } from '../../seed.ts';

describe('a power cut', () => {
  it('at any point of any step costs at most the record being written, and no sequence is given twice', () => {
    const random = seededRandom(seed);
    const flash = new NorFlash({ blocks: 4, blockBytes: 512 });
    const counts = cutEverywhere(flash, roundTheRing(2), { random, everyDeeper: 0, depth: 0 });
    console.log(`seed ${seed}: ${counts}`);
    expect(counts.erases).toBeGreaterThanOrEqual(4);
    expect(counts.cuts).toBeGreaterThan(1000);
    // The cut came when all was written: the record is there, though nobody was told.
    expect(counts.kept).toBeGreaterThan(20);
  });

  it('in the start after a cut, and in the start after that one, does no more harm', () => {
    const random = seededRandom(seed + 1);
    const flash = new NorFlash({ blocks: 3, blockBytes: 512 });
    const counts = cutEverywhere(flash, roundTheRing(1), { random, everyDeeper: 60, depth: 2 });
    console.log(`seed ${seed}: ${counts}`);
    expect(counts.deeper).toBeGreaterThan(500);
  });
});
