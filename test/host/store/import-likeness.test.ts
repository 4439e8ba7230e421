import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { orderOf } from '../../../host/api/import-order.ts';
import { firstLines, likelyLayout, unitsBelow } from '../../../host/import/likely-layout.ts';
import { importCheckOf } from '../../../host/import/proposal/choice.ts';
import { firstChoice, withNames } from '../../../host/import/proposal/first-choice.ts';
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
async function doubtsOf(
  lines: readonly string[],
  devices: readonly string[] = [],
): Promise<readonly string[]> {
  const text = `${lines.join('\n')}\n`;
  const layout = likelyLayout(text);
  const { delimiter, hasHeader: header, skip, under } = layout;
  const format = { delimiter, header, skip, under };
  const shown = firstLines(text, layout, 12);
  const file = { id: '0123456789abcdef', name: 'a', bytes: 9, format, timeFormat: null, tables: [] };
  const units = unitsBelow(text, layout);
  const choice = firstChoice({ ...file, lines: shown, units }, format, shown, 'home.main', 'UTC');
  const series = devices.map(name => ({ name, lines: 9, example: [], filled: [0, 1, 2] }));
  const check = importCheckOf(devices.length > 0 ? withNames(choice, { series }) : choice);
  if (check === undefined) throw new Error('nothing is proposed');
  const order = orderOf(check, 'UTC');
  const path = join(dir, 'file.csv');
  await writeFile(path, text);
  const targets = order.columns.map(({ meter, quantity }) => ({
    ...{ number: 0, meter: 0, key: `${meter}.${quantity}`, quantity, isNew: true },
  }));
  const task = { path, order, series: targets, seriesOfColumn: order.columns.map((_, column) => column) };
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
  expect(await doubtsOf(day('energy', read))).toEqual([expect.stringContaining('no name says a unit')]);
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

/** Hours from a moment of UTC on, whose times are those of their beginnings, or later. */
const hours = (
  names: string,
  firstS: number,
  count: number,
  wattsOf: (hour: number) => number,
  later = 0,
) => [
  names,
  ...Array.from(
    { length: count },
    (_, hour) => `${new Date((firstS + (hour + later) * 3600) * 1000).toISOString()},${wattsOf(hour)}`,
  ),
];
const morningS = Date.UTC(2026, 0, 10, 7) / 1000;
const midnightS = morningS - 7 * 3600;
const watts = (hour: number) => 400 + (hour % 7) * 300;

it('times of which neither their name nor the days of the file say what they mean are told', async () => {
  const unsaid = [
    expect.stringContaining('taken for beginnings of intervals of 3600 s, and nothing in the file says so'),
  ];
  expect(await doubtsOf(hours('time,power_w', morningS, 30, watts))).toEqual(unsaid);
  expect(await doubtsOf(hours('time,power_w', midnightS, 30, watts))).toEqual(unsaid);
  expect(await doubtsOf(hours('time,power_w', midnightS, 48, watts))).toEqual([]);
  for (const name of ['start_time', 'Von', 'periodEnd', 'end_time'])
    expect(await doubtsOf(hours(`${name},power_w`, morningS, 30, watts))).toEqual([]);
  // Values of moments that are exact hours may be means, and what is looked at is so a little later.
  const beginnings = [expect.stringContaining('taken for beginnings of intervals of 3600 s')];
  expect(await doubtsOf(hours('last_changed,power_w', morningS, 30, watts))).toEqual(beginnings);
  expect(await doubtsOf(hours('last_changed,power_w', morningS + 7, 30, watts))).toEqual([]);
  // Readings alone are of their moments, whatever they are apart.
  expect(await doubtsOf(hours('time,energy_wh', morningS, 30, hour => 1000 * hour))).toEqual([]);
});

it('hours before quarters of an hour are told; gaps are not', async () => {
  const late = quarters.map(quarter => new Date((midnightS + (96 + quarter) * 900) * 1000).toISOString());
  const rest = late.map((time, quarter) => `${time},${wattsAt(quarter)}`);
  const told = await doubtsOf([...hours('time,power_w', midnightS, 24, watts), ...rest]);
  expect(told).toEqual([
    expect.stringContaining('it is 3600 s to the next value, and it is taken for a mean of 900 s'),
  ]);
  const gaps = [...day('power_w', quarter => [wattsAt(quarter)]).filter((_, at) => at % 10 !== 5), ...rest];
  expect(await doubtsOf(gaps)).toEqual([]);
});

it('what rests each night and is taken for used is doubted, and what goes on at night and is taken for made', async () => {
  const sun = (hour: number) => Math.max(0, Math.round(3000 * Math.sin(((hour % 24) - 6) / 4)));
  const told = async (name: string, of: (hour: number) => number) =>
    doubtsOf(hours(`time,${name}`, midnightS, 48, of));
  expect(await told('Leistung W', sun)).toEqual([
    expect.stringContaining('taken for what is used, and is nothing from 23 to 2'),
  ]);
  expect(await told('PV W', sun)).toEqual([]);
  expect(await told('Netzbezug W', sun)).toEqual([]);
  const goesOn = [expect.stringContaining('taken for what goes out or is made, and goes on at night')];
  for (const name of ['Produktion Nord W', 'Einspeisung Trafo W', 'PV W'])
    expect(await told(name, watts)).toEqual(goesOn);
  let read = 0;
  expect(await told('Zählerstand Wh', hour => (read += sun(hour)))).toEqual([
    expect.stringContaining('it is export'),
  ]);
});

it('a file of nothing but daylight is doubted where it is taken for used, and not for a counter that goes on unseen', async () => {
  const lit = (names: string, wattsOf: (hour: number) => number, count = 48) =>
    hours(names, midnightS, count, wattsOf).filter(
      (_, at) => at === 0 || ((at - 1) % 24 > 6 && (at - 1) % 24 < 19),
    );
  const used = [expect.stringContaining('taken for what is used, and is nothing from 23 to 2')];
  expect(await doubtsOf(lit('Von,Leistung W', watts))).toEqual(used);
  expect(await doubtsOf(lit('Von,PV W', watts))).toEqual([]);
  expect(await doubtsOf(lit('Von,Leistung W', watts, 24))).toEqual([]);
  expect(await doubtsOf(lit('Von,Zählerstand Wh', hour => 500 * hour))).toEqual([]);
  expect(
    await doubtsOf(lit('Von,Zählerstand Wh', hour => 500 * ((hour % 24) - 7 + 11 * Math.floor(hour / 24)))),
  ).toEqual(used);
});

it('midnight that is written with the date of the day that it ends is doubted, whichever line is the first', async () => {
  const ends = (isOwn: boolean) =>
    [10, 11].flatMap(date =>
      quarters.map(quarter => {
        const time = new Date(Date.UTC(2026, 0, date, 0, (quarter + 1) * 15)).toISOString();
        const own = `2026-01-${date}T00:00:00.000Z`;
        return `${isOwn && quarter === 95 ? own : time},${wattsAt(quarter)}`;
      }),
    );
  const told = [expect.stringContaining('2 times midnight stands behind the rest of its day')];
  for (const lines of [ends(true), ends(true).toReversed()])
    expect(await doubtsOf(['Bis,power_w', ...lines])).toEqual(told);
  for (const lines of [ends(false), ends(false).toReversed()])
    expect(await doubtsOf(['Bis,power_w', ...lines])).toEqual([]);
});

it('small readings of devices that say no unit are told, each in a column of its own', async () => {
  const lines = Array.from({ length: 60 }, (_, at) => {
    const time = new Date((midnightS + (at >> 1) * 86_400) * 1000).toISOString();
    return `${time},${at % 2 === 0 ? 'E1' : 'E2'},${15_626 + at * 4}.5`;
  });
  expect(await doubtsOf(['time,meter,energy', ...lines], ['E1', 'E2'])).toEqual([
    expect.stringContaining('no name says a unit'),
  ]);
});
