import type { Fault } from '../fault.ts';
import { GatewaySite } from './gateway-site.ts';

const minuteMs = 60_000;
const gateways = 5;

/** Nothing passes any more, and nobody is told: as of a router that forgot its connections. */
export const halfOpen: Fault = {
  id: 'half-open',
  what: 'connections become half-open: nothing passes on them, and neither end is told',
  pass: '0 lost, 0 doubled; the gateway finds out within 45 s',
  watched: 'values',
  times: { quick: 5, full: 20 },
  minutes: { quick: 0.04, full: 0.3 },
  run: async ({ times, seed, folder, progress, signal }) => {
    const site = await GatewaySite.start({
      folder,
      seed,
      gateways,
      meters: 4,
      startMs: Math.floor(Date.now() / minuteMs) * minuteMs - times * minuteMs,
      windowS: 10,
      sampleMs: 5000,
      signal,
    });
    try {
      const { time, network } = site;
      await site.until('the first windows', () => site.truth.size >= gateways * 4);
      await site.drained();
      let [done, foundMs, healMs] = [0, 0, 0];
      while (done < times) {
        // At another moment of what gateways send and ask each time.
        const beginTicks = time.ticksMs() + ((seed + done * 7919) % 20_000);
        const isReady = () => time.ticksMs() >= beginTicks && site.gateways.every(({ isOnline }) => isOnline);
        await site.until('connections', isReady, { pace: 40 });
        const ticks = time.ticksMs();
        network.halfOpen();
        const isBack = () =>
          site.gateways.every(({ isOnline, offlineTicks }) => isOnline && offlineTicks > ticks);
        await site.until('all to come back', isBack, { pace: 40 });
        for (const { offlineTicks } of site.gateways) foundMs = Math.max(foundMs, offlineTicks - ticks);
        healMs = Math.max(healMs, time.ticksMs() - ticks);
        done += gateways;
        progress(Math.min(done, times));
      }
      await site.drained();
      // The end of an old connection, whichever side noticed it, does not make its gateway offline.
      const states = await site.lab.api.get<readonly { online: boolean }[]>('/api/v1/gateways');
      const online = states.filter(state => state.online).length;
      return {
        times: done,
        ...(await site.counts()),
        healMs,
        figures: [
          { name: 'found after', value: foundMs / 1000, unit: 's', most: 45 },
          { name: 'online at the host in the end', value: online, unit: '', least: gateways },
        ],
      };
    } finally {
      await site.close();
    }
  },
};
