import { expect, it } from 'vitest';
import type { Series } from '../../../host/api/contract.ts';
import { byteText, shellWord } from '../../../web/data/byte-text.ts';
import { type ExportChoice, expected, exportPath } from '../../../web/data/export-choice.ts';
import { barParts, storageRows } from '../../../web/data/storage-parts.ts';

const dayMs = 86_400_000;
const seriesAt = (meter: string, quantity: string): Series => ({
  key: `${meter}.${quantity}`,
  meter,
  quantity,
  unit: 'W',
  kind: 'gauge',
  firstMs: 2 * dayMs,
  lastMs: 10 * dayMs,
  imports: [],
});
const series = ['attic.main', 'attic.solar'].flatMap(meter =>
  ['powerW', 'voltageL1V'].map(quantity => seriesAt(meter, quantity)),
);
const meters = [
  { key: 'attic.main', windowS: 10 },
  { key: 'attic.solar', windowS: 60 },
];
const choice: ExportChoice = {
  what: 'readings',
  meters: new Set(),
  quantities: new Set(),
  resolution: 'windows',
  period: 'day',
  form: 'csv',
  fromMs: dayMs,
  toMs: 4 * dayMs,
};

it('an export is asked for in as few words as tell it', () => {
  const of = (part: Partial<ExportChoice>) => exportPath({ ...choice, ...part }, series);
  const range = `from=${dayMs}&to=${4 * dayMs}`;
  expect(of({})).toBe(`exports/readings?${range}&form=csv&resolution=windows`);
  expect(of({ meters: new Set(['attic.main']) })).toBe(
    `exports/readings?${range}&form=csv&resolution=windows&series=attic.main`,
  );
  expect(of({ quantities: new Set(['powerW']), resolution: 'day', form: 'parquet' })).toBe(
    `exports/readings?${range}&form=parquet&resolution=day&series=attic.main.powerW%2Cattic.solar.powerW`,
  );
  expect(of({ what: 'totals', period: 'month', quantities: new Set(['powerW']) })).toBe(
    `exports/totals?${range}&form=csv&period=month`,
  );
  expect(of({ quantities: new Set(['frequencyHz']) })).toBeNull();
  expect(of({ toMs: dayMs })).toBeNull();
});

it('what is expected counts the time that is stored of each series', () => {
  const rows = (part: Partial<ExportChoice>) => expected({ ...choice, ...part }, series, meters).rows;
  expect(rows({})).toBe(2 * (2 * 8640) + 2 * (2 * 1440));
  expect(rows({ resolution: '1h' })).toBe(4 * 48);
  expect(rows({ what: 'totals', period: 'day' })).toBe(2 * 2);
  expect(rows({ what: 'totals', period: 'all' })).toBe(2);
  expect(rows({ fromMs: 0, toMs: dayMs })).toBe(0);
});

it('the parts of what is stored are the whole', () => {
  const part = (name: string, bytes: number) => ({
    name,
    bytes,
    rows: 1,
    fromMs: null,
    bytesPerDay: 0,
    bytesInAYear: 0,
    keptMonths: 0,
    keptFromMs: null,
  });
  const parts = [
    part('raw', 500),
    part('60', 200),
    part('900', 10),
    part('day', 1),
    part('rest', 40),
    part('ledger', 9),
  ];
  const bars = barParts({ parts, backupBytes: 300, bytes: 1100 });
  expect(bars.map(({ name }) => name)).toEqual(['raw', 'backups', '60', '900', 'rest']);
  expect(bars.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(1100);
  expect(bars.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

it('the rows of what takes room add up to the whole: now, in a day and in a year', () => {
  const parts = [
    { name: 'raw', bytes: 500, rows: 9, fromMs: 1, bytesPerDay: 10, bytesInAYear: 4000 },
    { name: 'archive', bytes: 0, rows: 0, fromMs: null, bytesPerDay: 0, bytesInAYear: 700 },
  ].map(part => ({ ...part, keptMonths: 0, keptFromMs: null }));
  const whole = { bytes: 900, bytesPerDay: 80, bytesInAYear: 32_700 };
  const rows = storageRows({
    ...{ atMs: 0, fullMs: null, disk: { sizeBytes: 1e6, freeBytes: 1e5 }, archiveAfterMonths: 3, faults: [] },
    ...{ ...whole, parts, databaseBytes: 600, databaseFreeBytes: 100, backupBytes: 300 },
  });
  expect(rows.map(({ name }) => name)).toEqual(['raw', 'archive', 'free', 'backups']);
  for (const of of ['bytes', 'bytesPerDay', 'bytesInAYear'] as const)
    expect(rows.reduce((sum, row) => sum + row[of], 0)).toBe(whole[of]);
});

it.each([
  [0, '0\u202fB'],
  [999, '999\u202fB'],
  [1234, '1.2\u202fkB'],
  [999_600_000, '1.0\u202fGB'],
  [123_456_789_000, '123\u202fGB'],
])('%d bytes are %s', (bytes, text) => {
  expect(byteText(bytes, 'en')).toBe(text);
});

it('a word of a shell stays one, whatever is in it', () => {
  expect(shellWord('/var/lib/joulegate')).toBe('/var/lib/joulegate');
  expect(shellWord("/home/o'neil/my data")).toBe(`'/home/o'\\''neil/my data'`);
});
