import { Value } from 'typebox/value';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ReadingAt } from '../../../host/api/contract.ts';
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

const ask = (query: string) => host.ask({ url: `/api/v1/readings/at?${query}`, headers: { cookie } });
const counter = 'cellar.house.energyImportWh';

it('tells what a counter showed, with its unit and both neighbours', async () => {
  const read = (await ask(`series=${counter}&at=${siteStartMs + 10_000}`)).json();
  expect(Value.Check(ReadingAt, read)).toBe(true);
  expect(read).toMatchObject({ series: counter, unit: 'Wh', is: 'read', value: 5000 });
  const between = (await ask(`series=${counter}&at=${siteStartMs + 250_000}`)).json();
  expect(Value.Check(ReadingAt, between)).toBe(true);
  expect(between).toMatchObject({
    is: 'interpolated',
    before: { atMs: siteStartMs + 200_000, value: 5057 },
    after: { atMs: siteStartMs + 310_000, value: 5090 },
  });
  const later = (await ask(`series=${counter}&at=${siteStartMs + 3_600_000}`)).json();
  expect(Value.Check(ReadingAt, later)).toBe(true);
  expect(later).toMatchObject({ is: 'unknown', value: null, why: 'afterLast' });
});

it('says what is wrong with a question', async () => {
  const gauge = await ask(`series=cellar.house.powerW&at=${siteStartMs}`);
  expect(gauge.statusCode).toBe(400);
  expect(gauge.json()).toMatchObject({
    field: 'series',
    message: expect.stringContaining('powerW is no counter'),
  });
  expect((await ask(`series=cellar.house.frequencyHz&at=${siteStartMs}`)).statusCode).toBe(404);
  expect((await ask(`series=${counter}`)).statusCode).toBe(400);
  expect((await ask(`series=${counter}&at=-1`)).statusCode).toBe(400);
});

it('tells strangers nothing', async () => {
  expect(
    (await host.ask({ url: `/api/v1/readings/at?series=${counter}&at=${siteStartMs}` })).statusCode,
  ).toBe(401);
});
