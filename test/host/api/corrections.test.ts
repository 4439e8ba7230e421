import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Correction, CorrectionPreview } from '../../../host/api/contract.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';
import { siteStartMs, storeSite } from './stored-site.ts';

let host: HostUnderTest;
let cookie: string;

beforeAll(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
  await storeSite(host);
});
afterAll(async () => {
  expect(host.faults).toEqual([]);
  await host.close();
});

const post = (path: string, body: object) =>
  host.ask({ method: 'POST', url: `/api/v1/corrections${path}`, headers: { cookie }, body });
const get = async (path: string) => {
  const response = await host.ask({ url: `/api/v1/${path}`, headers: { cookie } });
  expect(response.statusCode, response.body).toBe(200);
  return response.json();
};
const power = 'cellar.house.powerW';
const energy = 'cellar.house.energyImportWh';
const span = `from=${siteStartMs}&to=${siteStartMs + 600_000}`;
const at = (window: number) => siteStartMs + window * 10_000;
const why = 'the transformer is 200:5, not 100:5';
const doubled = { series: power, kind: 'scale', fromMs: at(0), toMs: at(10), factor: 2, why };

describe('a correction', () => {
  it('is made, told with who, when and why, and undone, in every answer at once', async () => {
    const chart = `readings?series=${power}&${span}&points=60`;
    const before = await get(chart);
    const response = await post('', doubled);
    expect(response.statusCode, response.body).toBe(201);
    const made = response.json();
    expect(Compile(Correction).Errors(made)).toEqual([]);
    const { id } = made;
    expect(made).toEqual({
      ...doubled,
      id,
      meter: 'cellar.house',
      who: 'ada',
      atMs: host.clock.nowMs,
      undone: null,
      isBuilt: false,
    });
    expect((await get(chart)).mean.slice(8, 12)).toEqual([2016, 2018, 1010, 1011]);
    await host.store.upkeep();
    expect((await get(chart)).mean.slice(8, 12)).toEqual([2016, 2018, 1010, 1011]);
    const undone = await post(`/${id}/undo`, { why: 'it was 100:5' });
    expect(undone.statusCode, undone.body).toBe(200);
    expect(undone.json()).toMatchObject({ id, undone: { who: 'ada', why: 'it was 100:5' } });
    expect(await get(chart)).toEqual(before);
    expect(await get('corrections?meter=cellar.house')).toMatchObject([{ id, undone: { who: 'ada' } }]);
  });

  it('reaches what is missing, with its reason and the quantity it is about', async () => {
    const missing = `missing?meter=cellar.house&${span}`;
    const timeout = { startMs: at(20), endMs: at(30), reason: 'timeout' };
    const of = { series: power, kind: 'exclude', fromMs: at(5), toMs: at(8), why };
    const { id } = (await post('', of)).json();
    const excluded = { startMs: at(5), endMs: at(8), reason: 'excluded', quantity: 'powerW' };
    expect(await get(missing)).toEqual([excluded, timeout]);
    await post(`/${id}/undo`, { why });
    const { id: ofMeter } = (
      await post('', { meter: 'cellar.house', kind: 'exclude', fromMs: at(25), why })
    ).json();
    expect(await get(missing)).toEqual([timeout, { startMs: at(30), endMs: at(60), reason: 'excluded' }]);
    await post(`/${ofMeter}/undo`, { why });
    expect(await get(missing)).toEqual([timeout]);
  });

  it('reaches the energy of today', async () => {
    const todayWh = async () => (await get('meters/cellar.house')).today.importWh;
    const before = await todayWh();
    const tripled = { series: energy, kind: 'scale', fromMs: at(0), factor: 3, why };
    const { id } = (await post('', tripled)).json();
    expect(await todayWh()).toBe(3 * before);
    await post(`/${id}/undo`, { why });
    expect(await todayWh()).toBe(before);
  });

  it('of a counter tells what was read', async () => {
    const swap = { series: energy, kind: 'swap', atMs: at(25), oldReading: 5075.5, newReading: 5080.25, why };
    const made = (await post('', swap)).json();
    expect(made).toMatchObject({ fromMs: at(25), toMs: at(25), oldReading: 5075.5, newReading: 5080.25 });
    const read = (
      await post('', { series: energy, kind: 'reading', atMs: at(25), reading: 5075, why })
    ).json();
    expect(read).toMatchObject({ reading: 5075, isBuilt: true });
    expect(await get(`corrections?meter=cellar.house&from=${at(25)}&to=${at(26)}`)).toHaveLength(4);
    expect(await get(`corrections?meter=cellar.house&from=${at(26)}&to=${at(27)}`)).toHaveLength(2);
    for (const { id } of [made, read]) await post(`/${id}/undo`, { why });
  });

  it('is looked at before it is made, and nothing changes by that', async () => {
    const { why: _, ...body } = doubled;
    const response = await post('/preview', body);
    expect(response.statusCode, response.body).toBe(200);
    const preview = response.json();
    expect(Compile(CorrectionPreview).Errors(preview)).toEqual([]);
    expect(preview).toMatchObject({ windows: 10, isWhole: true });
    expect(preview.days).toHaveLength(1);
    expect(preview.days[0].after).toMatchObject({ max: 2020, min: 1009, importWh: 177 });
    expect(preview.days[0].before).toMatchObject({ max: 1060, min: 999, importWh: 177 });
    const list = await get('corrections?meter=cellar.house');
    expect(list.every(({ undone }: { undone: unknown }) => undone !== null)).toBe(true);
  });

  it('needs a session', async () => {
    const response = await host.ask({ method: 'POST', url: '/api/v1/corrections', body: doubled });
    expect(response.statusCode).toBe(401);
  });
});

/** What differs from a good one, and the mistake: field and a part of its text. */
const bad: readonly [given: object, status: number, field: string, part: string][] = [
  [{ why: undefined }, 400, 'why', 'text of 1 to 500 characters'],
  [{ why: ' ' }, 400, 'why', 'text of 1 to 500 characters'],
  [{ why: 'x'.repeat(501) }, 400, 'why', 'text of 1 to 500 characters'],
  [{ why: 'a\u0000' }, 400, 'why', 'without control characters'],
  [{ kind: 'erase' }, 400, 'kind', 'one of exclude, scale, offset, reading, swap'],
  [{ factor: '2' }, 400, 'factor', 'a number'],
  [{ colour: 'red' }, 400, 'colour', 'is not known'],
  [{ series: 'cellar.house.voltageV' }, 404, 'series', 'no series cellar.house.voltageV'],
  [{ series: undefined, meter: 'cellar.nobody' }, 404, 'meter', 'no meter cellar.nobody'],
  [{ series: undefined, meter: 'cellar.sun' }, 422, 'meter', 'something is stored'],
  [{ series: undefined }, 422, 'meter', 'either meter or series'],
  [{ meter: 'cellar.house' }, 422, 'meter', 'both given'],
  [{ factor: undefined }, 422, 'factor', 'scale needs a number'],
  [{ factor: 0 }, 422, 'factor', 'from 0.000001 to 1000000'],
  [{ factor: 1.000_000_1 }, 422, 'factor', 'at most 6 decimals'],
  [{ factor: -1, series: energy }, 422, 'factor', 'more than 0'],
  [{ factor: -1, series: undefined, meter: 'cellar.house' }, 422, 'factor', 'more than 0'],
  [{ offset: 3 }, 422, 'offset', 'scale has fromMs, factor, toMs'],
  [{ fromMs: at(0) + 1 }, 422, 'fromMs', 'a whole second'],
  [{ toMs: at(0) }, 422, 'toMs', `a time after fromMs (${at(0)})`],
  [{ kind: 'offset', factor: undefined, offset: 1, series: energy }, 422, 'series', 'a series of a gauge'],
  [{ kind: 'offset', factor: undefined, offset: 3e8 }, 422, 'offset', 'from -200000000 to 200000000 W'],
  [{ kind: 'offset', factor: undefined, offset: 0.0001 }, 422, 'offset', 'at most 3 decimals'],
  [{ kind: 'reading' }, 422, 'series', 'reading is for a series of a counter'],
  [{ kind: 'reading', series: energy }, 422, 'atMs', 'is missing'],
];

it.each(bad)(
  'a bad one is refused with its field and what is allowed: %j',
  async (given, status, field, part) => {
    const before = await get('corrections?meter=cellar.house');
    const response = await post('', { ...doubled, ...given });
    expect(response.statusCode, response.body).toBe(status);
    const error = response.json();
    const texts = [error, ...(error.mistakes ?? [])].filter(mistake => mistake.field === field);
    expect(texts.map(({ message }) => message).join('\n'), response.body).toContain(part);
    expect(await get('corrections?meter=cellar.house')).toEqual(before);
  },
);

it('what is not there or undone cannot be undone', async () => {
  const { id } = (await post('', doubled)).json();
  expect((await post(`/${id}/undo`, { why })).statusCode).toBe(200);
  const twice = await post(`/${id}/undo`, { why });
  expect(twice.statusCode).toBe(409);
  expect(twice.json()).toMatchObject({ code: 'correction.undone', field: 'id' });
  const unknown = await post('/4711/undo', { why });
  expect(unknown.statusCode).toBe(404);
  expect(unknown.json()).toMatchObject({ code: 'correction.unknown', field: 'id' });
  expect((await post('/x/undo', { why })).statusCode).toBe(400);
  expect((await post(`/${id}/undo`, {})).json()).toMatchObject({ code: 'request.invalid', field: 'why' });
});

it('only so many factors may hold for the same time', async () => {
  const made: number[] = [];
  let last = await post('', doubled);
  while (last.statusCode === 201) {
    made.push(last.json().id);
    last = await post('', doubled);
  }
  expect(last.statusCode).toBe(409);
  expect(last.json()).toMatchObject({ code: 'corrections.tooDeep' });
  expect(last.json().message).toContain(String(made.length));
  expect((await post('', { ...doubled, fromMs: at(10), toMs: at(11) })).statusCode).toBe(201);
  expect((await get(`readings?series=${power}&${span}&points=60`)).mean[0]).toBe(1000 * 2 ** made.length);
  for (const id of made) await post(`/${id}/undo`, { why });
});

it('a meter has only so many that stand', async () => {
  const many = { series: power, kind: 'exclude', why };
  // All but the last few at the store itself: a request for each would prove nothing more.
  const target = { meter: 'cellar.house', series: power };
  const none = { factorMillionths: 1_000_000, offset: 0, before: 0, after: 0 };
  for (let count = 0; count < 198; count++) {
    const span = { fromS: at(count) / 1000, toS: at(count + 1) / 1000 };
    const change = { ...none, ...span, kind: 'exclude' } as const;
    await host.store.corrections.make(target, change, { who: 'ada', atMs: host.clock.nowMs, why });
  }
  let last = await post('', { ...many, fromMs: at(198), toMs: at(199) });
  for (let count = 199; count < 201 && last.statusCode === 201; count++)
    last = await post('', { ...many, fromMs: at(count), toMs: at(count + 1) });
  expect(last.statusCode).toBe(409);
  expect(last.json()).toMatchObject({ code: 'corrections.tooMany' });
  expect(last.json().message).toContain('200 that stand');
  const list: { id: number; undone: unknown }[] = await get('corrections?meter=cellar.house');
  expect(list.filter(({ undone }) => undone === null)).toHaveLength(200);
  expect((await get(`readings?series=${power}&${span}&points=60`)).startMs).toEqual([]);
});
