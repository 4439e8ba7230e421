import type { Fault } from '../fault.ts';
import { ReferenceLine, referenceMeters } from './reference-line.ts';
import { turn } from './turn.ts';

/** Eight reads fill the line nine tenths: one that waited for the silent slave each time would keep four fifths of the others. */
const sampleMs = 750;
const minuteMs = 60_000;
const silentMs = 3 * minuteMs;

/** One meter falls silent, each in its turn, and comes back. */
export const silentSlave: Fault = {
  id: 'silent-slave',
  what: '1 of 8 slaves on a line of 9600 baud silent for 3 minutes',
  pass: 'the others keep 95 % of their samples, and it is read again within 61 s of its return',
  watched: 'readings',
  times: { quick: 4, full: 800 },
  minutes: { quick: 0.04, full: 8 },
  run: async ({ times, seed, progress, signal }) => {
    const counts = { watched: 0, wrong: 0 };
    const notes: string[] = [];
    let [leastShare, healMs, done] = [1, 0, 0];
    for (; done < times && !signal.aborted; done++) {
      const silent = (done % referenceMeters) + 1;
      const rig = new ReferenceLine({ seed: seed + done, sampleMs, registersPerRead: 24 });
      const { time, line } = rig;
      time.advance(minuteMs);
      const before = rig.tallies.map(({ samples }) => samples);
      line.setFaults({ deadAddresses: [silent] });
      for (let minute = 0; minute < silentMs / minuteMs; minute++) {
        time.advance(minuteMs);
        await turn();
      }
      for (const [index, { samples }] of rig.tallies.entries()) {
        const share = ((samples - (before[index] ?? 0)) * sampleMs) / silentMs;
        if (index + 1 === silent) {
          // One answer may have been on its way.
          if (share <= sampleMs / silentMs) continue;
          counts.wrong++;
          notes.push(`slave ${silent} was silent, and ${share * 100} % of it were read`);
        } else leastShare = Math.min(leastShare, share);
      }
      const mended = rig.tally(silent).samples;
      const mendedTicks = time.ticksMs();
      line.setFaults({ deadAddresses: [] });
      while (rig.tally(silent).samples === mended && time.ticksMs() - mendedTicks < 2 * minuteMs)
        time.advance(100);
      healMs = Math.max(healMs, time.ticksMs() - mendedTicks);
      rig.source.stop();
      counts.watched += rig.values;
      counts.wrong += rig.wrong;
      notes.push(...rig.notes);
      progress(done + 1);
    }
    return {
      times: done,
      ...counts,
      lost: 0,
      doubled: 0,
      healMs,
      figures: [
        { name: 'samples of the others, least', value: leastShare * 100, unit: '%', least: 95 },
        { name: 'until it is read again', value: healMs / 1000, unit: 's', most: 61 },
      ],
      notes: notes.slice(0, 5),
    };
  },
};
