import type { Fault } from '../fault.ts';
import { ReferenceLine } from './reference-line.ts';
import { turn } from './turn.ts';

/** As on a long line without termination: of the frames of 53 bytes every eighth is damaged. */
const bitErrorRate = 3e-4;

/** A line full of noise, read by the poller that a gateway has. */
export const lineNoise: Fault = {
  id: 'line-noise',
  what: 'RS485 noise: each bit is wrong with a probability of 0.0003, polled by the gateway’s own poller',
  pass: 'no value is given that its meter did not show',
  watched: 'readings',
  times: { quick: 10_000, full: 1_000_000 },
  minutes: { quick: 0.03, full: 3 },
  run: async ({ times, seed, progress, signal }) => {
    const rig = new ReferenceLine({ seed, sampleMs: 1000, registersPerRead: 24 });
    rig.line.setFaults({ bitErrorRate });
    // Requests and answers are frames.
    const frames = () => (rig.source.counters().requests ?? 0) + (rig.source.counters().answers ?? 0);
    while (frames() < times && !signal.aborted) {
      rig.time.advance(30_000);
      progress(Math.min(frames(), times));
      await turn();
    }
    rig.source.stop();
    const { requests = 0, answers = 0, crcErrors = 0 } = rig.source.counters();
    return {
      times: frames(),
      watched: rig.values,
      lost: 0,
      doubled: 0,
      wrong: rig.wrong,
      healMs: null,
      figures: [
        { name: 'bits wrong on the line', value: rig.line.counts.flippedBits, unit: '', least: times / 30 },
        { name: 'damaged answers', value: crcErrors, unit: '' },
        // Of frames of 61 bytes together every sixth question or answer is damaged: all others are read.
        { name: 'questions answered', value: (100 * answers) / requests, unit: '%', least: 80 },
      ],
      notes: rig.notes,
    };
  },
};
