import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topicOf } from '#core/wire/topics.ts';
import { type Host, startHost } from '../../host/main.ts';
import type { HostSettings } from '../../host/settings.ts';
import { type Ears, earsAt } from '../host/home-assistant/ears.ts';
import { blockOf, Mosquitto, mosquittoPath } from './mosquitto.ts';
import { Publisher } from './publisher.ts';

const config = 'homeassistant/device/joulegate_cellar/house/config';
const state = 'joulegate/cellar/meter/house/state';
const available = 'joulegate/cellar/meter/house/availability';
const hostAt = 'joulegate/_host/hall/availability';
const filters = ['homeassistant/#', 'joulegate/#'];
const passwords = { joulegate: 'a password of joulegate', homeassistant: 'one of home assistant' };

let dataDir: string;
let settings: HostSettings;
let host: Host;
let token: string;
let gateway: Publisher;

const post = async (path: string, body: object): Promise<{ readonly password: string }> => {
  const response = await fetch(`${host.url}/api/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { readonly password: string };
  expect(response.status, JSON.stringify(answer)).toBe(201);
  return answer;
};

/** Says what it measures, and a window that has just ended. */
function measure(watts: number): void {
  const about = {
    v: 1,
    firmware: '0.1.0',
    board: 'test',
    epoch: '00000000000000aa',
    settingsVersion: 0,
    meters: [
      {
        id: 'house',
        name: 'House',
        profile: 'eastron-sdm630',
        line: 'bus',
        windowS: 10,
        sampleMs: 1000,
        series: ['powerW', 'energyImportWh'],
      },
    ],
  };
  gateway.publish(Buffer.from(JSON.stringify(about)), topicOf('cellar', 'about'));
  gateway.add({
    meter: 'house',
    startMs: Math.floor(Date.now() / 10_000) * 10_000 - 10_000,
    windowS: 10,
    clock: 'synced',
    values: [
      { quantity: 'powerW', samples: 10, mean: watts, min: watts, max: watts, last: watts },
      { quantity: 'energyImportWh', samples: 1, last: 1234.5 },
    ],
    failures: [],
  });
}

async function start(): Promise<void> {
  host = await startHost(settings);
  const password = await host.auth.credentials.issue('cellar');
  gateway = new Publisher({
    gateway: 'cellar',
    password,
    port: host.broker.port,
    epoch: '00000000000000aa',
    perMessage: 10,
    inFlight: 2,
  });
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-ha-'));
  settings = {
    dataDir,
    httpHost: '127.0.0.1',
    httpPort: 0,
    mqttHost: '127.0.0.1',
    mqttPort: 0,
    zone: 'Europe/Berlin',
    backupHours: 0,
  };
  await start();
  await host.auth.accounts.create('ada', 'a long enough password', { '*': 'admin' });
  const grant = { name: 'test', scopes: ['manage' as const], sites: ['*'] };
  token = (await host.auth.apiTokens.secrets.make('ada', Date.now() + 3_600_000, grant))?.secret ?? '';
});
afterAll(async () => {
  await gateway.close();
  await host.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('a started host', () => {
  it('tells a program at its own broker of what a gateway sends, seconds later', async () => {
    const { password } = await post('mqtt-clients', { id: 'ha', sites: ['home'], mayWrite: false });
    const ears = await earsAt(`mqtt://127.0.0.1:${host.broker.port}`, 'ha', password, filters);
    await post('home-assistant', { id: 'hall', name: 'Hall', site: 'home' });
    measure(230);
    expect(JSON.parse((await ears.next(config)).text).device.model).toBe('SDM630-Modbus (V1, V2, MID)');
    expect((await ears.next(available)).text).toBe('online');
    expect(JSON.parse((await ears.next(state)).text)).toMatchObject({ powerW: 230, energyImportWh: 1234.5 });
    await fetch(`${host.url}/api/v1/home-assistant/hall`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    });
    expect((await ears.next(config)).text).toBe('');
    await ears.end();
  });

  it.skipIf(mosquittoPath() === undefined)(
    'speaks at a Mosquitto with the rights of the manual alone, and says when it ends and when it is back',
    async () => {
      const page = await readFile(new URL('../../docs/home-assistant.md', import.meta.url), 'utf8');
      const acl = `${blockOf(page, 'acl')}\nuser homeassistant\ntopic readwrite #\n`;
      const mosquitto = await Mosquitto.start(passwords, [], acl);
      const listen = (): Promise<Ears> =>
        earsAt(`mqtt://127.0.0.1:${mosquitto.port}`, 'homeassistant', passwords.homeassistant, filters);
      const ears = await listen();
      await post('home-assistant', {
        id: 'hall',
        name: 'Hall',
        site: null,
        settings: {
          url: `mqtt://127.0.0.1:${mosquitto.port}`,
          user: 'joulegate',
          password: passwords.joulegate,
        },
      });
      expect((await ears.next(hostAt)).text).toBe('online');
      await ears.next(config);
      measure(231);
      expect((await ears.next(available)).text).toBe('online');
      expect(JSON.parse((await ears.next(state)).text).powerW).toBeGreaterThan(229);
      await gateway.close();
      await host.close();
      expect((await ears.next(hostAt)).text).toBe('offline');
      await start();
      expect((await ears.next(hostAt)).text).toBe('online');
      // What was told lasts at the broker, and of the values nothing does.
      await ears.end();
      const late = await listen();
      expect((await late.next(config)).isRetained).toBe(true);
      expect(late.heard.map(({ topic }) => topic)).not.toContain(state);
      await late.end();
      await mosquitto.close();
    },
  );
});
