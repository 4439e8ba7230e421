import { expect, test } from 'vitest';
import { encodeRecord, type WindowRecord } from '#core/wire/records.ts';
import type { GatewaySettings } from '#core/wire/settings.ts';
import { Store } from '../../host/store/store.ts';
import { NorFlash } from '../../simulator/gateway/nor-flash.ts';
import { testSite } from '../firmware/app/test-site.ts';
import { tell } from './tell.ts';

const t0 = Date.UTC(2026, 10, 21, 12);
const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const settings: GatewaySettings = {
  version: 1,
  lines: [{ id: 'chips', kind: 'i2c', port: 'chips' }],
  meters: [
    {
      id: 'battery',
      name: 'Battery',
      profile: 'ina219',
      line: 'chips',
      address: 0x40,
      sampleMs: 1000,
      windowS: 10,
    },
  ],
};

type Site = ReturnType<typeof testSite>;

interface Case {
  readonly name: string;
  /** The wall clock at the start; undefined: not known. Default: right. */
  readonly wallMs?: number | undefined;
  readonly run: (site: Site) => void;
  /** Where the host believes the time to be, in the end; default: where the gateway is. */
  readonly hostMs?: number;
  /** Steps of the clock that the gateway is to count. */
  readonly jumps: number;
  /** Whether windows come in the order of their times: not after a clock that was years off. */
  readonly isOrdered?: boolean;
}

const step = ({ time }: Site, byMs: number): void => time.setWall((time.wallMs() ?? 0) + byMs);

const cases: readonly Case[] = [
  {
    name: 'the time is not known for 15 minutes after the start',
    wallMs: undefined,
    run: site => {
      site.time.advance(15 * minuteMs);
      site.time.setWall(t0 + 15 * minuteMs);
      site.time.advance(5 * minuteMs);
    },
    jumps: 0,
  },
  { name: 'an hour forward', run: site => around(site, () => step(site, hourMs)), jumps: 1 },
  {
    name: 'an hour back',
    run: site => {
      around(site, () => step(site, -hourMs));
      site.time.advance(hourMs);
    },
    jumps: 1,
  },
  {
    name: 'it is 1970 at the start, then right',
    wallMs: 0,
    run: site => around(site, () => site.time.setWall(t0)),
    jumps: 0,
  },
  {
    name: 'the second 2^31 of 2038 goes by, after a leap there and before one back',
    run: site => {
      around(site, () => site.time.setWall(2 ** 31 * 1000 - 3 * minuteMs));
      around(site, () => site.time.setWall(t0 + 30 * minuteMs));
    },
    jumps: 2,
    isOrdered: false,
  },
  {
    name: 'the second 2^32 of 2106 goes by, after a leap there and before one back',
    run: site => {
      around(site, () => site.time.setWall(2 ** 32 * 1000 - 3 * minuteMs));
      around(site, () => site.time.setWall(t0 + site.time.ticksMs()));
    },
    // No gateway believes it.
    jumps: 0,
  },
  {
    name: 'the site’s clocks go forward: a day of 23 hours',
    wallMs: Date.UTC(2026, 2, 29, 0, 50),
    run: site => site.time.advance(20 * minuteMs),
    jumps: 0,
  },
  {
    name: 'the site’s clocks go back: a day of 25 hours',
    wallMs: Date.UTC(2026, 9, 25, 0, 50),
    run: site => site.time.advance(20 * minuteMs),
    jumps: 0,
  },
  {
    name: 'a leap second is smeared over 1000 s',
    run: site => {
      for (let count = 0; count < 100; count++) {
        step(site, -10);
        site.time.advance(10 * secondMs);
      }
    },
    jumps: 0,
  },
  {
    name: 'the host’s own clock is a day behind',
    run: site => site.time.advance(20 * minuteMs),
    hostMs: t0 - dayMs,
    jumps: 0,
  },
  {
    name: 'no time server for long, whose drift of 8 s is then mended at once',
    run: site => {
      for (const byMs of [8000, -8000]) {
        site.time.advance(hourMs);
        step(site, byMs);
      }
      site.time.advance(10 * minuteMs);
    },
    jumps: 2,
  },
  {
    name: 'a leap while the host is away',
    run: site => {
      site.time.advance(5 * minuteMs);
      site.broker.shut();
      around(site, () => step(site, hourMs));
      site.broker.open();
      site.time.advance(5 * minuteMs);
    },
    jumps: 1,
  },
  {
    name: 'two leaps within one window',
    run: site => {
      site.time.advance(5 * minuteMs + 2 * secondMs);
      step(site, 30 * secondMs);
      site.time.advance(3 * secondMs);
      step(site, -30 * secondMs);
      site.time.advance(5 * minuteMs);
    },
    jumps: 2,
  },
];

/** Time before and after. */
function around(site: Site, leap: () => void): void {
  site.time.advance(6 * minuteMs + 3 * secondMs);
  leap();
  site.time.advance(6 * minuteMs + 3 * secondMs);
}

test('there are twelve and more', () => expect(cases.length).toBeGreaterThanOrEqual(12));

test.each(cases.map(each => [each.name, each] as const))(
  '%s: nothing is lost, nothing named twice',
  async (_name, each) => {
    // The journal as a device has it.
    const flash = new NorFlash({ blocks: 40 });
    const site = testSite({ flash, settings, wallMs: 'wallMs' in each ? each.wallMs : t0 });
    expect(site.gateway.journal.capacityBytes).toBe(40 * 4096);
    const { time, gateway, host } = site;
    gateway.start();
    each.run(site);
    time.advance(30 * secondMs);
    const health = gateway.health();
    expect(health).toMatchObject({
      clock: 'synced',
      clockJumps: each.jumps,
      undatedDropped: 0,
      journal: { dropped: 0 },
    });
    const ranS = time.ticksMs() / secondMs;
    gateway.stop();
    host.settle();
    const windows = site.stored('battery');
    expect([...host.lost.values()]).toEqual([]);

    // No time has two names, and counters go by the clock as they went.
    const byTime = windows.toSorted((one, other) => one.startMs - other.startMs);
    for (const [index, window] of byTime.entries()) {
      const next = byTime[index + 1];
      if (next !== undefined)
        expect(next.startMs).toBeGreaterThanOrEqual(window.startMs + window.windowS * 1000);
    }
    if (each.isOrdered !== false) expect(windows).toEqual(byTime);
    const readings = (each.isOrdered === false ? windows : byTime).map(({ values }) => lastOf(values));
    for (const [index, reading] of readings.entries())
      expect(readings[index + 1] ?? reading).toBeGreaterThanOrEqual(reading);

    // Each second's sample is in a window, or counted as one that had no time to be told of.
    const samples = sum(
      windows,
      ({ values }) => values.find(({ quantity }) => quantity === 'powerW')?.samples ?? 0,
    );
    const withoutTime = sum(windows, ({ failures }) =>
      sum(failures, ({ reason, count }) => (reason === 'clock' ? count : 0)),
    );
    const notTold = ranS - samples - withoutTime;
    // The window that was open at the end, and half of one at each leap.
    expect(notTold).toBeGreaterThanOrEqual(0);
    expect(notTold).toBeLessThanOrEqual(20 + each.jumps);

    // The store has each, once, whatever its own clock shows.
    const nowMs = each.hostMs ?? time.wallMs() ?? 0;
    const store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0, nowMs: () => nowMs });
    const batch = store.batch();
    for (const window of windows) batch.add('gw', encodeRecord(window), nowMs / 1000);
    batch.mark({ gateway: 'gw', epoch: gateway.journal.epoch, sequence: windows.length });
    await store.commit(batch);
    await store.upkeep();
    const [rows] = await store.all(
      "SELECT count(*) AS rows, count(DISTINCT startS) AS once FROM gauge JOIN series ON number = series WHERE quantity = 'powerW'",
    );
    await store.close();
    const withPower = windows.filter(({ values }) =>
      values.some(({ quantity }) => quantity === 'powerW'),
    ).length;
    const found = { lost: withPower - Number(rows?.once), doubled: Number(rows?.rows) - Number(rows?.once) };
    tell({
      what: each.name,
      acknowledged: windows.length,
      ...found,
      more: [`${withoutTime} samples without a time`],
    });
    expect(found).toEqual({ lost: 0, doubled: 0 });
  },
);

const sum = <T>(list: readonly T[], of: (each: T) => number): number =>
  list.reduce((total, each) => total + of(each), 0);

const lastOf = (values: WindowRecord['values']): number =>
  values.find(({ quantity }) => quantity === 'energyImportWh')?.last ?? 0;
