import { Value } from 'typebox/value';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Statistics } from '../../../host/api/contract.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';
import { siteStartMs, storeSite } from './stored-site.ts';

let host: HostUnderTest;
let cookie: string;

beforeAll(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
  await storeSite(host);
});
afterAll(() => host.close());

const ask = (query: string, headers: Record<string, string> = { cookie }) =>
  host.ask({ url: `/api/v1/statistics?${query}`, headers });
const tenMinutes = `from=${siteStartMs}&to=${siteStartMs + 600_000}`;

it('a stretch of power has its mean, extremes, energy, coverage and how many samples tell it', async () => {
  const body = (await ask(`series=cellar.house.powerW&${tenMinutes}`)).json();
  expect(Value.Check(Statistics, body)).toBe(true);
  const present = Array.from({ length: 60 }, (_, index) => index).filter(index => index < 20 || index >= 30);
  const sum = present.reduce((total, index) => total + 1000 + index, 0);
  expect(body).toMatchObject({
    series: 'cellar.house.powerW',
    unit: 'W',
    kind: 'gauge',
    mean: sum / 50,
    min: 999,
    max: 1060,
    negative: 0,
    coverage: 50 / 60,
    windows: 50,
    samples: 500,
    growth: null,
  });
  expect(body.positive).toBeCloseTo(sum / 360, 9);
});

it('a stretch without windows says so, and never zero', async () => {
  const before = `from=${siteStartMs - 600_000}&to=${siteStartMs - 10_000}`;
  expect((await ask(`series=cellar.house.powerW&${before}`)).json()).toMatchObject({
    mean: null,
    positive: null,
    coverage: 0,
    windows: 0,
  });
});

it('an unknown series, an empty range and a stranger are refused', async () => {
  expect((await ask(`series=cellar.house.voltageL1V&${tenMinutes}`)).json()).toMatchObject({
    code: 'series.unknown',
    field: 'series',
  });
  expect((await ask('series=cellar.house.powerW&from=5&to=5')).json()).toMatchObject({ code: 'range.empty' });
  expect((await ask(`series=cellar.house.powerW&${tenMinutes}`, {})).statusCode).toBe(401);
});
