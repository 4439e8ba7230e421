import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '#core/limits.ts';
import { rounds } from '../faults/chance.ts';
import { whyNoEngine } from './engine-build.ts';
import { espBytes, type HeapSize } from './heap-image.ts';
import { HeapSession } from './heap-session.ts';
import type { HeapSiteOptions } from './heap-site.ts';

const why = whyNoEngine();

/** 44 values in 6 reads, as a profile of 40 registers may have them. */
const profile = 'eastron-sdm72d-m-v2';
const modbus = (count: number) => Array.from({ length: count }, () => profile);

const sites = {
  empty: { profiles: [], hasHead: false },
  'one meter': { profiles: modbus(1), hasHead: false },
  'eight meters': { profiles: modbus(8), hasHead: false },
  'a head': { profiles: [], hasHead: true },
  whole: { profiles: modbus(8), hasHead: true },
} as const satisfies Record<string, HeapSiteOptions>;
type SiteName = keyof typeof sites;

/**
 * What each site may take at most, B on an ESP32: slots × 16 + chunks (content and 8 bytes each), of the gateway alone,
 * without its ports and what lies in flash (code, tables, all that is preloaded), and without the journal's 64 kB in
 * RAM, which a board with flash for it has not. Measured, and some more: the same on every machine and in every
 * run, so what goes past one is a change of the code: make it smaller, or raise the bound and say in the commit what
 * the gateway got for it. Of the whole 60 kB were wanted.
 */
const bounds: Record<SiteName, number> = {
  empty: 10_900,
  'one meter': 22_600,
  'eight meters': 50_400,
  'a head': 20_700,
  whole: 59_300,
};

/** Windows, identities and the time-outs of slaves are settled by then. */
const warmUpS = 300;

async function takenBy(
  options: HeapSiteOptions,
): Promise<{ slots: number; chunkBytes: number; bytes: number }> {
  const xs = await HeapSession.open();
  try {
    await xs.run({ name: 'open', options });
    await xs.run({ name: 'run', seconds: warmUpS });
    const with_ = await xs.size();
    await xs.run({ name: 'drop' });
    const without = await xs.size();
    const taken: HeapSize = {
      slots: with_.slots - without.slots,
      chunkBytes: with_.chunkBytes - without.chunkBytes - limits.journalRamBytes,
    };
    return { ...taken, bytes: espBytes(taken) };
  } finally {
    xs.close();
  }
}

describe.skipIf(why !== undefined)(
  `the heap of a gateway on XS${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    const { taken } = { taken: new Map<SiteName, Awaited<ReturnType<typeof takenBy>>>() };
    beforeAll(async () => {
      for (const name of Object.keys(sites) as SiteName[]) taken.set(name, await takenBy(sites[name]));
      for (const [name, { slots, chunkBytes, bytes }] of taken) {
        console.log(`XS heap, ${name}: ${slots} slots and ${chunkBytes} B of chunks, ${bytes} B on an ESP32`);
      }
    });

    test.each(Object.keys(sites) as SiteName[])('%s takes no more than was measured', name => {
      const bytes = taken.get(name)?.bytes ?? 0;
      expect(bytes).toBeLessThanOrEqual(bounds[name]);
      expect(bytes).toBeGreaterThan(bounds[name] * 0.9);
    });
  },
);

/** What a scan may take beside the gateway whose line it asks, and how often it is looked at: once a second. */
const scan = { mostBytes: 19_800, looks: 20 };

describe.skipIf(why !== undefined)('a gateway that scans a line', () => {
  test('takes little more memory while it finds out who eight meters are', async () => {
    const xs = await HeapSession.open();
    try {
      await xs.run({ name: 'open', options: sites.whole });
      await xs.run({ name: 'run', seconds: warmUpS });
      const before = espBytes(await xs.size());
      await xs.run({ name: 'scan', fromAddress: 1, toAddress: 247 });
      let most = 0;
      for (let look = 0; look < scan.looks; look++) {
        await xs.run({ name: 'run', seconds: 1 });
        most = Math.max(most, espBytes(await xs.size()) - before);
      }
      const { named } = await xs.run({ name: 'run', seconds: 60 });
      const left = espBytes(await xs.size()) - before;
      console.log(`XS heap, a scan of eight meters: ${most} B more at the most, ${left} B when it is over`);
      expect(named).toBe(8);
      expect(most).toBeLessThanOrEqual(scan.mostBytes);
      expect(most).toBeGreaterThan(scan.mostBytes / 2);
      expect(left).toBeLessThan(1500);
    } finally {
      xs.close();
    }
  });
});

/**
 * How much is done between two counts: in `npm test` a part of it, in `npm run faults` 100,000 polls, 1,000 reconnects
 * and a day of outage.
 */
const work = { pollS: rounds(300, 70_000), reconnects: rounds(10, 1000), outageS: rounds(600, 86_400) };

/** The long form is minutes of the engine's time each. */
const longestMs = 60 * 60_000;

describe.skipIf(why !== undefined)('a gateway that runs for long', () => {
  let xs: HeapSession;
  beforeAll(async () => {
    xs = await HeapSession.open();
    await xs.run({ name: 'open', options: { profiles: modbus(3), hasHead: true, sampleMs: 2000 } });
    await xs.run({ name: 'run', seconds: warmUpS });
    await xs.run({ name: 'cut', times: 3, everyS: 15 });
    // As it is after an outage: the journal gave back what it held.
    await xs.run({ name: 'broker', isUp: false });
    await xs.run({ name: 'run', seconds: 300 });
    await xs.run({ name: 'broker', isUp: true });
    await xs.run({ name: 'run', seconds: 300 });
  });
  afterAll(() => xs?.close());

  const settled = async () => {
    await xs.run({ name: 'run', seconds: 120 });
    return xs.size();
  };

  test(
    'has the same slots and chunks after all its polls',
    async () => {
      const before = await settled();
      const { polls: first } = await xs.run({ name: 'run', seconds: 0 });
      const { polls } = await xs.run({ name: 'run', seconds: work.pollS });
      expect(await settled()).toEqual(before);
      expect(polls - first).toBeGreaterThan(work.pollS * 1.45);
    },
    longestMs,
  );

  test(
    'has the same slots and chunks after all its reconnects',
    async () => {
      const before = await settled();
      const { connects: first } = await xs.run({ name: 'run', seconds: 0 });
      const { connects } = await xs.run({ name: 'cut', times: work.reconnects, everyS: 15 });
      expect(await settled()).toEqual(before);
      expect(connects - first).toBe(work.reconnects);
    },
    longestMs,
  );

  test(
    'has the same slots and chunks after an outage, when its records have gone out',
    async () => {
      const before = await settled();
      await xs.run({ name: 'broker', isUp: false });
      await xs.run({ name: 'run', seconds: work.outageS });
      await xs.run({ name: 'broker', isUp: true });
      await xs.run({ name: 'run', seconds: 300 });
      expect(await settled()).toEqual(before);
    },
    longestMs,
  );
});
