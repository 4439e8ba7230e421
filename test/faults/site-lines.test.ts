import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Gateway, Meter, Missing } from '../../host/api/contract.ts';
import { noSmlFaults } from '../../simulator/meters/sml-faults.ts';
import { seed } from '../seed.ts';
import { siteMeters } from '../site.ts';
import { SiteHost } from './site-host.ts';
import { rigSettings, SiteRig } from './site-rig.ts';
import { expectContiguous, expectTables, windowsOf } from './tables.ts';
import { Truth } from './truth.ts';

const minuteMs = 60_000;
const startMs = Date.UTC(2026, 2, 10, 11);
const meters = siteMeters.map(({ id }) => id);

let host: SiteHost;
let site: SiteRig;
let windowS = 10;

beforeEach(async () => {
  console.log(`the site with seed ${seed}`);
  host = await SiteHost.start();
});
afterEach(async () => {
  site.gateway.stop();
  await host.remove();
});

/** A minute of a site that is well. */
async function measuring(ofWindowS = 10): Promise<void> {
  windowS = ofWindowS;
  const broker = { port: host.mqttPort, password: await host.addGateway('site') };
  site = new SiteRig({ seed, startMs, broker, settings: rigSettings(windowS) });
  await site.run(minuteMs);
  await site.drained();
}

const gateway = () => host.get<Gateway>('/api/v1/gateways/site');
const meter = (id: string) => host.get<Meter>(`/api/v1/meters/site.${id}`);
const missing = (id: string, from = startMs) =>
  host.get<Missing>('/api/v1/missing', { meter: `site.${id}`, from, to: site.nowMs });
const borderMs = () => Math.floor(site.nowMs / 1000 / windowS) * windowS * 1000;

/** Lets the house live for so long with what is wrong, and gets all of it to the host. */
async function live(durationMs: number): Promise<void> {
  for (let leftMs = durationMs; leftMs > 0; leftMs -= 4 * minuteMs) {
    await site.run(Math.min(leftMs, 4 * minuteMs));
    await site.drained();
  }
}

/** Every window is there once, and the house had every number that is stored. Gives how many were checked. */
async function expectTrueAndWhole(): Promise<number> {
  site.gateway.stop();
  expectContiguous(site.appended, meters, startMs, borderMs());
  await expectTables(host.parts.store, 'site', site.appended);
  const truth = new Truth({ seed, startMs, endMs: site.nowMs });
  let checked = 0;
  const falsehoods: string[] = [];
  for (const window of windowsOf(site.appended)) {
    for (const value of window.values) {
      // Counters and peaks of the chip are the gateway's own: the hour's test holds them to the house.
      if (window.meter === 'dc' && /^(energy|charge)|Peak/.test(value.quantity)) continue;
      checked++;
      const falsehood = truth.falsehood(window, value);
      if (falsehood !== undefined) falsehoods.push(falsehood);
    }
  }
  expect({ count: falsehoods.length, some: falsehoods.slice(0, 5) }).toEqual({ count: 0, some: [] });
  return checked;
}

/** Samples of power in all windows of a meter from then on. */
const samplesSince = (id: string, fromMs: number): number =>
  windowsOf(site.appended)
    .filter(window => window.meter === id && window.startMs >= fromMs)
    .reduce(
      (sum, { values }) => sum + (values.find(({ quantity }) => quantity === 'powerW')?.samples ?? 0),
      0,
    );

test('a dead slave costs the others nothing, is told with its reason, and comes back within a minute', async () => {
  // Short windows, so that the three time-outs until it counts as silent have one to themselves.
  await measuring(2);
  const deadMs = borderMs() + windowS * 1000;
  await site.run(deadMs - site.nowMs);
  site.bus.setFaults({ deadAddresses: [2] });
  await live(3 * minuteMs);
  // How it is it says each 10 s.
  await site.run(12_000);
  await site.drained();

  const seconds = (borderMs() - deadMs) / 1000;
  for (const id of ['house', 'kitchen', 'grid', 'dc']) {
    expect(await missing(id)).toEqual([]);
    expect(await meter(id)).toMatchObject({ state: 'well', reason: null });
    // The first requests and one probe a minute wait for a time-out, of 300 ms: a sample of each second all the same.
    expect(samplesSince(id, deadMs)).toBeGreaterThanOrEqual(seconds - 4);
  }
  const dead = await meter('ev');
  expect(dead).toMatchObject({ state: 'silent', reason: 'offline' });
  expect(dead.failures.timeout).toBeGreaterThanOrEqual(3);
  expect(dead.failures.offline).toBeGreaterThan(100);
  expect((await gateway()).lines['rs485-1']?.offline).toBe(dead.failures.offline);
  const gone = await missing('ev');
  expect(gone[0]?.reason).toBe('timeout');
  expect(gone[0]?.startMs).toBe(deadMs);
  expect(gone[1]?.reason).toBe('offline');
  expect(gone.at(-1)).toMatchObject({ endMs: borderMs() });
  for (const [index, { startMs: fromMs }] of gone.entries())
    expect(fromMs).toBe(gone[index - 1]?.endMs ?? fromMs);

  const repairedMs = site.nowMs;
  site.bus.setFaults({ deadAddresses: [] });
  await site.run(minuteMs + 2000);
  const isBack = windowsOf(site.appended).some(
    window => window.meter === 'ev' && window.startMs > repairedMs && window.values.length > 0,
  );
  expect(isBack).toBe(true);
  await site.run(20_000);
  await site.drained();
  expect(await meter('ev')).toMatchObject({ state: 'well', reason: null });
  await expectTrueAndWhole();
});

test('of a bus full of noise no false value is stored, and what it cost is counted and told', async () => {
  await measuring();
  const noisyMs = borderMs();
  // About every third answer of the SDM630 arrives damaged, as on a line without termination.
  site.bus.setFaults({ bitErrorRate: 3e-4 });
  await live(12 * minuteMs);
  const { lines } = await gateway();
  expect(lines['rs485-1']?.crcErrors).toBeGreaterThan(100);
  expect(lines['rs485-1']?.retries).toBeGreaterThan(100);
  const { failures, samples } = await meter('house');
  expect(failures.crc).toBeGreaterThan(20);
  expect(samples).toBeGreaterThan(500);
  site.bus.setFaults({ bitErrorRate: 0 });
  await site.run(20_000);
  await site.drained();
  expect(await meter('house')).toMatchObject({ state: 'well', reason: null });
  const told = windowsOf(site.appended)
    .filter(window => window.meter === 'house' && window.startMs >= noisyMs)
    .flatMap(window => window.failures);
  expect(told.some(({ reason }) => reason === 'crc')).toBe(true);
  const { flippedBits } = site.bus.counts;
  const checked = await expectTrueAndWhole();
  console.log(`${flippedBits} bits were wrong on the line, ${lines['rs485-1']?.crcErrors} damaged answers`);
  console.log(`${checked} stored values are all true`);
});

test('a line so noisy that nothing gets through has windows that say so, and none that lie', async () => {
  await measuring();
  site.bus.setFaults({ bitErrorRate: 0.05 });
  await live(3 * minuteMs);
  const gone = await missing('house');
  expect(gone.length).toBeGreaterThan(0);
  for (const { reason } of gone)
    expect(['crc', 'timeout', 'offline', 'foreign', 'malformed']).toContain(reason);
  expect((await meter('house')).state).not.toBe('well');
  expect(await missing('grid')).toEqual([]);
  await expectTrueAndWhole();
});

test('of corrupt, cut and torn telegrams no false value is stored, and each is counted with its reason', async () => {
  await measuring();
  site.head.faults = { ...noSmlFaults, corruptShare: 0.2, cutShare: 0.1, lostShare: 0.1 };
  await live(12 * minuteMs);
  const { corrupted, cut, lost, sent } = site.head.counts;
  const line = (await gateway()).lines['ir-1'];
  const { failures, samples } = await meter('grid');
  expect(corrupted + cut + lost).toBeGreaterThan(200);
  // A telegram cut short may take the next with it, and a torn one may count twice; none passes.
  const told = (failures.crc ?? 0) + (failures.malformed ?? 0);
  expect(told).toBeGreaterThan((corrupted + cut + lost) * 0.6);
  expect((line?.crcErrors ?? 0) + (line?.broken ?? 0) + (line?.malformed ?? 0)).toBeGreaterThanOrEqual(told);
  expect(samples).toBeLessThanOrEqual(sent - corrupted - cut - lost + 5);
  expect(samples).toBeGreaterThan((sent - corrupted - cut - lost) * 0.8);
  expect(await missing('house')).toEqual([]);
  const checked = await expectTrueAndWhole();
  console.log(
    `${corrupted} corrupt, ${cut} cut, ${lost} torn of ${sent}; ${checked} stored values are all true`,
  );
});

test('a head that fell off is told as missing, and found again', async () => {
  await measuring();
  const offMs = borderMs() + 10_000;
  await site.run(offMs - site.nowMs);
  site.head.faults = { ...site.head.faults, isSilent: true };
  await live(2 * minuteMs);
  expect(await meter('grid')).toMatchObject({ state: 'failing', reason: 'timeout' });
  expect((await missing('grid')).at(-1)).toMatchObject({ reason: 'timeout', endMs: borderMs() });
  site.head.faults = { ...site.head.faults, isSilent: false };
  await site.run(25_000);
  await site.drained();
  expect(await meter('grid')).toMatchObject({ state: 'well', reason: null });
  await expectTrueAndWhole();
});
