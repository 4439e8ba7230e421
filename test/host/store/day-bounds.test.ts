import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lane } from '../../../host/store/lane.ts';
import { assertCells, dayBounds, periodBounds } from '../../../host/store/periods.ts';
import { QueryError } from '../../../host/store/query-error.ts';
import type { Period } from '../../../host/store/types.ts';

const dayS = 86_400;
let instance: DuckDBInstance;
let lane: Lane;

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  lane = new Lane(await instance.connect());
});
afterAll(async () => {
  await lane.close();
  instance.closeSync();
});

const boundsOf = (zone: string, fromS: number, toS: number) =>
  lane.use(connection => dayBounds(connection, zone, fromS, toS));

/** The calendar's date by another clock than the database's. */
function dateIn(zone: string): (atS: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  return atS => format.format(atS * 1000);
}

/** With days that are skipped, midnights that are skipped or come twice, changes of two hours, odd offsets. */
const zones = [
  'UTC',
  'Europe/Berlin',
  'Pacific/Apia',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Africa/Cairo',
  'Antarctica/Troll',
  'Atlantic/Azores',
  'America/Havana',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Asia/Beirut',
];

/** Where chapters of days that are kept meet, and the odd days of the zones. */
const corners = [
  ...[38, 51].map(chapter => chapter * 400 * dayS),
  ...['2011-12-30T10:00', '2018-11-04T03:00', '2026-10-25T01:00', '2026-11-01T05:00', '2026-04-24T00:00'].map(
    text => Date.parse(`${text}Z`) / 1000,
  ),
];

test('civil days begin with the first second of their date, in any zone and however long the range', async () => {
  const instants = fc.oneof(
    fc.integer({ min: Date.UTC(2025, 0) / 1000, max: Date.UTC(2026, 11) / 1000 }),
    fc
      .tuple(fc.constantFrom(...corners), fc.integer({ min: -2 * dayS, max: 2 * dayS }))
      .map(([a, b]) => a + b),
    fc.constantFrom(...corners),
  );
  const lengths = fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 3 * dayS }),
    fc.integer({ min: 1, max: 500 * dayS }),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...zones), instants, lengths, async (zone, fromS, lengthS) => {
      const date = dateIn(zone);
      const toS = fromS + lengthS;
      const bounds = await boundsOf(zone, fromS, toS);
      const [first, last] = [bounds[0] ?? Number.NaN, bounds.at(-1) ?? Number.NaN];
      expect(first <= fromS && last >= toS).toBe(true);
      // None more than it takes.
      expect(date(first)).toBe(date(fromS));
      if (bounds.length > 1) expect(bounds.at(-2)).toBeLessThan(Math.max(toS, fromS + 1));
      for (const [index, startS] of bounds.entries()) {
        expect([zone, startS, date(startS - 1) < date(startS)]).toEqual([zone, startS, true]);
        if (index > 0) expect(date(startS - 1)).toBe(date(bounds[index - 1] as number));
      }
    }),
    { numRuns: 60 },
  );
});

test('a month begins with the first of two midnights', async () => {
  // Clocks in Havana go back from one o'clock to midnight on Sunday, 1 November 2026.
  const bounds = await periodBounds(
    lane,
    'America/Havana',
    Date.UTC(2026, 10, 1, 4, 30),
    Date.UTC(2026, 10, 2),
    'month',
  );
  expect(bounds.map(bound => new Date(bound * 1000).toISOString())).toEqual([
    '2026-11-01T04:00:00.000Z',
    '2026-12-01T05:00:00.000Z',
  ]);
});

test.each<[Period, number, number]>([
  ['day', 0, dayS],
  ['day', -3 * dayS, 5],
  ['day', 4_294_900_000, 4_294_967_295],
  ['month', 0, 4_294_967_295],
  ['hour', 0, 1],
])(
  'the years at both ends of what can be asked have their periods: %s from %i to %i',
  async (period, fromS, toS) => {
    const bounds = await periodBounds(lane, 'Asia/Kathmandu', fromS * 1000, toS * 1000, period);
    expect(bounds[0]).toBeLessThanOrEqual(fromS);
    expect(bounds.at(-1)).toBeGreaterThanOrEqual(toS);
    expect(bounds).toEqual([...new Set(bounds)].sort((one, other) => one - other));
  },
);

test('a table of energy of too many meters and periods is refused with what to ask', () => {
  assertCells(1000, 366);
  expect(() => assertCells(1000, 8760)).toThrow(QueryError);
  expect(() => assertCells(1000, 8760)).toThrow(/8760 .* 1000 meters .* longer periods/);
});
