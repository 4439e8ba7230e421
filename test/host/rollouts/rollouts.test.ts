import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { updateStates } from '#core/wire/life.ts';
import type { Message } from '#core/wire/messages.ts';
import type { GatewaySettings } from '#core/wire/settings.ts';
import type { Rollout } from '../../../host/api/contract.ts';
import { isOpen } from '../../../host/rollouts/rollout.ts';
import { Rollouts } from '../../../host/rollouts/rollouts.ts';
import { stagesOf } from '../../../host/rollouts/stages.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from '../api/host-under-test.ts';
import { putImage, testKey } from '../firmware/signed-image.ts';

describe('stages', () => {
  test('are one gateway, then the shares, then all, in the order given', () => {
    const ids = Array.from({ length: 25 }, (_, index) => `g${index}`);
    expect(stagesOf(ids, [10, 100]).map(stage => stage.length)).toEqual([1, 2, 22]);
    expect(stagesOf(ids, [10, 50]).flat()).toEqual(ids);
    expect(stagesOf(['a'], [10, 100])).toEqual([['a']]);
    expect(stagesOf(['a', 'b'], [])).toEqual([['a'], ['b']]);
  });
});

const gateways = ['a', 'b', 'c'];
const minuteMs = 60_000;
let host: HostUnderTest;
let cookie: string;
let folder: string;
let image: string;
/** What the gateways were sent, as `gateway name`. */
let sent: { gateway: string; message: Message<'command'> }[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'joulegate-rollouts-'));
  image = putImage(folder, { version: '0.2.0', key: testKey() });
  host = await startHostUnderTest({ firmwareFolder: folder });
  cookie = await signInFirst(host);
  const send = host.broker.send.bind(host.broker);
  host.broker.send = (gateway, channel, message) => {
    if (channel === 'command') sent.push({ gateway, message: message as Message<'command'> });
    send(gateway, channel, message);
  };
  for (const id of gateways) await host.fleet.register(id);
});
beforeEach(() => {
  sent = [];
  for (const id of gateways) online(id);
});
afterEach(async () => {
  for (const rollout of host.rollouts.list()) if (isOpen(rollout)) await host.rollouts.cancel(rollout);
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

function online(id: string, firmware = '0.1.0 (simulator)', meters: readonly string[] = ['m']): void {
  host.fleet.connection(id, true);
  host.fleet.about(id, {
    v: 1,
    firmware,
    board: 'test',
    chip: 'linux',
    epoch: '0123456789abcdef',
    settingsVersion: 0,
    meters: [],
  });
  const well = { state: 'well', reason: null, samples: 1, failures: {} } as const;
  host.fleet.health(id, {
    v: 1,
    uptimeS: 1,
    clock: 'synced',
    journal: { records: 0, bytes: 0, capacityBytes: 1, dropped: 0 },
    uplink: { connects: 1, sent: 0, resent: 0, acknowledged: 0 },
    undatedDropped: 0,
    meters: Object.fromEntries(meters.map(meter => [meter, well])),
    lines: {},
  });
}

const post = async (path: string, body: object = {}, status = 201): Promise<Rollout> => {
  const response = await host.ask({ method: 'POST', url: `/api/v1/${path}`, headers: { cookie }, body });
  expect(response.statusCode, response.body).toBe(status);
  return response.json();
};
const get = async (id: string): Promise<Rollout> =>
  (await host.ask({ url: `/api/v1/rollouts/${id}`, headers: { cookie } })).json();
const states = async (id: string) => (await get(id)).gateways.map(({ state }) => state).join(' ');
const orders = () => sent.filter(({ message }) => message.name === 'update');

/** The gateway says what became of its newest order. */
async function says(gateway: string, state: (typeof updateStates)[number], message?: string): Promise<void> {
  const order = orders()
    .filter(one => one.gateway === gateway)
    .at(-1);
  if (order?.message.update === undefined) throw new Error(`${gateway} has no order`);
  const { version, imageBytes } = order.message.update;
  const { id } = order.message;
  if (state === 'confirmed') online(gateway, version);
  host.fleet.update(gateway, {
    v: 1,
    id,
    version,
    state,
    fetchedBytes: 0,
    imageBytes,
    ...(message !== undefined && { message }),
  });
  await host.rollouts.look();
}

async function wait(ms: number): Promise<void> {
  host.clock.nowMs += ms;
  await host.rollouts.look();
}

describe('a roll-out of a firmware', () => {
  test('goes to one gateway, and to the next when that one has it and was well for a while', async () => {
    const { id } = await post('rollouts', { gateways, image, healthyMinutes: 10 });
    expect(orders().map(({ gateway }) => gateway)).toEqual(['a']);
    expect(orders()[0]?.message.update?.url).toMatch(/^:0\/api\/v1\/firmware\/[0-9a-f]{16}\/image\?key=/);
    await says('a', 'fetching');
    await says('a', 'onTrial');
    await wait(20 * minuteMs);
    expect(await states(id)).toBe('asked waiting waiting');
    await says('a', 'confirmed');
    await wait(9 * minuteMs);
    expect(await states(id)).toBe('confirmed waiting waiting');
    await wait(minuteMs);
    expect(await states(id)).toBe('confirmed asked asked');
    await says('b', 'confirmed');
    await says('c', 'confirmed');
    await wait(10 * minuteMs);
    expect(await get(id)).toMatchObject({ state: 'done', stage: 1, stages: 2 });
  });

  test('stops by itself at the first gateway that fails, with its reason, and asks nobody else', async () => {
    const { id } = await post('rollouts', { gateways, image });
    await says('a', 'rolledBack', 'the host acknowledged nothing of it');
    expect(await get(id)).toMatchObject({ state: 'stopped', why: 'a: the host acknowledged nothing of it' });
    await wait(60 * minuteMs);
    expect(orders()).toHaveLength(1);
    expect(await states(id)).toBe('failed waiting waiting');
    await post(`rollouts/${id}/resume`, {}, 200);
    expect(orders().map(({ gateway }) => gateway)).toEqual(['a', 'a']);
    expect(new Set(orders().map(({ message }) => message.id)).size).toBe(2);
  });

  test('that stopped gives way to another with its gateways', async () => {
    const { id } = await post('rollouts', { gateways, image });
    await says('a', 'failed', 'no connection');
    await post('gateways/a/update', { image });
    expect((await get(id)).state).toBe('cancelled');
  });

  test('stops where a gateway refuses the order itself', async () => {
    const { id } = await post('rollouts', { gateways, image });
    const order = orders()[0]?.message.id ?? '';
    host.events.emit({
      type: 'result',
      gateway: 'b',
      message: { v: 1, id: order, ok: false, message: 'not b' },
    });
    expect((await get(id)).state).toBe('running');
    host.events.emit({
      type: 'result',
      gateway: 'a',
      message: { v: 1, id: order, ok: false, message: 'no slot' },
    });
    expect(await get(id)).toMatchObject({ state: 'stopped', why: 'a: no slot' });
  });

  test('waits for a stage that is not well, and stops where it stays so', async () => {
    const { id } = await post('rollouts', { gateways, image, healthyMinutes: 1 });
    await says('a', 'confirmed');
    online('a', '0.2.0', []);
    await wait(2 * minuteMs);
    expect(await get(id)).toMatchObject({ state: 'running', stage: 0 });
    await wait(12 * minuteMs);
    expect(await get(id)).toMatchObject({ state: 'stopped' });
    expect((await get(id)).why).toContain('a is not as well as before');
  });

  test('waits for a gateway that is away, and tells it when it comes', async () => {
    host.fleet.connection('a', false);
    const { id } = await post('gateways/a/update', { image });
    expect(orders()).toEqual([]);
    online('a');
    await host.rollouts.look();
    expect(await states(id)).toBe('asked');
    await says('a', 'confirmed');
    expect((await get(id)).state).toBe('done');
  });

  test('sends an order again of which nothing is heard, with the same id', async () => {
    await post('rollouts', { gateways, image });
    await wait(30_000);
    expect(orders()).toHaveLength(1);
    await wait(40_000);
    await wait(1000);
    expect(orders()).toHaveLength(2);
    expect(new Set(orders().map(({ message }) => message.id)).size).toBe(1);
  });

  test('passes over a gateway that has the version already', async () => {
    online('a', '0.2.0');
    const { id } = await post('rollouts', { gateways, image, healthyMinutes: 0 });
    expect(await states(id)).toBe('confirmed asked asked');
  });

  test('sends no image to a gateway of another board, and says so', async () => {
    const ofBoard = (board: string, version: string) => putImage(folder, { version, board, key: testKey() });
    const { id } = await post('rollouts', { gateways, image: ofBoard('lilygo', '0.2.1') });
    expect(orders()).toEqual([]);
    expect(await get(id)).toMatchObject({
      state: 'stopped',
      why: 'a: the image is for the board lilygo, this gateway is a test',
    });
    await post('rollouts', { gateways, image: ofBoard('test', '0.2.2') });
    expect(orders().map(({ gateway }) => gateway)).toEqual(['a']);
  });

  test('can be paused, goes on, and can be cancelled, which gateways that fetch hear', async () => {
    const { id } = await post('rollouts', { gateways, image, healthyMinutes: 0 });
    await post(`rollouts/${id}/pause`, {}, 200);
    await says('a', 'confirmed');
    await wait(minuteMs);
    expect(orders()).toHaveLength(1);
    await post(`rollouts/${id}/resume`, {}, 200);
    expect(orders()).toHaveLength(3);
    expect(await post(`rollouts/${id}/cancel`, {}, 200)).toMatchObject({ state: 'cancelled' });
    expect(
      sent.filter(({ message }) => message.name === 'cancelUpdate').map(({ gateway }) => gateway),
    ).toEqual(['b', 'c']);
    await post(`rollouts/${id}/resume`, {}, 409);
  });
});

describe('a roll-out of settings', () => {
  const settings = { lines: [{ id: 'bus', kind: 'rs485', port: 'tcp://127.0.0.1:1' }], meters: [] };
  const reports = async (id: string, running: GatewaySettings, refused?: string) => {
    host.fleet.reported(id, {
      v: 1,
      running,
      ...(refused !== undefined && {
        refused: { version: 1, mistakes: [{ field: 'lines', message: refused }] },
      }),
    });
    await host.rollouts.look();
  };

  test('goes on when they run, and stops where they are refused, which then are taken back', async () => {
    await host.fleet.desire('b', { lines: [], meters: [] });
    const { id } = await post('rollouts', { gateways, settings, healthyMinutes: 0 });
    const wanted = host.fleet.gateway('a')?.desired;
    expect(wanted).toMatchObject(settings);
    await reports('a', wanted!);
    expect(await states(id)).toBe('confirmed asked asked');
    await reports('b', { version: 1, lines: [], meters: [] }, 'no such port');
    expect(await get(id)).toMatchObject({ state: 'stopped', why: 'b: lines: no such port' });
    expect(host.fleet.gateway('b')?.desired).toEqual({ version: 3, lines: [], meters: [] });
  });
});

describe('a change of the settings that each gateway has', () => {
  const line = { id: 'bus', kind: 'rs485', port: 'tcp://127.0.0.1:1' };
  const meter = (id: string, profile: string, differs: object = {}) => ({
    ...{ id, name: id, profile, line: 'bus', address: id.length, ...differs },
  });
  const [sdm, other] = ['eastron-sdm630', 'eastron-sdm120'];

  test('leaves all else as it is, asks nobody who has it already, and goes back where one refuses', async () => {
    const own = {
      lines: [line],
      meters: [meter('x', sdm, { windowS: 10, timeoutMs: 90 }), meter('yy', other)],
    };
    await host.fleet.desire('a', own);
    await host.fleet.desire('b', { lines: [line], meters: [meter('x', sdm, { windowS: 60 })] });
    await host.fleet.desire('c', { lines: [line], meters: [meter('x', sdm)] });
    for (const id of ['b', 'c']) {
      const wanted = host.fleet.gateway(id)?.desired;
      host.fleet.reported(id, { v: 1, running: wanted! });
    }
    const change = { profile: sdm, windowS: 60, timeoutMs: null };
    const { id } = await post('rollouts', { gateways, change, healthyMinutes: 0 });
    expect(await get(id)).toMatchObject({ kind: 'settings', change, image: null });
    const wanted = host.fleet.gateway('a')?.desired;
    expect(wanted).toMatchObject({
      lines: [line],
      meters: [meter('x', sdm, { windowS: 60 }), meter('yy', other)],
    });
    expect(wanted?.meters[0]).not.toHaveProperty('timeoutMs');
    host.fleet.reported('a', { v: 1, running: wanted! });
    await host.rollouts.look();
    expect(await states(id)).toBe('confirmed confirmed asked');
    const before = host.fleet.gateway('c')?.running;
    const mistakes = [{ field: 'meters[0].windowS', message: 'no room' }];
    host.fleet.reported('c', { v: 1, running: before!, refused: { version: 9, mistakes } });
    await host.rollouts.look();
    expect(await get(id)).toMatchObject({ state: 'stopped', why: 'c: meters[0].windowS: no room' });
    expect(host.fleet.gateway('c')?.desired?.meters).toEqual(before?.meters);
  });
});

describe('what is asked wrongly', () => {
  const wrong = async (body: object, status: number, code: string) => {
    const response = await host.ask({ method: 'POST', url: '/api/v1/rollouts', headers: { cookie }, body });
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
  };

  test('is refused with its field', async () => {
    await wrong({ gateways: ['nobody'], image }, 404, 'gateway.unknown');
    await wrong({ gateways: ['a', 'a'], image }, 422, 'rollout.invalid');
    await wrong({ gateways: ['a'] }, 422, 'rollout.invalid');
    await wrong({ gateways: ['a'], image, shares: [50, 10] }, 422, 'rollout.invalid');
    await wrong({ gateways: ['a'], image: '0123456789abcdef' }, 404, 'image.unknown');
    await wrong({ gateways: ['a'], image: putImage(folder, { version: '0.3.0' }) }, 409, 'image.unsigned');
    await wrong({ gateways: ['a'], settings: { lines: [], meters: [{ id: 'm' }] } }, 422, 'settings.invalid');
    await wrong({ gateways: ['a'], image, change: { windowS: 10 } }, 422, 'rollout.invalid');
    await wrong({ gateways: ['a'], change: {} }, 422, 'rollout.invalid');
    await wrong({ gateways: ['a'], change: { windowS: 7 } }, 422, 'settings.invalid');
    await wrong({ gateways: ['a'], change: { windowS: 1000 } }, 400, 'request.invalid');
    await wrong({ gateways: ['a'], change: { profile: 'nothing', windowS: 10 } }, 422, 'rollout.invalid');
    await post('gateways/a/update', { image });
    await wrong({ gateways: ['b', 'a'], image }, 409, 'rollout.busy');
  });
});

describe('an image', () => {
  const path = () => host.firmware.links.pathOf(image);

  test('is served by its link alone: whole, by ranges, and not again to who has it', async () => {
    const whole = await host.ask({ url: path() });
    expect([whole.statusCode, whole.rawPayload.length]).toEqual([200, 40_000]);
    const piece = await host.ask({ url: path(), headers: { range: 'bytes=100-199' } });
    expect([piece.statusCode, piece.headers['content-range']]).toEqual([206, 'bytes 100-199/40000']);
    expect(piece.rawPayload).toEqual(whole.rawPayload.subarray(100, 200));
    const last = await host.ask({ url: path(), headers: { range: 'bytes=39999-50000' } });
    expect(last.rawPayload).toHaveLength(1);
    const again = await host.ask({ url: path(), headers: { 'if-none-match': String(whole.headers.etag) } });
    expect(again.statusCode).toBe(304);
    for (const range of ['bytes=40000-', 'bytes=5-4', 'bytes=0-1,4-5', 'bytes=-5', 'pages=1-2'])
      expect((await host.ask({ url: path(), headers: { range } })).statusCode).toBe(416);
  });

  test('is not served without its key, by the key of another image, or a day later', async () => {
    const [bare = '', key = ''] = path().split('?');
    expect((await host.ask({ url: bare })).statusCode).toBe(400);
    expect((await host.ask({ url: `${bare}?key=` })).statusCode).toBe(403);
    expect(
      (await host.ask({ url: `${bare}?${key.slice(0, -1)}${key.endsWith('0') ? 1 : 0}` })).statusCode,
    ).toBe(403);
    expect((await host.ask({ url: `/api/v1/firmware/0123456789abcdef/image?${key}` })).statusCode).toBe(403);
    host.clock.nowMs += 25 * 60 * minuteMs;
    expect((await host.ask({ url: `${bare}?${key}` })).statusCode).toBe(403);
  });

  test('and its parts for flashing are listed and served to those who are signed in', async () => {
    const list = await host.ask({ url: '/api/v1/firmware', headers: { cookie } });
    expect(list.json()).toMatchObject({
      isFolderSet: true,
      images: expect.arrayContaining([expect.objectContaining({ id: image, isOrderable: true })]),
      faults: [],
    });
    const part = `/api/v1/firmware/${image}/parts/firmware.bin`;
    expect((await host.ask({ url: part })).statusCode).toBe(401);
    expect((await host.ask({ url: part, headers: { cookie } })).rawPayload).toHaveLength(40_000);
    expect(
      (await host.ask({ url: part.replace('firmware.bin', 'manifest.json'), headers: { cookie } }))
        .statusCode,
    ).toBe(404);
  });
});

// Last: the roll-outs of the host that the others share are closed here.
describe('a roll-out', () => {
  test('goes on after a restart of the host where it was', async () => {
    const { id } = await post('rollouts', { gateways, image, healthyMinutes: 0 });
    await host.rollouts.close();
    const { store, fleet, broker, events, firmware } = host;
    const again = await Rollouts.open({
      tables: store,
      fleet,
      broker,
      events,
      firmware,
      log: () => {},
      nowMs: () => host.clock.nowMs,
      tickMs: 0,
    });
    expect(again.get(id)).toMatchObject({
      state: 'running',
      members: { a: { state: 'asked' }, b: { state: 'waiting' } },
    });
    await says('a', 'confirmed');
    await again.look();
    expect(again.get(id)?.members.b?.state).toBe('asked');
    await again.close();
  });
});
