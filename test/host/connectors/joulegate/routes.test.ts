import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quantities } from '#core/quantities.ts';
import { encodeRecord, encodeRecordsMessage, type WindowRecord } from '#core/wire/records.ts';
import { storeLimits } from '../../../../host/store/limits.ts';
import { type HostUnderTest, startHostUnderTest } from '../../api/host-under-test.ts';
import { type Person, personOf } from '../../api/signed-in.ts';

let host: HostUnderTest;
let ada: Person;
let token = '';
let run = 0;
let source = '';

const madeToken = async (sites: readonly string[]): Promise<string> => {
  const expiresMs = host.clock.nowMs + 86_400_000;
  const made = await ada.ask('POST', '/api/v1/tokens', { name: 'far', scopes: ['ingest'], sites, expiresMs });
  return made.json().token;
};
beforeAll(async () => {
  host = await startHostUnderTest({ takesIn: true });
  ada = await personOf(host, 'ada', { '*': 'admin' });
  token = await madeToken(['*']);
});
afterAll(() => host.close());
beforeEach(async () => {
  source = `barn${++run}`;
  const made = await ada.ask('POST', '/api/v1/connectors', {
    id: source,
    kind: 'joulegate',
    name: 'Barn',
    settings: {},
  });
  expect(made.statusCode).toBe(201);
});

const startMs = Date.UTC(2026, 10, 20);
const windowOf = (n: number, meter = 'attic-main'): WindowRecord => ({
  meter,
  startMs: startMs + n * 10_000,
  windowS: 10,
  clock: 'synced',
  failures: [],
  values: [{ quantity: 'powerW', samples: 10, mean: n, min: n - 1, max: n + 1, last: n }],
});
const epoch = '00000000000000aa';
const messageOf = (first: number, records: readonly Uint8Array[], oldest = first) =>
  Buffer.from(encodeRecordsMessage({ epoch, oldest, first, records }));
const windows = (first: number, count: number) =>
  messageOf(
    first,
    Array.from({ length: count }, (_, index) => encodeRecord(windowOf(first + index))),
  );
const send = (body: Buffer, query = `?connector=${source}`, secret = token) =>
  host.ask({
    method: 'POST',
    url: `/api/v1/records${query}`,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/octet-stream' },
    body,
  });
const stored = async () => {
  const rows = await host.store.all(
    `SELECT last FROM gauge JOIN series ON series.number = gauge.series
     JOIN meter ON meter.number = series.meter WHERE meter.gateway = ? ORDER BY startS`,
    [source],
  );
  return rows.map(({ last }) => last);
};
const faultOf = () => host.connectors.get(source)?.fault?.message;

describe('records of another Joulegate', () => {
  it('are on disk when they are answered, each once however often it comes, also at once', async () => {
    expect(faultOf()).toMatch(/nothing was sent yet/);
    const answers = await Promise.all([windows(1, 3), windows(1, 3), windows(2, 3)].map(body => send(body)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect((await send(windows(1, 2))).json()).toEqual({ upTo: 4 });
    expect(await stored()).toEqual([1, 2, 3, 4]);
    expect(faultOf()).toBeUndefined();
  });

  it('begin where their sender still has them: what was before is counted as lost; a question stores nothing', async () => {
    const question = messageOf(Number.MAX_SAFE_INTEGER - 1, [new Uint8Array(0)], 1);
    expect((await send(question)).json()).toEqual({ upTo: 0 });
    expect((await send(windows(4, 2))).json()).toEqual({ upTo: 5 });
    expect((await send(question)).json()).toEqual({ upTo: 5 });
    expect(host.fleet.counters(source)).toMatchObject({ lost: 3, records: 2, malformed: 0 });
    expect(await stored()).toEqual([4, 5]);
  });

  it('are refused whole where one of them is not understood, as of a newer version: the sender keeps them', async () => {
    const good = encodeRecord(windowOf(1));
    const { wire } = quantities.powerW;
    // Behind no failures and one value.
    const place = good.findIndex((byte, at) => byte === wire && good[at - 1] === 1 && good[at - 2] === 0);
    const strange = good.with(place, 0);
    const cases: readonly (readonly [Buffer, RegExp])[] = [
      [messageOf(1, [good, strange]), /record 2: quantity number 0 is not in the vocabulary/],
      [messageOf(1, [good, good.subarray(0, good.length - 2)]), /record 2: record ends early/],
      [messageOf(1, [good, new Uint8Array(0)]), /record 2: /],
      [Buffer.from([9]), /protocol version 9; this side speaks 1/],
      [Buffer.alloc(0), /is empty/],
    ];
    for (const [body, why] of cases) {
      const answer = await send(body);
      expect([answer.statusCode, answer.json().code], String(why)).toEqual([400, 'readings.refused']);
      expect(answer.json().message).toMatch(why);
      expect(faultOf()).toMatch(why);
    }
    expect((await send(Buffer.alloc(70_000))).statusCode).toBe(413);
    expect(await stored()).toEqual([]);
    expect(host.fleet.counters(source).malformed).toBe(0);
  });

  it('of more meters than one source has room for wait at their sender', async () => {
    const many = Array.from({ length: storeLimits.metersEver }, (_, n) =>
      encodeRecord(windowOf(1, `m-${n}`)),
    );
    expect((await send(messageOf(1, many))).json()).toEqual({ upTo: storeLimits.metersEver });
    const answer = await send(messageOf(storeLimits.metersEver + 1, [encodeRecord(windowOf(2, 'one-more'))]));
    expect(answer.statusCode).toBe(400);
    expect(answer.json().message).toMatch(/257 meters, and 256 are allowed/);
  });

  it('need a token for the source’s site, and a source of this kind that is on', async () => {
    await host.sites.create(`site${run}`, 'Elsewhere');
    const elsewhere = await madeToken([`site${run}`]);
    expect((await send(windows(1, 1), undefined, elsewhere)).json()).toMatchObject({
      code: 'readings.connector',
    });
    expect((await send(windows(1, 1), '')).json().message).toMatch(/not clear; there are .*barn/);
    expect((await send(windows(1, 1), '?connector=nobody')).statusCode).toBe(404);
    await ada.ask('PUT', `/api/v1/connectors/${source}`, { name: 'Barn', isOn: false, settings: {} });
    expect((await send(windows(1, 1))).statusCode).toBe(404);
    expect(await stored()).toEqual([]);
  });

  it('are not taken by a full disk, and are told when to come again', async () => {
    host.disk.freeBytes = 1000;
    await host.watch.disk.check();
    const answer = await send(windows(1, 1));
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '60']);
    host.disk.freeBytes = 50e9;
    await host.watch.disk.check();
    expect((await send(windows(1, 1))).json()).toEqual({ upTo: 1 });
  });

  it('leave open what may still come: nobody knows what the other host holds back', async () => {
    await send(windows(1, 2));
    host.fleet.connection(source, true);
    const to = startMs + 86_400_000;
    host.clock.nowMs = to;
    const answer = await ada.ask('GET', `/api/v1/ledger?from=${startMs}&to=${to}&gateway=${source}`);
    const { meters, gateways } = answer.json();
    expect(gateways[0].state).not.toBe('settled');
    const [account] = meters;
    expect(account.receivedS.reduce((sum: number, s: number) => sum + s)).toBe(20);
    expect(account.lostS).toEqual({});
    expect(account.pendingS.reduce((sum: number, s: number) => sum + s)).toBe(86_400 - 30);
  });

  it('nor does what came of one of its gateways say that another’s is lost', async () => {
    await send(windows(1, 2));
    await send(messageOf(3, [encodeRecord(windowOf(8600, 'cellar-main'))]));
    const to = startMs + 86_400_000;
    host.clock.nowMs = to;
    const answer = await ada.ask('GET', `/api/v1/ledger?from=${startMs}&to=${to}&meter=${source}.attic-main`);
    const [account] = answer.json().meters;
    expect(account.lostS).toEqual({});
    expect(account.pendingS.reduce((sum: number, s: number) => sum + s)).toBe(86_400 - 30);
  });

  it('of a source that takes the place of another kind’s: what that one announced is not taken for theirs', async () => {
    const id = `${source}-http`;
    const settings = { meters: [{ id: 'desk', name: 'Desk', everyS: 10 }] };
    await ada.ask('POST', '/api/v1/connectors', { id, kind: 'http', name: 'Barn', settings });
    expect(host.fleet.gateway(id)?.about?.meters).toHaveLength(1);
    await ada.ask('DELETE', `/api/v1/connectors/${id}`);
    await ada.ask('POST', '/api/v1/connectors', { id, kind: 'joulegate', name: 'Barn', settings: {} });
    await send(windows(1, 2), `?connector=${id}`);
    host.fleet.connection(id, true);
    const to = startMs + 86_400_000;
    host.clock.nowMs = to;
    const answer = await ada.ask('GET', `/api/v1/ledger?from=${startMs}&to=${to}&gateway=${id}`);
    const { meters, gateways } = answer.json();
    expect(gateways[0].state).not.toBe('settled');
    expect(meters[0].pendingS.reduce((sum: number, s: number) => sum + s)).toBe(86_400 - 30);
    // Nor after a start.
    await expect
      .poll(async () => (await host.store.all('SELECT about FROM gateway WHERE id = ?', [id]))[0]?.about)
      .toBeNull();
  });
});
