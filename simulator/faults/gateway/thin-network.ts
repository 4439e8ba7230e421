import type { Fault } from '../fault.ts';
import { GatewaySite } from './gateway-site.ts';

const minuteMs = 60_000;
const windowS = 5;
const gateways = 4;

/** Gateways of the reference load, each behind a thin and lossy network, which goes by their time, too. */
export const thinNetwork: Fault = {
  id: 'thin-network',
  what: 'each gateway’s way to the broker has 8 kB/s, and 5 % of its segments are lost',
  pass: '0 lost, 0 doubled, and no backlog grows',
  watched: 'values',
  /** Minutes of it. */
  times: { quick: 2, full: 30 },
  minutes: { quick: 0.13, full: 2 },
  run: async ({ times, seed, folder, progress, signal }) => {
    const site = await GatewaySite.start({
      folder,
      seed,
      gateways,
      startMs: (Math.floor(Date.now() / minuteMs) - times - 5) * minuteMs,
      windowS,
      sampleMs: 5000,
      signal,
    });
    try {
      const { time, network } = site;
      await site.until('the first windows', () => site.truth.size >= gateways * 8, { pace: 10 });
      await site.drained();
      network.setFaults({ bytesPerS: 8000, lossShare: 0.05, delayMs: 40, jitterMs: 40 });
      const beganTicks = time.ticksMs();
      let mostWaiting = 0;
      const waiting = () =>
        Math.max(...site.gateways.map(({ gateway: { journal } }) => journal.next - journal.oldest));
      for (let minute = 1; minute <= times; minute++) {
        const isOver = () => {
          mostWaiting = Math.max(mostWaiting, waiting());
          return time.ticksMs() - beganTicks >= minute * minuteMs;
        };
        await site.until('a minute', isOver, { pace: 20 });
        progress(minute);
      }
      const { lostSegments } = network.traffic;
      const atEnd = waiting();
      await site.drained();
      return {
        times,
        ...(await site.counts()),
        healMs: null,
        figures: [
          // Of six windows: a segment that is lost three times in a row is more than a window late.
          { name: 'records waiting, most', value: mostWaiting, unit: '', most: 6 * 8 },
          { name: 'records waiting at the end', value: atEnd, unit: '', most: 6 * 8 },
          { name: 'segments lost', value: lostSegments, unit: '', least: times / 2 },
        ],
      };
    } finally {
      await site.close();
    }
  },
};
