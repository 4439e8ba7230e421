import { lateAnswerMs } from '#app/owed-answers.ts';
import { seededUnit } from '../../line/bit-noise.ts';
import type { Fault } from '../fault.ts';
import { ReferenceLine } from './reference-line.ts';
import { turn } from './turn.ts';

/** After its time-out an answer may be so late; a slave gets 300 ms, less what it learnt. */
const latestMs = lateAnswerMs;
/** How slow the line is changes this often, several times within a read of all meters. */
const changeMs = 130;

/**
 * Answers that come when their question is given up already. Each meter is read in three blocks of one length, so that the
 * late answer to one looks as the answer to another.
 */
export const lateAnswers: Fault = {
  id: 'late-answers',
  what: 'answers come after their time-out, when another question may be under way',
  pass: 'none is taken for the answer to another question',
  watched: 'readings',
  times: { quick: 500, full: 10_000 },
  minutes: { quick: 0.03, full: 0.5 },
  run: async ({ times, seed, progress, signal }) => {
    const rig = new ReferenceLine({ seed, sampleMs: 5000, registersPerRead: 8, oldestS: 3 });
    const unit = seededUnit(seed);
    const late = () => rig.source.counters().late ?? 0;
    let steps = 0;
    while (late() < times && !signal.aborted) {
      rig.line.setFaults({ delayMs: unit() < 0.6 ? 0 : unit() * latestMs });
      rig.time.advance(changeMs);
      if (++steps % 200 !== 0) continue;
      progress(Math.min(late(), times));
      await turn();
    }
    rig.source.stop();
    const { samples, failures } = sumOf(rig);
    return {
      times: late(),
      watched: rig.values,
      lost: 0,
      doubled: 0,
      wrong: rig.wrong,
      healMs: null,
      figures: [
        // Six of ten changes of the line leave it fast.
        {
          name: 'reads that were answered',
          value: (100 * samples) / (samples + failures),
          unit: '%',
          least: 40,
        },
        { name: 'virtual time', value: rig.time.ticksMs() / 3_600_000, unit: 'h' },
      ],
      notes: rig.notes,
    };
  },
};

function sumOf({ tallies }: ReferenceLine): { samples: number; failures: number } {
  let [samples, failures] = [0, 0];
  for (const tally of tallies) {
    samples += tally.samples;
    for (const count of Object.values(tally.failures)) failures += count;
  }
  return { samples, failures };
}
