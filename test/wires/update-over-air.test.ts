import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGateway } from '#app/gateway.ts';
import type { Gateway, Rollout } from '../../host/api/contract.ts';
import { type Host, startHost } from '../../host/main.ts';
import { defaultSettings } from '../../host/settings.ts';
import { bareBoard } from '../../simulator/gateway/board.ts';
import { BootedGateway } from '../../simulator/gateway/booted-gateway.ts';
import { nodeHttp } from '../../simulator/gateway/node-http.ts';
import { nodePorts } from '../../simulator/gateway/node-ports.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import { simulatedImage } from '../../simulator/gateway/simulated-image.ts';
import { memoryStore } from '../../simulator/gateway/stores.ts';
import { TwoSlots } from '../../simulator/gateway/two-slots.ts';
import { Ina219Chip } from '../../simulator/meters/ina219-chip.ts';
import { putImage, testKey } from '../host/firmware/signed-image.ts';
import { patienceMs } from '../patience.ts';

/** A host, gateways with two slots, and images between them: all over real sockets. */
const ids = ['cellar', 'attic', 'shed'];
const key = testKey();
let folder: string;
let host: Host;
let cookie: string;
const machines = new Map<string, BootedGateway>();
const slotsOf = new Map<string, TwoSlots>();
const images: Record<'good' | 'crash', string> = { good: '', crash: '' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'joulegate-update-'));
  const firmwareFolder = join(folder, 'firmware');
  images.good = putImage(firmwareFolder, { version: '0.2.0', bytes: 300_000, key });
  images.crash = putImage(firmwareFolder, { version: '0.3.0', bytes: 60_000, key, fault: 'crash' });
  host = await startHost({
    ...defaultSettings(),
    dataDir: join(folder, 'data'),
    httpPort: 0,
    mqttPort: 0,
    mqttListen: 'plain',
    zone: 'UTC',
    firmwareFolder,
  });
  const setup = await fetch(`${host.url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      code: host.auth.setupCode.renew(),
      user: 'ada',
      password: 'a long enough password',
    }),
  });
  cookie = setup.headers.get('set-cookie')?.split(';')[0] ?? '';
  for (const id of ids) await startMachine(id);
  await until('all gateways to be online', async () => (await gateways()).every(({ online }) => online));
});
afterAll(async () => {
  for (const machine of machines.values()) machine.stop();
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startMachine(id: string): Promise<void> {
  const { password } = await ask<{ password: string }>('POST', 'gateways', { id });
  const slots = new TwoSlots(simulatedImage({ version: '0.1.0' }), { keys: [key.publicKey] });
  const store = memoryStore();
  const chip = new Ina219Chip({ shuntOhm: 0.1, voltageV: () => 12, currentA: () => 1 });
  const machine = new BootedGateway({
    time: nodeTime,
    slots,
    make: ({ firmware, update, restart }) =>
      createGateway({
        id,
        ports: {
          ...nodePorts({
            broker: { host: '127.0.0.1', port: host.broker.port, username: id, password },
            store,
            chips: new Map([['sim://chip', chip]]),
          }),
          board: bareBoard({ name: 'simulated', firmware: firmware.version, restart }),
          update,
          http: nodeHttp('127.0.0.1'),
        },
        settings: {
          version: 1,
          lines: [{ id: 'dc', kind: 'i2c', port: 'sim://chip' }],
          meters: [
            { id: 'sun', name: 'Sun', profile: 'ina219', line: 'dc', address: 64, windowS: 1, sampleMs: 500 },
          ],
        },
      }),
  });
  machines.set(id, machine);
  slotsOf.set(id, slots);
  machine.start();
}

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${host.url}/api/v1/${path}`, {
    method,
    headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} gave ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
const gateways = () => ask<Gateway[]>('GET', 'gateways');
const gateway = (id: string) => ask<Gateway>('GET', `gateways/${id}`);
const rollout = (id: string) => ask<Rollout>('GET', `rollouts/${id}`);

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + patienceMs;
  while (!(await isTrue())) {
    if (Date.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await new Promise(go => setTimeout(go, 50));
  }
}

describe('a gateway', () => {
  test('fetches, starts and confirms a firmware that the host has, and measures on', async () => {
    const states = new Set<string>();
    const stop = host.events.on(event => {
      const update = event.type === 'gateway' ? host.fleet.gateway(event.gateway)?.update : undefined;
      if (update) states.add(update.state);
    });
    const { id } = await ask<Rollout>('POST', 'gateways/cellar/update', { image: images.good });
    await until('the update to be confirmed', async () => (await rollout(id)).state === 'done');
    stop();
    expect([...states]).toEqual(['fetching', 'checking', 'restarting', 'onTrial', 'confirmed']);
    await until('the new version to be told', async () => (await gateway('cellar')).firmware === '0.2.0');
    expect(await gateway('cellar')).toMatchObject({
      isOnTrial: false,
      chip: 'linux',
      update: { state: 'confirmed', version: '0.2.0', fetchedBytes: 300_000 },
    });
    expect(slotsOf.get('cellar')?.starts).toEqual(['0.1.0', '0.2.0']);
  });

  test('of many that crashes with a firmware goes back to the one before, and the others never get it', async () => {
    const others = ['attic', 'cellar', 'shed'];
    const { id } = await ask<Rollout>('POST', 'rollouts', {
      gateways: others,
      image: images.crash,
      healthyMinutes: 0,
    });
    await until('the roll-out to stop', async () => (await rollout(id)).state === 'stopped');
    expect(await rollout(id)).toMatchObject({
      why: expect.stringContaining('attic: the new firmware did not come up'),
      gateways: [{ state: 'failed' }, { state: 'waiting' }, { state: 'waiting' }],
    });
    expect(slotsOf.get('attic')?.starts).toEqual(['0.1.0', '0.3.0', '0.1.0']);
    expect(slotsOf.get('shed')?.starts).toEqual(['0.1.0']);
    await ask('POST', `rollouts/${id}/cancel`, {});
  });

  test('and others get one in stages, to the last', async () => {
    const { id } = await ask<Rollout>('POST', 'rollouts', {
      gateways: ['shed', 'cellar', 'attic'],
      image: images.good,
      healthyMinutes: 0,
    });
    await until('the roll-out to be done', async () => (await rollout(id)).state === 'done');
    expect((await gateways()).map(({ firmware }) => firmware)).toEqual(['0.2.0', '0.2.0', '0.2.0']);
    expect(slotsOf.get('shed')?.starts).toEqual(['0.1.0', '0.2.0']);
  });
});
