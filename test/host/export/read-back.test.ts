import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportColumns } from '../../../host/export/columns.ts';
import { type ExportSlice, encodeSlice, headOf } from '../../../host/export/encode.ts';
import { localClock } from '../../../host/export/local-time.ts';
import { seed } from '../../seed.ts';

const clock = localClock('America/St_Johns');
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'joulegate-export-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Names as people and broken devices give them: quotes, commas, lines, formulas, other scripts. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc
    .array(
      fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', ';', "'", ' ', 'a', 'ü', '電', '1'),
      {
        maxLength: 8,
      },
    )
    .map(parts => parts.join('')),
);
const steps = fc.oneof(fc.constant(Number.NaN), fc.maxSafeInteger(), fc.integer({ min: -2000, max: 2000 }));
const slice: fc.Arbitrary<ExportSlice> = fc
  .record({
    texts: fc.array(text, { minLength: 6, maxLength: 6 }),
    decimals: fc.integer({ min: 0, max: 6 }),
    rows: fc.array(
      fc.record({
        start: fc.integer({ min: 946_684_800, max: 4_102_444_799 }),
        value: steps,
        whole: fc.nat(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ texts, decimals, rows }) => {
    const values = rows.map(({ value }) => value);
    const wholes = rows.map(({ whole }) => whole);
    return {
      texts,
      decimals,
      rows: rows.length,
      columns: {
        start: rows.map(({ start }) => start),
        window_s: wholes,
        samples: wholes,
        mean: values,
        min: values,
        max: values,
        last: values,
      },
    };
  });

/** What a reader has to find in each row: texts as given, but for the apostrophe, and numbers by their digits. */
function expected({ texts, decimals, rows, columns }: ExportSlice): string[][] {
  const safe = texts
    .map(each => each.replace(/([;\t\r\n])(?=[=+\-@＝＋－＠])/g, "$1'"))
    .map(each => (/^[=+\-@\t\r\n＝＋－＠]/.test(each) ? `'${each}` : each));
  return Array.from({ length: rows }, (_, row) => {
    const at = (name: string) => columns[name]?.[row] ?? Number.NaN;
    const value = at('mean');
    const sign = value < 0 ? '-' : '';
    const digits = String(BigInt(Number.isNaN(value) ? 0 : Math.abs(value))).padStart(decimals + 1, '0');
    const point = digits.length - decimals;
    const part = digits.slice(point).replace(/0+$/, '');
    const number = Number.isNaN(value)
      ? ''
      : `${sign}${digits.slice(0, point)}${part === '' ? '' : `.${part}`}`;
    const times = [clock.utc(at('start')), clock.local(at('start'))];
    return [...safe, ...times, String(at('window_s')), String(at('samples')), ...Array(4).fill(number)];
  });
}

it('other programs read the same texts and digits out of a CSV, whatever the names are', async () => {
  const slices = fc.sample(slice, { numRuns: 300, seed });
  const path = join(dir, 'windows.csv');
  const csv = slices.map(each => encodeSlice('windows', 'csv', each, clock)).join('');
  await writeFile(path, headOf('windows', 'csv') + csv);
  const rows = slices.flatMap(expected);
  const names = exportColumns.windows.map(({ name }) => name);

  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const columns = names.map(name => `'${name}': 'VARCHAR'`).join(', ');
  const reader = await connection.runAndReadAll(
    `SELECT * FROM read_csv('${path}', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
       columns = {${columns}}, parallel = false)`,
  );
  expect(reader.getRows().map(row => row.map(cell => cell ?? ''))).toEqual(rows);
  connection.closeSync();
  instance.closeSync();

  const script =
    'import csv,json,sys; print(json.dumps(list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8"), strict=True))))';
  const python = spawnSync('python3', ['-c', script, path], { encoding: 'utf8', maxBuffer: 64e6 });
  if (python.error !== undefined) return;
  expect(python.stderr).toBe('');
  expect(JSON.parse(python.stdout)).toEqual([names, ...rows]);
});

it('lines of JSON have the texts as they were given', () => {
  fc.assert(
    fc.property(slice, each => {
      const lines = encodeSlice('windows', 'jsonl', each, clock).trimEnd().split('\n');
      expect(lines.length).toBe(each.rows);
      for (const line of lines) {
        const row: Record<string, unknown> = JSON.parse(line);
        expect(Object.keys(row)).toEqual(exportColumns.windows.map(({ name }) => name));
        expect(Object.values(row).slice(0, 6)).toEqual(each.texts);
      }
    }),
  );
});
