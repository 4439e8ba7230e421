import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { QuantityId } from '#core/quantities.ts';
import { brokerLimits } from '../../host/broker/limits.ts';
import type { Connector } from '../../host/connectors/connector.ts';
import { connector as esphome } from '../../host/connectors/esphome/connector.ts';
import { hostTopics } from '../../host/connectors/host-topics.ts';
import { connector as mapping } from '../../host/connectors/mqtt-mapping/connector.ts';
import { machineRandom, machineTime } from '../../host/connectors/node-ports.ts';
import { probe } from '../../host/connectors/probe.ts';
import { connector as shelly } from '../../host/connectors/shelly/connector.ts';
import { connector as tasmota } from '../../host/connectors/tasmota/connector.ts';
import type { Topics } from '../../host/connectors/topics.ts';
import { connector as zigbee2mqtt } from '../../host/connectors/zigbee2mqtt/connector.ts';
import { Mosquitto, mosquittoPath } from '../../simulator/lab/mosquitto.ts';
import { esphomeNode } from '../../simulator/sources/esphome/esphome-node.ts';
import { type DeviceScript, MqttDevice } from '../../simulator/sources/mqtt-device.ts';
import {
  shelly3em,
  shellyPlug,
  shellyPro3em,
  shellyRelay,
} from '../../simulator/sources/shelly/shelly-devices.ts';
import { tasmotaDevice } from '../../simulator/sources/tasmota/tasmota-device.ts';
import { zigbeeBridge } from '../../simulator/sources/zigbee2mqtt/zigbee-bridge.ts';
import { comesTrue } from '../comes-true.ts';
import { patienceMs } from '../patience.ts';
import { type ProgramHost, startProgramHost } from './program-host.ts';

const flowing: Partial<Record<QuantityId, number>> = {
  powerW: 412,
  powerL1W: 400,
  powerL2W: 20,
  powerL3W: -8,
  voltageL1V: 230,
  voltageL2V: 231,
  voltageL3V: 229,
  currentL1A: 1.75,
  energyImportWh: 12_345.6,
  energyExportWh: 3.2,
  energyImportL1Wh: 10_000,
  energyImportL2Wh: 2000.5,
  energyImportL3Wh: 345.1,
};
const read = (quantity: QuantityId): number => flowing[quantity] ?? 0;
const everyMs = 200;
const scripts: readonly DeviceScript[] = [
  tasmotaDevice({ topic: 'reader', kind: 'reader', read, everyMs }),
  tasmotaDevice({ topic: 'plug', kind: 'plug', read, everyMs: 300_000 }),
  shellyRelay({ device: 'shelly1pm-1', read, everyMs }),
  shelly3em({ device: 'shellyem3-1', read, everyMs }),
  shellyPlug({ device: 'plugs-1', read, everyMs }),
  shellyPro3em({ device: 'shellypro3em-1', read, everyMs }),
  esphomeNode({ node: 'heatpump', read, everyMs }),
  zigbeeBridge({ plugs: { 'kitchen/fridge': read }, everyMs }),
];

interface Place {
  readonly topics: Topics;
  readonly broker: object;
  readonly devices: { url: string; username?: string; password?: string };
}

const login = { user: 'devices', password: 'a password made for the devices' };
let host: ProgramHost;
let mosquitto: Mosquitto | undefined;
let folder: string | undefined;
const devices: MqttDevice[] = [];

beforeAll(async () => {
  host = await startProgramHost();
});
afterEach(async () => {
  await Promise.all(devices.splice(0).map(device => device.stop()));
});
afterAll(async () => {
  await mosquitto?.close();
  await host.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const own = async (): Promise<Place> => ({
  topics: hostTopics(host.engine.broker, undefined, () => {}),
  broker: login,
  devices: { url: `mqtt://127.0.0.1:${host.port}`, username: login.user, password: login.password },
});

async function elsewhere(): Promise<Place> {
  folder ??= await mkdtemp(join(tmpdir(), 'joulegate-mosquitto-'));
  mosquitto ??= await Mosquitto.start({ folder });
  const url = `mqtt://127.0.0.1:${mosquitto.port}`;
  return { topics: hostTopics(host.engine.broker, undefined, () => {}), broker: { url }, devices: { url } };
}

/** What each kind proposes, and what a probe of the proposal shows. */
async function found(kind: Connector, { topics, broker }: Place) {
  const proposals = await kind.discover?.({
    settings: broker,
    topics,
    folder: '',
    log: () => {},
    signal: AbortSignal.timeout(1500),
  });
  const [settings] = (proposals ?? []).map(proposal => proposal.settings);
  if (settings === undefined) throw new Error(`${kind.id} found nothing`);
  expect(kind.mistakes?.(settings) ?? []).toEqual([]);
  const options = { settings, topics, time: machineTime, random: machineRandom, folder: '', log: () => {} };
  const shown = await probe(kind, options, 4000, AbortSignal.timeout(patienceMs));
  return Object.fromEntries(shown.meters.map(({ id, values }) => [id, values]));
}

const kinds: readonly [Connector, object][] = [
  [
    tasmota,
    {
      plug: { powerW: 412, energyImportWh: 12_346, voltageV: 230, currentA: 1.75 },
      'reader-mt681': { powerW: 412, energyImportWh: 12_345.6, energyExportWh: 3.2 },
    },
  ],
  [
    shelly,
    {
      'shelly1pm-1-relay-0': { powerW: 412, energyImportWh: 12_345.6 },
      'shellyem3-1-emeter': { powerL1W: 400, powerW: 412, energyImportWh: 12_345.6 },
      'plugs-1-switch-0': { powerW: 412, energyImportWh: 12_345.6, energyExportWh: 3.2 },
      'shellypro3em-1-em-0': { powerW: 412, powerL3W: -8, energyImportWh: 12_345.6 },
    },
  ],
  [esphome, { heatpump: { powerW: 412, energyImportWh: 12_345.6, voltageV: 230 } }],
  [zigbee2mqtt, { 'kitchen-fridge': { powerW: 412, energyImportWh: 12_350, voltageV: 230 } }],
];

const places: readonly [string, () => Promise<Place>, boolean][] = [
  ["at the host's own broker", own, false],
  ['at Mosquitto', elsewhere, mosquittoPath() === undefined],
];

for (const [name, place, isMissing] of places)
  describe.skipIf(isMissing)(`devices ${name}${isMissing ? ' (mosquitto is not installed)' : ''}`, () => {
    test('are found by those that speak their language, and read as they were proposed', async () => {
      const at = await place();
      // Without somebody who listens with that login nobody is let in.
      const open = at.topics.listen({ ...at.broker, username: login.user }, ['#'], { onMessage: () => {} });
      try {
        for (const script of scripts) devices.push(await MqttDevice.start(script, at.devices));
        // Who looks around is done after a while, though a busy machine has not yet let all devices speak: he looks again.
        await Promise.all(
          kinds.map(([kind, expected]) =>
            comesTrue(async () => expect(await found(kind, at)).toMatchObject(expected)),
          ),
        );
        const proposals = await mapping.discover?.({
          settings: at.broker,
          topics: at.topics,
          folder: '',
          log: () => {},
          signal: AbortSignal.timeout(800),
        });
        expect(proposals?.map(({ title }) => title)).toContain('zigbee2mqtt/kitchen/fridge');
      } finally {
        open();
      }
    });
  });

test.skipIf(mosquittoPath() === undefined)(
  'a broker that goes and comes back is told, and heard again',
  async () => {
    const { topics, broker } = await elsewhere();
    const states: (string | undefined)[] = [];
    const heard: string[] = [];
    const stop = topics.listen(broker, ['t'], {
      onMessage: ({ payload }) => heard.push(Buffer.from(payload).toString()),
      onState: fault => states.push(fault?.message),
    });
    await expect.poll(() => states.at(-1)).toBeUndefined();
    await mosquitto?.kill();
    await expect
      .poll(() => states.at(-1))
      .toMatch(/^no connection to the broker mqtt:\/\/127.0.0.1:\d+: .*; it is tried again$/);
    await mosquitto?.startAgain();
    await expect.poll(() => states.at(-1)).toBeUndefined();
    topics.publish(broker, 't', 'back');
    await expect.poll(() => heard).toEqual(['back']);
    stop();
  },
);

test.skipIf(mosquittoPath() === undefined)(
  'a host without a broker of its own listens at that of its settings, where a connector names none',
  async () => {
    const { devices } = await elsewhere();
    const external = { url: devices.url, username: 'host', password: 'x', version: '5' } as const;
    const topics = hostTopics({}, external, () => {});
    const heard: string[] = [];
    const stop = topics.listen({}, ['t'], {
      onMessage: ({ payload }) => heard.push(Buffer.from(payload).toString()),
      onState: fault => fault === undefined && topics.publish({}, 't', 'here'),
    });
    await expect.poll(() => heard).toEqual(['here']);
    stop();
  },
);

test('a connector of the host lets its device in, says who is missing, and lets nobody in once it is gone', async () => {
  const { devices: at } = await own();
  const { connectors, broker } = host.engine;
  const meters = [{ id: 'plug', name: 'Plug', topic: 'plug', everyS: 10 }];
  const plugs = { id: 'plugs', kind: 'tasmota', name: 'Plugs', isOn: true, settings: { ...login, meters } };
  const script = tasmotaDevice({ topic: 'plug', kind: 'plug', read });
  // What was let in for the tests before goes a moment after them.
  await expect.poll(() => broker.counters().devicesConnected).toBe(0);
  await new Promise(resolve => setTimeout(resolve, brokerLimits.deviceAccountGraceMs + 100));
  await expect(MqttDevice.start(script, at)).rejects.toThrow('Bad username or password');
  await connectors.save(plugs);
  expect(connectors.get('plugs')?.fault?.message).toBe(
    "no device is logged in at this host's broker as devices",
  );
  devices.push(await MqttDevice.start(script, at));
  // It is asked at its coming, and each time somebody tries the settings out.
  const shown = await connectors.probe('tasmota', plugs.settings, AbortSignal.timeout(patienceMs));
  expect(shown.meters[0]?.values).toMatchObject({ powerW: 412, energyImportWh: 12_346 });
  await expect.poll(() => connectors.get('plugs')?.fault?.message).toBeUndefined();
  await connectors.remove('plugs');
  await expect.poll(() => broker.counters().devicesConnected).toBe(0);
  await expect(MqttDevice.start(script, at)).rejects.toThrow('Bad username or password');
});

test('a login that is wrong is told with where it is set', async () => {
  const { topics, devices } = await own();
  const states: (string | undefined)[] = [];
  const at = { url: devices.url, username: 'nobody', password: 'wrong' };
  const stop = topics.listen(at, ['t'], {
    onMessage: () => {},
    onState: fault => states.push(fault?.message),
  });
  await expect
    .poll(() => states.at(-1))
    .toMatch(/Bad username or password; see the user name and password of this connector; it is tried again/);
  stop();
});

test('a server of something else is told to be no broker', async () => {
  const { topics } = await own();
  const web = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
  await once(web, 'listening');
  const { port } = web.address() as { port: number };
  const states: (string | undefined)[] = [];
  const handlers = {
    onMessage: () => {},
    onState: (fault?: { readonly message: string }) => void states.push(fault?.message),
  };
  const stop = topics.listen({ url: `mqtt://127.0.0.1:${port}` }, ['t'], handlers);
  await expect.poll(() => states.at(-1)).toContain(`127.0.0.1 speaks no MQTT on port ${port}; see the port`);
  stop();
  await new Promise(resolve => web.close(resolve));
});

test('a broker that is none is told in words', async () => {
  const { topics } = await own();
  const states: (string | undefined)[] = [];
  const stop = topics.listen({ url: 'mqtt://127.0.0.1:9' }, ['t'], {
    onMessage: () => {},
    onState: fault => states.push(fault?.message),
  });
  await expect
    .poll(() => states.at(-1))
    .toBe(
      'no connection to the broker mqtt://127.0.0.1:9: 127.0.0.1 is there and takes no connection on port 9; see the port, and whether the broker runs; it is tried again',
    );
  stop();
});
