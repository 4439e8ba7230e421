import type { Fault } from '../fault.ts';
import { GatewaySite } from './gateway-site.ts';
import { heapMb } from './heap.ts';

const dayMs = 86_400_000;
const quarterMs = 900_000;

/** More than a journal holds: what it drops is counted, and counted alike by all. */
export const awayWeek: Fault = {
  id: 'away-week',
  what: 'host away for 7 days, 8 meters of 12 values: more than the journal holds',
  pass: 'what is dropped is counted to the record by gateway and ledger, the rest is there once; memory does not grow',
  watched: 'values',
  times: { quick: 1, full: 3 },
  minutes: { quick: 0.15, full: 5 },
  run: async ({ size, times, seed, folder, progress, signal }) => {
    const sum = { watched: 0, lost: 0, doubled: 0, wrong: 0 };
    const notes: string[] = [];
    let [done, mostGrowthMb, dropped, difference, full] = [0, Number.NEGATIVE_INFINITY, 0, 0, 0];
    for (; done < times; done++) {
      const site = await GatewaySite.start({
        folder: `${folder}/${done}`,
        seed: seed + done,
        startMs: Math.floor((Date.now() - 7 * dayMs) / quarterMs) * quarterMs - quarterMs,
        windowS: size === 'quick' ? 900 : 300,
        sampleMs: size === 'quick' ? 450_000 : 60_000,
        signal,
      });
      try {
        const { journal } = site.first.gateway;
        await site.until('the first windows', () => site.truth.size >= 8, { pace: 1000 });
        await site.drained();
        const kept = site.truth.size;
        site.network.setFaults({ passage: 'refused' });
        await site.lab.stop();
        // By then the journal goes round, and all that runs has run.
        await site.run(5 * dayMs, 60_000);
        const beforeMb = await heapMb();
        const droppedBefore = journal.dropped;
        await site.run(2 * dayMs, 60_000);
        mostGrowthMb = Math.max(mostGrowthMb, (await heapMb()) - beforeMb);
        if (droppedBefore > 0) full++;
        await site.lab.startAgain();
        site.network.setFaults({ passage: 'open' });
        await site.drained();
        const told = await toldOf(site);
        dropped += journal.dropped;
        difference += Math.abs(told.lost - journal.dropped) + Math.abs(told.ledger - journal.dropped);
        site.truth.dropped('gw1', kept, kept + journal.dropped);
        const { notes: more, ...counts } = await site.counts({ mayDrop: true });
        for (const name of ['watched', 'lost', 'doubled', 'wrong'] as const) sum[name] += counts[name];
        notes.push(...more);
      } finally {
        await site.close();
      }
      progress(done + 1);
    }
    return {
      times: done,
      ...sum,
      healMs: null,
      figures: [
        { name: 'records dropped', value: dropped, unit: '', least: 1 },
        // Else there was no time in which all that runs has run, and memory was judged while it filled.
        { name: 'weeks whose journal was full after five days', value: full, unit: '', least: done },
        { name: 'counted otherwise by host or ledger', value: difference, unit: 'records', most: 0 },
        { name: 'heap grown in the last two days', value: mostGrowthMb, unit: 'MB', most: 0.5 },
      ],
      notes,
    };
  },
};

/** What the host says that the gateway dropped, as it came and in its ledger. */
async function toldOf({ lab, time }: GatewaySite): Promise<{ lost: number; ledger: number }> {
  const { ingest } = await lab.api.get<{ ingest: Readonly<Record<string, number>> }>('/api/v1/gateways/gw1');
  const nowMs = Math.floor(time.wallMs() ?? 0);
  const { gateways } = await lab.api.get<{
    gateways: readonly { gateway: string; droppedRecords: number }[];
  }>('/api/v1/ledger', { from: nowMs - 9 * dayMs, to: nowMs + dayMs });
  const ledger = gateways.find(({ gateway }) => gateway === 'gw1')?.droppedRecords ?? 0;
  return { lost: ingest.lost ?? 0, ledger };
}
