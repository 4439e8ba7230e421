import { expect, onTestFinished, test } from 'vitest';
import { createGateway } from '#app/gateway.ts';
import type { Gateway, Meter, Missing } from '../../host/api/contract.ts';
import { nodePorts } from '../../simulator/gateway/node-ports.ts';
import { SiteHost } from '../faults/site-host.ts';
import { noteAppended } from '../faults/site-rig.ts';
import { expectContiguous, expectTables, windowsOf } from '../faults/tables.ts';
import { Truth } from '../faults/truth.ts';
import { seed } from '../seed.ts';
import { serveSite, siteMeters, sitePlant } from '../site.ts';

const windowMs = 2000;
const seconds = (count: number) => new Promise(resolve => setTimeout(resolve, count * 1000));

test('over TCP and in real time, what noise, a dead slave and bad telegrams cost is told, and all that is stored is true', async () => {
  console.log(`the site with seed ${seed}`);
  const siteStartMs = Math.floor(Date.now() / 1000) * 1000 - 10_000;
  const served = await serveSite(sitePlant(seed, siteStartMs));
  const host = await SiteHost.start();
  onTestFinished(() => host.remove());
  const password = await host.addGateway('site');
  await host.put('/api/v1/gateways/site/settings', served.settings({ windowS: 2, sampleMs: 1000 }));
  const broker = { host: '127.0.0.1', port: host.mqttPort, username: 'site', password };
  const gateway = createGateway({ id: 'site', ports: nodePorts({ broker, chips: served.chips }) });
  const appended = noteAppended(gateway);
  gateway.start();
  onTestFinished(() => gateway.stop());
  const meter = (id: string) => host.get<Meter>(`/api/v1/meters/site.${id}`);
  const all = () => host.get<Gateway>('/api/v1/gateways/site');

  const within = { interval: 50 };
  const stateOf = (id: string) => gateway.health().meters[id]?.state;
  const count = (line: string, counter: string) => gateway.health().lines[line]?.[counter] ?? 0;
  await expect.poll(() => siteMeters.every(({ id }) => stateOf(id) === 'well'), within).toBe(true);
  served.rs485.line.setFaults({ bitErrorRate: 4e-4, deadAddresses: [3] });
  served.ir.setFaults({ corruptShare: 0.3, cutShare: 0.2 });
  await expect.poll(() => stateOf('kitchen'), within).toBe('silent');
  await expect.poll(() => count('rs485-1', 'crcErrors'), within).toBeGreaterThan(0);
  await expect.poll(() => count('ir-1', 'crcErrors') + count('ir-1', 'broken'), within).toBeGreaterThan(0);
  served.rs485.line.setFaults({ bitErrorRate: 0 });
  served.ir.setFaults({ corruptShare: 0, cutShare: 0 });
  await expect.poll(() => stateOf('house') === 'well' && stateOf('grid') === 'well', within).toBe(true);
  // How it is the gateway says each 10 s.
  const crcErrors = async (line: string) => (await all()).lines[line]?.crcErrors;
  for (const line of ['rs485-1', 'ir-1'])
    await expect.poll(() => crcErrors(line), within).toBe(count(line, 'crcErrors'));
  await expect.poll(async () => (await meter('kitchen')).state, within).toBe('silent');
  await expect.poll(async () => (await meter('house')).state, within).toBe('well');

  const { lines, problems, ingest } = await all();
  expect(lines['rs485-1']?.crcErrors).toBeGreaterThan(0);
  expect(lines['rs485-1']?.timeouts).toBeGreaterThanOrEqual(3);
  expect((lines['ir-1']?.crcErrors ?? 0) + (lines['ir-1']?.broken ?? 0)).toBeGreaterThan(0);
  expect(await meter('kitchen')).toMatchObject({ reason: 'offline' });
  const range = { meter: 'site.kitchen', from: siteStartMs, to: Date.now() };
  expect((await host.get<Missing>('/api/v1/missing', range)).at(-1)).toMatchObject({ reason: 'offline' });
  expect({ problems, lost: ingest.lost }).toEqual({ problems: [], lost: 0 });

  // Stopped in the very turn in which the host has all: nothing is appended in between.
  while (gateway.journal.next > gateway.journal.oldest) await seconds(0.02);
  gateway.stop();
  const windows = windowsOf(appended);
  for (const { id } of siteMeters) {
    const own = windows.filter(window => window.meter === id);
    expectContiguous(appended, [id], own[0]?.startMs ?? 0, (own.at(-1)?.startMs ?? 0) + windowMs);
  }
  await expectTables(host.parts.store, 'site', appended);
  const truth = new Truth({ seed, startMs: siteStartMs, endMs: Date.now() + 5000 });
  const isIntegrated = (id: string, quantity: string) =>
    id === 'dc' && /^(energy|charge)|Peak/.test(quantity);
  const values = windows.flatMap(window =>
    window.values
      .filter(({ quantity }) => !isIntegrated(window.meter, quantity))
      .map(value => ({ window, value })),
  );
  expect(values.flatMap(({ window, value }) => truth.falsehood(window, value, 1) ?? [])).toEqual([]);
  console.log(`${values.length} stored values are all true`);
});
