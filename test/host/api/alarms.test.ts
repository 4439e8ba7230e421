import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localPin } from '#core/local-pin.ts';
import { encodeUtf8 } from '#core/utf8.ts';
import { encodeMessage, type Message } from '#core/wire/messages.ts';
import type { HostEvent } from '../../../host/events.ts';
import { Ingest } from '../../../host/ingest/ingest.ts';
import { LostAtHost } from '../../../host/ingest/lost-at-host.ts';
import { confirmNetworkTrials } from '../../../host/network-trials.ts';
import { settingsDifferences } from '../../../host/settings-differences.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';

let host: HostUnderTest;
let cookie: string;
let ingest: Ingest;
const events: HostEvent[] = [];

beforeAll(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
  const { store, fleet, watch } = host;
  const log = () => {};
  const lostAtHost = await LostAtHost.open({ store, fleet, log, nowMs: Date.now });
  ingest = new Ingest({
    store,
    fleet,
    events: host.events,
    watch,
    lostAtHost,
    acknowledge: () => {},
    log,
  });
  host.events.on(event => events.push(event));
  await fleet.register('hall');
  await fleet.register('attic');
});
afterAll(async () => {
  expect(host.faults).toEqual([]);
  await ingest.close();
  await host.close();
});

const get = async (path: string) => host.ask({ url: `/api/v1/${path}`, headers: { cookie } });

const alarm = (more: Partial<Message<'alarm'>> = {}): Message<'alarm'> => ({
  v: 1,
  id: 'high',
  meter: 'house',
  quantity: 'powerW',
  isOn: true,
  value: 5000,
  atMs: 1_700_000_000_000,
  ...more,
});

const about: Message<'about'> = {
  v: 1,
  firmware: '1.0.0',
  board: 'esp32',
  epoch: '00000000000000aa',
  settingsVersion: 0,
  meters: [],
};

const health: Message<'health'> = {
  v: 1,
  uptimeS: 5,
  clock: 'synced',
  journal: { records: 7, bytes: 1, capacityBytes: 2, dropped: 0 },
  uplink: { connects: 1, sent: 0, resent: 0, acknowledged: 0 },
  undatedDropped: 0,
  meters: {},
  lines: {},
};

describe("alarms of gateways' own rules", () => {
  it('are listed with the newest first, told as events, and what is told again is taken once', async () => {
    const say = (gateway: string, message: Message<'alarm'>) =>
      ingest.receive(gateway, 'alarm', encodeMessage('alarm', message));
    say('hall', alarm());
    say('hall', alarm());
    say('hall', alarm({ isOn: false, value: null, atMs: null }));
    say('attic', alarm({ id: 'low' }));
    ingest.receive('attic', 'alarm', encodeUtf8('{"v":1}'));
    const all = (await get('alarms')).json();
    expect(
      all.map(({ gateway, id, isOn }: Message<'alarm'> & { gateway: string }) => [gateway, id, isOn]),
    ).toEqual([
      ['attic', 'low', true],
      ['hall', 'high', false],
      ['hall', 'high', true],
    ]);
    expect(all[2]).toEqual({
      gateway: 'hall',
      id: 'high',
      meter: 'house',
      quantity: 'powerW',
      isOn: true,
      value: 5000,
      atMs: 1_700_000_000_000,
      receivedMs: host.clock.nowMs,
    });
    expect((await get('alarms?gateway=hall&limit=1')).json()).toHaveLength(1);
    expect((await get('alarms?gateway=nobody')).statusCode).toBe(404);
    expect(events.filter(({ type }) => type === 'alarm')).toHaveLength(3);
    expect(host.fleet.totals()).toMatchObject({
      'alarms.active': 1,
      'alarms.taken': 3,
      'alarms.repeated': 1,
    });
    expect(host.fleet.gateway('attic')?.problems[0]?.code).toBe('message.shape');
  });

  it('are kept up to a bound', () => {
    for (let count = 0; count < 700; count++) host.fleet.alarms.take('hall', alarm({ value: count }));
    expect(host.fleet.alarms.list()).toHaveLength(500);
    expect(host.fleet.alarms.list()[0]?.value).toBe(699);
  });
});

describe("a gateway's life", () => {
  it('is in its answer and summed in the metrics; what it does not tell is null', async () => {
    expect((await get('gateways/hall')).json().life).toBeUndefined();
    const { fleet } = host;
    fleet.connection('hall', true);
    fleet.about('hall', {
      ...about,
      outputs: ['relay'],
      network: { broker: 'b', port: 8883, wifiName: 'net' },
    });
    fleet.health('hall', {
      ...health,
      boots: 9,
      mode: 'safe',
      resetReason: 'brownOut',
      heapFreeBytes: 41_000,
      memory: { slotBytes: 1, chunkBytes: 2, stackPeakBytes: 3 },
      loopDelayMs: 17,
      journalErases: 42,
    });
    const gateway = (await get('gateways/hall')).json();
    expect(gateway.life).toEqual({
      mode: 'safe',
      boots: 9,
      resetReason: 'brownOut',
      heapFreeBytes: 41_000,
      slotBytes: 1,
      chunkBytes: 2,
      stackPeakBytes: 3,
      rssiDbm: null,
      loopDelayMs: 17,
      alarmsDropped: 0,
      journalErases: 42,
      journalBadBlocks: null,
    });
    expect(gateway.outputs).toEqual(['relay']);
    expect(gateway.network).toEqual({
      broker: 'b',
      port: 8883,
      wifiName: 'net',
      address: null,
      isOnTrial: false,
    });
    expect(fleet.totals()).toMatchObject({
      'gateways.safe': 1,
      'gateways.heapFreeBytes': 41_000,
      'gateways.loopDelayMs': 17,
      'gateways.journalRecords': 7,
    });
  });

  it('on a network that is tried is confirmed by a command, as long as it is on trial', () => {
    const sent: [string, string][] = [];
    const stop = confirmNetworkTrials(host.events, host.fleet, {
      send: (gateway, _channel, message) => {
        sent.push([gateway, 'name' in message ? String(message.name) : '']);
      },
    });
    host.fleet.about('hall', { ...about, network: { broker: 'b', isOnTrial: true } });
    expect(sent).toEqual([['hall', 'about']]);
    host.fleet.about('hall', { ...about, network: { broker: 'b' } });
    host.fleet.about('attic', { ...about, network: { isOnTrial: true } });
    expect(sent).toHaveLength(1);
    stop();
  });
});

describe('settings that are wanted', () => {
  const bus = { id: 'bus', kind: 'rs485', port: 'uart1', baud: 9600 } as const;
  const meter = { id: 'house', name: 'House', profile: 'eastron-sdm630', line: 'bus', address: 1 };
  const rule = { id: 'high', meter: 'house', quantity: 'powerW', operator: '>', threshold: 5000 } as const;

  it('are told field by field beside what runs', () => {
    const running = { version: 3, lines: [bus], meters: [meter] };
    expect(settingsDifferences({ ...running, version: 4 }, running)).toEqual([]);
    expect(settingsDifferences(null, running)).toEqual([]);
    expect(
      settingsDifferences(
        { version: 4, lines: [{ ...bus, baud: 2400 }], meters: [], alarms: [rule] },
        running,
      ).map(({ field, wanted, running: runs }) => [field, wanted, runs]),
    ).toEqual([
      ['lines.bus.baud', 2400, 9600],
      ['alarms.high.meter', 'house', null],
      ['alarms.high.quantity', 'powerW', null],
      ['alarms.high.operator', '>', null],
      ['alarms.high.threshold', 5000, null],
      ['meters.house.name', null, 'House'],
      ['meters.house.profile', null, 'eastron-sdm630'],
      ['meters.house.line', null, 'bus'],
      ['meters.house.address', null, 1],
    ]);
  });

  it('may have alarms, and are refused where the board has no such output', async () => {
    host.fleet.about('hall', { ...about, outputs: ['relay'] });
    const put = (output: string) =>
      host.ask({
        method: 'PUT',
        url: '/api/v1/gateways/hall/settings',
        headers: { cookie },
        body: { lines: [bus], meters: [meter], alarms: [{ ...rule, output }] },
      });
    const refused = await put('siren');
    expect(refused.statusCode).toBe(422);
    expect(refused.json().mistakes).toEqual([
      { field: 'alarms[0].output', message: '"siren" given; one of relay is allowed' },
    ]);
    const taken = await put('relay');
    expect(taken.statusCode, taken.body).toBe(200);
    expect(taken.json().desired.alarms).toHaveLength(1);
    expect(taken.json().differences).toContainEqual({
      field: 'alarms.high.output',
      wanted: 'relay',
      running: null,
    });
  });
});

it("a gateway's credential comes with the PIN of its own page, which it works out as well", async () => {
  const made = await host.ask({
    method: 'POST',
    url: '/api/v1/gateways',
    headers: { cookie },
    body: { id: 'barn' },
  });
  const { password, localPin: pin } = made.json();
  expect(pin).toBe(localPin(bytes => createHash('sha256').update(bytes).digest(), password));
});
