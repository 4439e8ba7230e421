import { expect, test } from 'vitest';
import { NorFlash } from '../../simulator/gateway/nor-flash.ts';
import { seededRandom } from '../../simulator/gateway/random.ts';
import { Cuts, cutEverywhere, roundTheRing } from '../firmware/app/flash-cuts.ts';
import { seed } from '../seed.ts';
import { rounds } from './chance.ts';

test("power cuts at every step of the journal's flash, and cuts in the starts after them, lose nothing that has its sequence", () => {
  const all = new Cuts();
  for (let round = 0; round < rounds(2, 12); round++) {
    const random = seededRandom(seed + round);
    const blocks = 2 + (round % 4);
    const flash = new NorFlash({ blocks, blockBytes: round % 5 === 4 ? 4096 : 512 });
    all.add(
      cutEverywhere(flash, roundTheRing(2), { random, everyDeeper: rounds(100, 20), depth: rounds(2, 3) }),
    );
  }
  console.log(`seed ${seed}: ${all}`);
  expect(all.cuts).toBeGreaterThan(2000);
  expect(all.deeper).toBeGreaterThan(500);
});
