import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Gateway, Meter, Readings } from '../../host/api/contract.ts';
import { startHost } from '../../host/main.ts';
import { DemoSite } from '../../simulator/demo/demo-site.ts';
import { HostClient } from '../../simulator/demo/host-client.ts';
import { memoryStore } from '../../simulator/gateway/stores.ts';
import { createPlant } from '../../simulator/plant/plant.ts';
import { gatewaysOf } from '../../simulator/scenario/gateways.ts';
import { loadScenario } from '../../simulator/scenario/load.ts';
import { patienceMs } from '../patience.ts';
import { heldUpMs } from '../processor-time.ts';

const minuteMs = 60_000;
const user = 'demo';
const password = 'a password for a test';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function hostWithAccount() {
  const dataDir = mkdtempSync(join(tmpdir(), 'joulegate-test-'));
  ended.push(() => rmSync(dataDir, { recursive: true }));
  const host = await startHost({
    dataDir,
    httpHost: '127.0.0.1',
    httpPort: 0,
    mqttHost: '127.0.0.1',
    mqttPort: 0,
    zone: 'UTC',
  });
  ended.push(() => host.close());
  const client = new HostClient(host.url);
  await client.setUp(host.auth.setupCode.renew(), user, password);
  return { host, client };
}

/** Reads the API as a signed-in user. */
async function reader(url: string) {
  const signedIn = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${url}/api/v1/${path}`, { headers: { cookie } });
    expect(answer.status, path).toBe(200);
    return (await answer.json()) as T;
  };
}

test('the past is measured without a gap, nothing twice, true to the plant, and goes on live', async () => {
  const { host, client } = await hostWithAccount();
  const startMs = Math.floor(Date.now() / minuteMs) * minuteMs - 150 * minuteMs;
  const scenario = loadScenario('family-house');
  const plantAt = () => createPlant(scenario.plant, scenario.place, { seed: 77, startMs });
  const password = await client.addGateway('demo-house');
  const options = {
    id: 'demo-house',
    store: memoryStore(),
    broker: { host: '127.0.0.1', port: host.broker.port, username: 'demo-house', password },
    setSettings: (settings: Parameters<HostClient['setSettings']>[1]) =>
      client.setSettings('demo-house', settings),
    log: () => {},
  };
  const gateways = gatewaysOf(scenario).map(share => ({ share, options }));
  expect(gateways.length).toBe(1);
  const site = await DemoSite.start({ scenario, plant: plantAt(), gateways });
  ended.push(() => site.close());
  const shares: number[] = [];
  await site.catchUp(share => shares.push(share));
  const liveMs = Date.now();
  const beforeMs = heldUpMs();
  // It took more than one filling of the journal.
  expect(shares.length).toBeGreaterThan(1);

  const read = await reader(host.url);
  const lastLive = async () => {
    const meters = await read<Meter[]>('meters');
    return Math.min(...meters.map(({ lastWindowMs }) => lastWindowMs ?? 0));
  };
  while ((await lastLive()) < liveMs + 10_000) {
    expect(Date.now() - liveMs).toBeLessThan(2 * patienceMs);
    await new Promise(resolve => setTimeout(resolve, 250));
  }

  const [state] = await read<Gateway[]>('gateways');
  expect(state?.ingest).toMatchObject({
    duplicates: 0,
    lost: 0,
    outOfOrder: 0,
    malformed: 0,
    implausible: 0,
  });
  expect(state?.journal?.dropped).toBe(0);
  expect(state?.problems).toEqual([]);
  // The change to TCP is no fault of a meter, so nothing that is seen first says so. A gateway that was held up takes what
  // comes late for damaged, or for nothing.
  const heldUps = Math.floor((heldUpMs() - beforeMs) / 50);
  for (const { id, state, failures } of await read<Meter[]>('meters')) {
    const { crc = 0, timeout = 0, ...others } = failures;
    expect([id, state, others]).toEqual([id, 'well', {}]);
    // Each may cost a question, and the one that asks it again.
    expect(crc + timeout, id).toBeLessThanOrEqual(2 * heldUps);
  }

  // The last whole minute before it went live; the two behind it may lack what the change of lines cost.
  const wholeUntilMs = Math.floor(liveMs / minuteMs) * minuteMs;
  for (const { id } of scenario.meters) {
    const range = `from=${startMs}&to=${wholeUntilMs}`;
    const power = await read<Readings>(`readings?series=demo-house.${id}.powerW&${range}&points=10000`);
    expect(power.bucketMs, id).toBe(minuteMs);
    expect(power.startMs, id).toEqual(
      Array.from({ length: power.startMs.length }, (_, index) => startMs + index * minuteMs),
    );
    expect(power.startMs.length, id).toBe((wholeUntilMs - startMs) / minuteMs);
    expect(await read(`missing?meter=demo-house.${id}&${range}`)).toEqual([]);
  }

  // A reading at a window's end was taken in the window's last sample; meters only count on.
  const energy = await read<Readings>(
    `readings?series=demo-house.grid.energyImportWh&from=${startMs}&to=${wholeUntilMs}&points=10000`,
  );
  const truth = plantAt();
  const importWh = () => truth.point('supply').read('energyImportWh') as number;
  for (const [index, start] of energy.startMs.entries()) {
    truth.advanceTo(start + minuteMs - 31_000);
    const leastWh = importWh();
    truth.advanceTo(start + minuteMs);
    expect(energy.last[index]).toBeGreaterThanOrEqual(leastWh);
    expect(energy.last[index]).toBeLessThanOrEqual(importWh());
  }
});
