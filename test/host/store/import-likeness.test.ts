import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { orderOf } from '../../../host/api/import-order.ts';
import { firstLines, likelyLayout, unitsBelow } from '../../../host/import/likely-layout.ts';
import { importCheckOf } from '../../../host/import/proposal/choice.ts';
import { firstChoice } from '../../../host/import/proposal/first-choice.ts';
import { stage } from '../../../host/store/import-staging.ts';

let dir: string;
let connection: DuckDBConnection;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'joulegate-likeness-'));
  connection = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(async () => {
  connection.closeSync();
  await rm(dir, { recursive: true, force: true });
});

/** What is told of a file where it is imported as it is proposed. */
async function doubtsOf(lines: readonly string[]): Promise<readonly string[]> {
  const text = `${lines.join('\n')}\n`;
  const layout = likelyLayout(text);
  const { delimiter, hasHeader: header, skip, under } = layout;
  const format = { delimiter, header, skip, under };
  const shown = firstLines(text, layout, 12);
  const file = { id: '0123456789abcdef', name: 'a', bytes: 9, format, timeFormat: null, tables: [] };
  const units = unitsBelow(text, layout);
  const choice = firstChoice({ ...file, lines: shown, units }, format, shown, 'home.main', 'UTC');
  const check = importCheckOf(choice);
  if (check === undefined) throw new Error('nothing is proposed');
  const order = orderOf(check, 'UTC');
  const path = join(dir, 'file.csv');
  await writeFile(path, text);
  const series = order.columns.map(({ meter, quantity }) => ({
    ...{ number: 0, meter: 0, key: `${meter}.${quantity}`, quantity, isNew: true },
  }));
  const task = { path, order, series, seriesOfColumn: order.columns.map((_, column) => column) };
  const { mistakes, doubts } = await stage(connection, task, Date.UTC(2026, 2, 1) / 1000, () => false);
  expect(mistakes.first).toEqual([]);
  return doubts.first.map(({ column, message }) => `${column} ${message}`);
}

const quarters = Array.from({ length: 96 }, (_, index) => index);
const wattsAt = (quarter: number) => (quarter < 0 ? 0 : 200 + ((quarter >> 2) % 7) * 300);
const grownWh = (quarters: number) =>
  5_000_000 + Array.from({ length: quarters }, (_, at) => wattsAt(at) / 4).reduce((sum, one) => sum + one, 0);
/** A day of quarters of an hour whose lines have times of their beginnings, or later. */
const day = (names: string, cells: (quarter: number) => readonly (number | string)[], later = 0) => [
  `time,${names}`,
  ...quarters.map(quarter =>
    [new Date(Date.UTC(2026, 0, 10, 0, (quarter + later) * 15)).toISOString(), ...cells(quarter)].join(','),
  ),
];

it('times of ends of intervals that no name tells are doubted, and those of beginnings are not', async () => {
  // The newest line is the first one.
  const [names = '', ...lines] = day('power_w', quarter => [wattsAt(quarter)], 1);
  expect(await doubtsOf([names, ...lines.toReversed()])).toEqual([expect.stringContaining('900 s after')]);
  expect(await doubtsOf(day('power_w', quarter => [wattsAt(quarter)]))).toEqual([]);
});

it('kW and kWh without a unit are doubted where they would be of no house; what says its unit, or rests, is not', async () => {
  const small = (quarter: number) => [(wattsAt(quarter) / 1000).toFixed(2)];
  expect(await doubtsOf(day('power', small))).toEqual([expect.stringContaining('never more than 2 W')]);
  expect(await doubtsOf(day('power', small).slice(0, 20))).toEqual([]);
  expect(await doubtsOf(day('power_w', small))).toEqual([]);
  expect(await doubtsOf(day('power', quarter => [wattsAt(quarter)]))).toEqual([]);
  const read = (quarter: number) => [(grownWh(quarter) / 1000).toFixed(2)];
  expect(await doubtsOf(day('energy', read))).toEqual([expect.stringContaining('the file says no unit')]);
  expect(await doubtsOf(day('energy_kwh', read))).toEqual([]);
  expect(await doubtsOf(day('energy', () => ['5000.25']))).toEqual([]);
});

it('readings of the moments of lines that have means beside them are doubted; of their ends they are not', async () => {
  const line = (later: number) => (quarter: number) => [wattsAt(quarter), grownWh(quarter + later)];
  expect(await doubtsOf(day('power_w,energy_wh', line(0)))).toEqual([
    expect.stringContaining('home.main.energyImportWh grows as powerW of the interval before makes'),
  ]);
  expect(await doubtsOf(day('power_w,energy_wh', line(1)))).toEqual([]);
  // Power that is looked at now and then tells nothing of what is between.
  const chance = (quarter: number) => [wattsAt((quarter * 37) % 96), grownWh(quarter)];
  expect(await doubtsOf(day('power_w,energy_wh', chance))).toEqual([]);
});

it('a counter or a power that a small part of a file has is held against the other one over that part', async () => {
  const long = (cells: (quarter: number) => readonly (number | string)[]) => [
    'time,power_w,energy_wh',
    ...Array.from({ length: 1500 }, (_, quarter) =>
      [new Date(Date.UTC(2026, 0, 10, 0, quarter * 15)).toISOString(), ...cells(quarter)].join(','),
    ),
  ];
  const of = (is: boolean, value: number) => (is ? value : '');
  const isLate = (quarter: number) => quarter >= 1490;
  const lateCounter = (quarter: number) => [wattsAt(quarter), of(isLate(quarter), grownWh(quarter + 1))];
  expect(await doubtsOf(long(lateCounter))).toEqual([]);
  const latePower = (quarter: number) => [of(isLate(quarter), wattsAt(quarter)), grownWh(quarter + 1)];
  expect(await doubtsOf(long(latePower))).toEqual([]);
  const kilo = (quarter: number) => [wattsAt(quarter), of(isLate(quarter), grownWh(quarter + 1) / 1000)];
  expect(await doubtsOf(long(kilo))).toContainEqual(expect.stringContaining('see the factors of both'));
});
