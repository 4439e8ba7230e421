import { expect, it } from 'vitest';
import { CsvReader } from '../../../host/import/csv-reader.ts';
import { CsvPasses } from '../../../host/import/csv-rows.ts';
import type { ImportOrder } from '../../../host/import/order.ts';
import { ValueReader } from '../../../host/import/values.ts';

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
