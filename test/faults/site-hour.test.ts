import { afterAll, beforeAll, expect, test } from 'vitest';
import type { QuantityId } from '#core/quantities.ts';
import type { Meter, Readings, Totals } from '../../host/api/contract.ts';
import { siteMeters } from '../site.ts';
import { SiteHost } from './site-host.ts';
import { SiteRig } from './site-rig.ts';
import { expectContiguous, expectTables, windowsOf } from './tables.ts';
import { Truth } from './truth.ts';

const seed = 44;
const minuteMs = 60_000;
/** An afternoon in June: the sun feeds in, and the battery's charger ends at 14:30 UTC. */
const hourMs = Date.UTC(2026, 2, 10, 14);
const startMs = hourMs - 2 * minuteMs;
const endMs = hourMs + 62 * minuteMs;
const meters = siteMeters.map(({ id }) => id);
/** These have counters of their own. */
const counting = meters.filter(id => id !== 'dc');

let host: SiteHost;
let site: SiteRig;
let truth: Truth;

beforeAll(async () => {
  console.log(`an hour of the house with seed ${seed}`);
  host = await SiteHost.start();
  const password = await host.addGateway('site');
  site = new SiteRig({ seed, startMs, broker: { port: host.mqttPort, password } });
  // No more at a time than the journal holds; the last window closes at the end.
  while (site.nowMs < endMs) {
    site.time.advance(Math.min(4 * minuteMs, endMs - site.nowMs));
    if (site.nowMs < endMs) await site.drained();
  }
  await site.drained();
  site.gateway.stop();
  truth = new Truth({ seed, startMs, endMs: site.nowMs + minuteMs });
});
afterAll(() => host?.remove());

const readings = (meter: string, quantity: string) =>
  host.get<Readings>('/api/v1/readings', {
    series: `site.${meter}.${quantity}`,
    from: startMs,
    to: endMs,
    points: 10_000,
  });
const totals = async (meter: string): Promise<Totals['periods'][number] | undefined> => {
  const range = { meter: `site.${meter}`, from: hourMs, to: hourMs + 60 * minuteMs, period: 'hour' };
  return (await host.get<Totals>('/api/v1/totals', range)).periods[0];
};
/** The reading of a counter as the last sample before an instant saw it. */
const shown = (meter: string, quantity: QuantityId, atMs: number) => truth.at(meter, quantity, atMs - 1000);

test('every window of every meter is in the database, once, and one follows the other', async () => {
  const until = Math.floor(site.nowMs / 10_000) * 10_000;
  expectContiguous(site.appended, meters, startMs, until);
  await expectTables(host.parts.store, 'site', site.appended);
  for (const { key, quantities } of await host.get<Meter[]>('/api/v1/meters')) {
    expect(quantities.length).toBeGreaterThan(5);
    const [, meter = ''] = key.split('.');
    const { startMs: starts, coverage, bucketMs } = await readings(meter, 'powerW');
    expect({ key, bucketMs, count: starts.length }).toEqual({ key, bucketMs: 10_000, count: 384 });
    expect(starts).toEqual(Array.from({ length: 384 }, (_, index) => startMs + index * 10_000));
    expect(coverage.every(share => share === 1)).toBe(true);
  }
});

test('each counter in the API shows at each window’s end what the meter showed', async () => {
  for (const meter of counting) {
    for (const quantity of ['energyImportWh', 'energyExportWh'] as const) {
      if (meter === 'kitchen' && quantity === 'energyExportWh') continue;
      const { startMs: starts, last } = await readings(meter, quantity);
      expect(last).toEqual(starts.map(start => shown(meter, quantity, start + 10_000)));
    }
  }
});

test('every stored gauge lies within what the house had in its window, and another house’s truth is told apart', () => {
  const falsehoodsIn = (other: Truth) =>
    windowsOf(site.appended).flatMap(window =>
      window.meter === 'grid' || window.meter === 'house'
        ? window.values.flatMap(value => other.falsehood(window, value) ?? [])
        : [],
    );
  expect(falsehoodsIn(truth)).toEqual([]);
  const elsewhere = new Truth({ seed: seed + 1, startMs, endMs: site.nowMs });
  expect(falsehoodsIn(elsewhere).length).toBeGreaterThan(10_000);
});

test('the energy of the hour equals the house’s counters to their last digit', async () => {
  for (const meter of counting) {
    const grown = (quantity: QuantityId) =>
      shown(meter, quantity, hourMs + 60 * minuteMs) - shown(meter, quantity, hourMs);
    const total = await totals(meter);
    expect(total).toMatchObject({ startMs: hourMs, coverage: 1 });
    expect(total?.importWh).toBeCloseTo(grown('energyImportWh'), 6);
    if (meter === 'kitchen') expect(total?.exportWh).toBeNull();
    else expect(total?.exportWh).toBeCloseTo(grown('energyExportWh'), 6);
  }
  // The hour was worth measuring, though the house's battery levels much of it.
  const { importWh, exportWh } = { ...(await totals('grid')) };
  expect(importWh).toBeGreaterThan(1);
  expect(exportWh).toBeGreaterThan(1);
  expect((importWh ?? 0) + (exportWh ?? 0)).toBeGreaterThan(100);
});

test('energy integrated from an INA219 is within 0.1 % of what the battery took and gave', async () => {
  const total = await totals('dc');
  for (const [direction, wh] of [
    ['import', total?.importWh],
    ['export', total?.exportWh],
  ] as const) {
    const trueWh = truth.batteryWh(direction, hourMs, hourMs + 60 * minuteMs);
    expect(trueWh).toBeGreaterThan(1);
    const offBy = Math.abs((wh ?? 0) - trueWh) / trueWh;
    console.log(`${direction} of the battery: ${trueWh.toFixed(4)} Wh, off by ${(offBy * 100).toFixed(4)} %`);
    expect(offBy).toBeLessThan(0.001);
  }
});

test('mean powers times time agree with the counters', async () => {
  for (const meter of counting) {
    const { startMs: starts, mean } = await readings(meter, 'powerW');
    const inHour = mean.filter(
      (_, index) => (starts[index] ?? 0) >= hourMs && (starts[index] ?? 0) < hourMs + 60 * minuteMs,
    );
    expect(inHour.length).toBe(360);
    const meanWh = inHour.reduce<number>((sum, powerW) => sum + ((powerW ?? 0) * 10) / 3600, 0);
    const total = await totals(meter);
    const countedWh = (total?.importWh ?? 0) - (total?.exportWh ?? 0);
    // Polls fall due on a grid of seconds, so each change of power is seen late by the same time, and the delays
    // cancel but for the hour's ends; what is read each 5 s moves the others by 0.3 s at most, and so much of every
    // change may be missed. Counters are cut to their last Wh and were read up to a second before the hour's ends.
    let changesW = 0;
    for (let atMs = hourMs - 2000; atMs < hourMs + 60 * minuteMs; atMs += 1000) {
      changesW += Math.abs(truth.at(meter, 'powerW', atMs + 1000) - truth.at(meter, 'powerW', atMs));
    }
    const edgesW =
      Math.abs(truth.at(meter, 'powerW', hourMs - 1000)) +
      Math.abs(truth.at(meter, 'powerW', hourMs + 60 * minuteMs - 1000));
    const boundWh = (0.3 * changesW + edgesW) / 3600 + 1;
    const offWh = Math.abs(meanWh - countedWh);
    console.log(
      `${meter}: ${countedWh} Wh counted, means off by ${offWh.toFixed(2)} of ${boundWh.toFixed(2)} Wh`,
    );
    expect(offWh).toBeLessThan(boundWh);
  }
});

test('the newest reading of each meter is what the house shows', async () => {
  const until = Math.floor(site.nowMs / 10_000) * 10_000;
  for (const meter of counting) {
    const { latest, lastWindowMs } = await host.get<Meter>(`/api/v1/meters/site.${meter}`);
    expect(lastWindowMs).toBe(until);
    expect(latest?.values.energyImportWh).toBe(shown(meter, 'energyImportWh', until));
  }
});
