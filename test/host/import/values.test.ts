import { expect, it } from 'vitest';
import { CsvReader } from '../../../host/import/csv-reader.ts';
import { CsvPasses } from '../../../host/import/csv-rows.ts';
import type { ImportOrder } from '../../../host/import/order.ts';
import { ValueReader } from '../../../host/import/values.ts';
import { ZoneDoubt } from '../../../host/import/zone-doubt.ts';

const moved = `time,in,out
2026-01-01T00:00:00Z,1,2
time,out,in
2026-01-01T00:01:00Z,20,10
2026-01-01T00:02:00Z,21,11
`;

/** Values by slot, and mistakes by line, of `moved`. */
function readMoved(inColumn: string, outColumn: string) {
  const format = { delimiter: ',', decimal: '.', encoding: 'utf-8', hasHeader: true, empty: [] } as const;
  const order: ImportOrder = {
    format,
    time: { columns: ['time'], format: 'iso', zone: 'UTC', means: 'instant' },
    columns: [
      { column: inColumn, meter: 'a.b', quantity: 'powerImportW', factor: '1' },
      { column: outColumn, meter: 'a.b', quantity: 'powerExportW', factor: '1' },
    ],
    windowS: undefined,
    overlap: 'refuse',
    mistakes: 'leaveOut',
  };
  const values: [number[], number[]] = [[], []];
  const reader = new ValueReader(order, (slot, _line, _atS, steps) => values[slot]?.push(steps / 1000));
  for (const line of new CsvPasses(format).of(new CsvReader(',').read(moved))) reader.read(line);
  return { values, mistakes: reader.mistakes.first.map(({ line }) => line) };
}

it('columns that change their places half-way are followed by their names', () => {
  expect(readMoved('in', 'out')).toEqual({
    values: [
      [1, 10, 11],
      [2, 20, 21],
    ],
    mistakes: [],
  });
});

it('where an order names places, what stands there under another name is a mistake and no value', () => {
  expect(readMoved('#2', '#3')).toEqual({ values: [[1], [2]], mistakes: [3, 4, 5] });
});

it('times of a database that say no zone are told, as SQLite and many loggers write UTC', () => {
  const plain = { delimiter: ',', decimal: '.', encoding: 'utf-8', hasHeader: true, empty: [] } as const;
  const told = (text: string, more: object = {}, kind: 'sqlite' | 'csv' = 'sqlite') => {
    const time = {
      columns: ['at'],
      format: 'iso',
      zone: 'Europe/Berlin',
      means: 'instant',
      ...more,
    } as const;
    const doubt = new ZoneDoubt({ format: { ...plain, kind }, time });
    doubt.add(1, 'at', text, { atS: 0 });
    return doubt.told?.count ?? 0;
  };
  expect(['2026-01-09 23:00:00', '2026-01-09T23:00', '2026-01-09'].map(text => told(text))).toEqual([
    1, 1, 1,
  ]);
  const zoned = ['2026-01-09T23:00:00Z', '2026-01-09 23:00:00+01:00', '2026-01-09 23:00:00.5 +0100 CET'];
  expect(zoned.map(text => told(text))).toEqual([0, 0, 0]);
  expect(told('2026-01-09 23:00:00', { zone: 'UTC' })).toBe(0);
  expect(told('1768000000', { format: 'unix' })).toBe(0);
  expect(told('2026-01-09 23:00:00', {}, 'csv')).toBe(0);
});

it('the hour that clocks show twice in autumn is asked about where a file that goes on has it once, as one in UTC does', () => {
  const first = Date.UTC(2026, 9, 24, 20);
  const told = (texts: readonly string[]) => {
    const plain = { delimiter: ',', decimal: '.', encoding: 'utf-8', hasHeader: true, empty: [] } as const;
    const order: ImportOrder = {
      format: { ...plain, kind: 'csv' },
      time: { columns: ['at'], format: 'iso', zone: 'Europe/Berlin', means: 'start' },
      columns: [{ column: 'v', meter: 'home.main', quantity: 'powerW', factor: '1' }],
      windowS: undefined,
      overlap: 'refuse',
      mistakes: 'refuse',
    };
    const reader = new ValueReader(order, () => {});
    for (const [line, cells] of [['at', 'v'], ...texts.map(text => [text, '1'])].entries())
      reader.read({ line: line + 1, cells });
    return reader.zones.told?.first.why?.code;
  };
  const text = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  const utc = Array.from({ length: 32 }, (_, at) => text(first + at * 900_000));
  const local = Array.from({ length: 32 }, (_, at) => {
    const ms = first + at * 900_000;
    return text(ms + (ms < Date.UTC(2026, 9, 25, 1) ? 7_200_000 : 3_600_000));
  });
  for (const lines of [utc, utc.toReversed()]) expect(told(lines)).toBe('import.once');
  for (const lines of [local, local.toReversed()]) expect(told(lines)).toBeUndefined();
  // One that ends within the hour, and one line a day.
  expect(told(utc.slice(0, 28))).toBeUndefined();
  expect(told(['2026-10-24 02:30', '2026-10-25 02:30', '2026-10-26 02:30'])).toBeUndefined();
});
