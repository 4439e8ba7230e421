import { startFlaps } from '../../network/flaps.ts';
import type { Fault } from '../fault.ts';
import { GatewaySite } from './gateway-site.ts';
import { heapMb } from './heap.ts';

const minuteMs = 60_000;

/** A WiFi at the edge of its reach: it goes every 25 s or so: a gateway that had it for 10 s is back at once. */
export const wifiFlaps: Fault = {
  id: 'wifi-flaps',
  what: 'the WiFi goes and comes again, about every 25 s of the gateway’s time',
  pass: '0 lost, 0 doubled; the gateway’s heap is as large afterwards as after half of it',
  watched: 'values',
  times: { quick: 12, full: 360 },
  minutes: { quick: 0.16, full: 4 },
  run: async ({ times, seed, folder, progress, signal }) => {
    const site = await GatewaySite.start({
      folder,
      seed,
      startMs: Math.floor(Date.now() / minuteMs) * minuteMs - (times + 30) * 30_000,
      windowS: 5,
      sampleMs: 5000,
      signal,
    });
    try {
      const { time, first, network } = site;
      await site.until('the first windows', () => site.truth.size >= 8);
      let flapped = 0;
      const end = startFlaps(network, {
        time,
        upMs: 22_000,
        downMs: 3000,
        seed,
        flapped: count => {
          flapped = count;
          progress(Math.min(count, times));
        },
      });
      const flaps = (count: number) =>
        site.until(`${count} flaps`, () => flapped >= count, { pace: 40, withinMs: 20_000 + times * 3000 });
      // What a gateway takes for good it has taken by then: a connection made, lost, and made again.
      await flaps(Math.ceil(times / 2));
      const beforeMb = await heapMb();
      await flaps(times);
      end();
      const beganTicks = time.ticksMs();
      await site.drained();
      const healMs = time.ticksMs() - beganTicks;
      const grownMb = (await heapMb()) - beforeMb;
      const { connects, resent } = first.gateway.health().uplink;
      return {
        times: flapped,
        ...(await site.counts()),
        healMs,
        figures: [
          { name: 'heap grown', value: grownMb, unit: 'MB', most: 0.5 },
          { name: 'connections', value: connects, unit: '', least: times / 2 },
          { name: 'records sent again', value: resent, unit: '' },
        ],
      };
    } finally {
      await site.close();
    }
  },
};
