import { gunzipSync } from 'node:zlib';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binaryType, readChartBinary } from '../../../host/api/chart-binary.ts';
import { EnergyTable } from '../../../host/api/contract.ts';
import { batchOf, counterWindow } from '../store/memory-store.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';
import { siteStartMs, storeWindows } from './stored-site.ts';

let host: HostUnderTest;
let cookie: string;
let sequence = 0;

beforeAll(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
});
afterAll(async () => {
  expect(host.faults).toEqual([]);
  await host.close();
});

/** A meter of its own for each test: an hour of windows with a hole, of which the first five minutes are asked. */
const store = (meter: string, from: number, to: number, isMissing = (_index: number) => false) =>
  storeWindows(host, { meter, from, to, sequence: ++sequence, isMissing });
const hour = (meter: string) => store(meter, 0, 360, index => index >= 20 && index < 30);
/** Readings of a counter, one each 10 s from a window on; the first tells the serial number. */
const readings = async (meter: string, from: number, values: readonly number[], serial?: string) => {
  const windows = values.map((last, index) => {
    const record = { ...counterWindow(siteStartMs + (from + index) * 10_000, last), meter };
    return {
      gateway: 'cellar',
      record: index === 0 && serial !== undefined ? { ...record, serial } : record,
    };
  });
  const watermarks = [{ gateway: 'cellar', epoch: '0123456789abcdef', sequence: ++sequence }];
  await host.store.commit(batchOf(host.store, { windows, watermarks }));
};
const rising = (from: number, to: number, base: number): number[] =>
  Array.from({ length: to - from }, (_, index) => base + from + index);
const rangeOf = (meter: string, count: number) => ({
  series: `cellar.${meter}.energyImportWh`,
  fromMs: siteStartMs,
  toMs: siteStartMs + count * 60_000,
  points: 600,
});
const minutes = (meter: string, count: number, quantity = 'powerW') =>
  `readings?series=cellar.${meter}.${quantity}&from=${siteStartMs}&to=${siteStartMs + count * 60_000}&points=600`;

const ask = (path: string, headers: Record<string, string> = {}) =>
  host.ask({ url: `/api/v1/${path}`, headers: { cookie, ...headers } });
const counters = async () => (await ask('counters')).json().counters;

describe('a chart of a closed range', () => {
  it('is encoded once, and where the browser has it, it is not sent again', async () => {
    await hour('once');
    const path = minutes('once', 5);
    const before = await counters();
    const first = await ask(path);
    const { etag } = first.headers;
    expect(etag).toMatch(/^"[\w-]{22}\.j1"$/);
    expect(first.headers).toMatchObject({
      'cache-control': 'private, no-cache',
      vary: 'Accept, Accept-Encoding',
    });
    expect((await ask(path)).rawPayload).toEqual(first.rawPayload);
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask(path, { 'if-none-match': String(tag) });
      expect(again.statusCode, tag).toBe(304);
      expect(again.body).toBe('');
      expect(again.headers).toMatchObject({ etag, 'cache-control': 'private, no-cache' });
    }
    expect((await ask(path, { 'if-none-match': '"other"' })).statusCode).toBe(200);
    const after = await counters();
    expect(after['charts.misses'] - before['charts.misses']).toBe(1);
    expect(after['charts.hits'] - before['charts.hits']).toBe(6);
  });

  it('is not kept past a late window that mends it', async () => {
    await hour('late');
    const path = minutes('late', 5);
    const before = await ask(path);
    await store('late', 20, 30);
    const after = await ask(path, { 'if-none-match': String(before.headers.etag) });
    expect(after.statusCode).toBe(200);
    expect(after.headers.etag).not.toBe(before.headers.etag);
    expect(before.json().startMs).toHaveLength(20);
    expect(after.json().startMs).toHaveLength(30);
  });

  it('of a counter is kept once nothing that comes can tell any more that a reading was wrong', async () => {
    const path = minutes('glitch', 5, 'energyImportWh');
    await readings('glitch', 0, [...rising(0, 27, 5000), ...rising(27, 37, 3)]);
    const asIfBegunAnew = (await ask(path)).json();
    await readings('glitch', 37, rising(37, 200, 5000));
    const after = await ask(path);
    const { unit, kind, ...told } = after.json();
    expect(told).toEqual(await host.store.readings(rangeOf('glitch', 5)));
    expect(told.delta).not.toEqual(asIfBegunAnew.delta);
    expect([unit, kind, after.headers.etag]).toEqual(['Wh', 'counter', expect.any(String)]);
  });

  it('of a counter is not kept where it ends in an outage: what came behind that may not be decided yet', async () => {
    const path = minutes('away', 5, 'energyImportWh');
    await readings('away', 0, rising(0, 20, 5000));
    await readings('away', 400, [4000]);
    const undecided = (await ask(path)).json();
    await readings('away', 401, rising(1, 120, 4000));
    const { unit, kind, ...told } = (await ask(path)).json();
    expect(told).toEqual(await host.store.readings(rangeOf('away', 5)));
    expect([unit, kind, undecided.startMs.length, told.startMs.length]).toEqual(['Wh', 'counter', 20, 30]);
  });

  it('of a counter is not kept past a serial number that tells of another meter', async () => {
    const path = minutes('swapped', 5, 'energyImportWh');
    await readings('swapped', 0, rising(0, 20, 5000), 'A1');
    await readings('swapped', 20, rising(20, 120, 3));
    const before = (await ask(path)).json();
    await readings('swapped', 120, rising(120, 130, 3), 'B2');
    const after = (await ask(path)).json();
    expect([before.delta[20], after.delta[20]]).toEqual([23, 0]);
  });

  it('holds its tag when newer windows come, and when the host begins anew', async () => {
    await hour('held');
    const path = minutes('held', 5);
    const { etag } = (await ask(path)).headers;
    await store('held', 360, 370);
    expect((await ask(path)).headers.etag).toBe(etag);
    const other = await startHostUnderTest();
    const headers = { cookie: await signInFirst(other) };
    const isMissing = (index: number) => index >= 20 && index < 30;
    await storeWindows(other, { meter: 'held', from: 0, to: 360, sequence: 1, isMissing });
    expect((await other.ask({ url: `/api/v1/${path}`, headers })).headers.etag).toBe(etag);
    await other.close();
  });

  it('is compressed where that is asked for, under a tag of its own', async () => {
    await hour('small');
    const path = minutes('small', 50);
    const plain = await ask(path);
    for (const wanted of ['gzip', 'br, gzip;q=0.5', 'gzip']) {
      const response = await ask(path, { 'accept-encoding': wanted });
      expect(response.headers['content-encoding'], wanted).toBe('gzip');
      expect(response.headers.etag).not.toBe(plain.headers.etag);
      expect(gunzipSync(response.rawPayload)).toEqual(plain.rawPayload);
      expect(response.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
    }
    for (const wanted of ['br', 'gzip;q=0', 'gzip; q=0.00', 'xgzip']) {
      const response = await ask(path, { 'accept-encoding': wanted });
      expect(response.headers['content-encoding'], wanted).toBeUndefined();
    }
  });

  it('still needs a session', async () => {
    await hour('mine');
    const { etag } = (await ask(minutes('mine', 5))).headers;
    const headers = { 'if-none-match': String(etag) };
    expect((await host.ask({ url: `/api/v1/${minutes('mine', 5)}`, headers })).statusCode).toBe(401);
  });
});

describe('a chart of a range that is still open', () => {
  it('is not kept, and tells what has come since', async () => {
    await hour('open');
    const path = minutes('open', 60);
    const before = await ask(path);
    expect(before.headers.etag).toBeUndefined();
    expect(before.headers['cache-control']).toBe('no-store');
    const { 'charts.hits': hits } = await counters();
    await store('open', 20, 30);
    expect((await ask(path)).json().startMs.length).toBe(before.json().startMs.length + 10);
    expect((await counters())['charts.hits']).toBe(hits);
  });

  it('asked for by many at once is asked of the store once, and all get it', async () => {
    await hour('many');
    const reads = countReads();
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(minutes('many', 60))));
    expect(reads()).toBe(1);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers[0]?.json().startMs).toHaveLength(350);
  });
});

describe('the binary form', () => {
  it.each(['powerW', 'energyImportWh'])(
    'of %s is sent to who accepts it, and says the same',
    async quantity => {
      const meter = quantity.toLowerCase();
      await hour(meter);
      for (const path of [minutes(meter, 5, quantity), minutes(meter, 60, quantity)]) {
        const json = await ask(path, { accept: 'application/json' });
        expect(json.headers['content-type']).toBe('application/json; charset=utf-8');
        const binary = await ask(path, { accept: `text/html;q=0.1, ${binaryType}` });
        expect(binary.headers['content-type']).toBe(binaryType);
        expect(readChartBinary(binary.rawPayload)).toEqual(json.json());
      }
    },
  );

  it('is made from the columns that the other form has asked for', async () => {
    await hour('both');
    await ask(minutes('both', 5));
    const reads = countReads();
    expect((await ask(minutes('both', 5), { accept: binaryType })).statusCode).toBe(200);
    expect(reads()).toBe(0);
  });
});

/** How often the store is asked for readings from here on. */
function countReads(): () => number {
  let reads = 0;
  const { readings } = host.store;
  host.store.readings = range => {
    reads++;
    return readings.call(host.store, range);
  };
  return () => reads;
}

describe('energy of all meters', () => {
  it('is one table of columns with what the totals of each meter say', async () => {
    await hour('table');
    const answer = await ask(`energy?from=${siteStartMs}&to=${siteStartMs + 3_600_000}&period=hour`);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    const table = answer.json();
    expect(Value.Check(EnergyTable, table)).toBe(true);
    const [fromMs, toMs] = [siteStartMs, siteStartMs + 3_600_000];
    const { periods } = await host.store.totals({ meter: 'cellar.table', fromMs, toMs, period: 'hour' });
    const own = table.meters.find(({ meter }: { meter: string }) => meter === 'cellar.table');
    const { coverage, importWh, exportWh } = own;
    expect([table.zone, table.startMs, importWh, exportWh, coverage]).toEqual([
      'Europe/Berlin',
      [siteStartMs],
      [periods[0]?.importWh],
      [null],
      [periods[0]?.coverage],
    ]);
    expect(importWh[0]).toBeGreaterThan(1000);
  });

  it('refuses by name what would have too many cells', async () => {
    const answer = await ask(`energy?from=0&to=${siteStartMs}&period=hour`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'range.tooLong', field: 'period' });
  });
});
