import { NorFlash } from '../../gateway/nor-flash.ts';
import { seededRandom } from '../../gateway/random.ts';
import type { Fault } from '../fault.ts';
import { Cuts, cutEverywhere, roundTheRing } from './power-cuts.ts';
import { turn } from './turn.ts';

/** The journal's flash, cut in every way at every step of its work, and in the starts after a cut. */
export const flashCut: Fault = {
  id: 'flash-cut',
  what: 'the power is cut at every write and erase of the journal’s flash, and in the starts after a cut',
  pass: 'only the record that was being written may be missing; no sequence is given twice',
  watched: 'cuts',
  times: { quick: 3000, full: 100_000 },
  minutes: { quick: 0.03, full: 6 },
  run: async ({ size, times, seed, progress, signal }) => {
    const all = new Cuts();
    const notes: string[] = [];
    let wrong = 0;
    for (let round = 0; all.cuts < times && !signal.aborted; round++) {
      const random = seededRandom(seed + round);
      // Rings of two to five blocks go round soon; one with the size of a real block now and then.
      const flash = new NorFlash({ blocks: 2 + (round % 4), blockBytes: round % 5 === 4 ? 4096 : 512 });
      try {
        all.add(
          cutEverywhere(flash, roundTheRing(2), {
            random,
            everyDeeper: size === 'quick' ? 200 : 20,
            depth: 3,
          }),
        );
      } catch (error) {
        wrong++;
        notes.push(`seed ${seed + round}: ${error instanceof Error ? error.message : String(error)}`);
        if (wrong > 4) break;
      }
      progress(Math.min(all.cuts, times));
      await turn();
    }
    return {
      times: all.cuts,
      watched: all.cuts + all.deeper,
      lost: 0,
      doubled: 0,
      wrong,
      healMs: null,
      figures: [
        // About 23 ways at each step; one start in 20 is cut again, in many ways, in a quick run one in 200.
        { name: 'steps of flash', value: all.steps, unit: '', least: times / 40 },
        { name: 'of them erases', value: all.erases, unit: '', least: times / 1000 },
        { name: 'cuts in a start after a cut', value: all.deeper, unit: '', least: times / 30 },
      ],
      notes,
    };
  },
};
