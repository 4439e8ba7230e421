import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindOfBytes, kindOfText, likelyPrecision } from '../../../host/import/file-kind.ts';
import { firstRows } from '../../../host/import/first-rows.ts';
import { firstLines, likelyLayout } from '../../../host/import/likely-layout.ts';
import { namesIn } from '../../../host/import/names.ts';
import type { FileFormat } from '../../../host/import/order.ts';
import { rowsOf } from '../../../host/import/rows.ts';
import { withoutThousands } from '../../../host/import/thousands.ts';
import { processorMs } from '../../processor-time.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'joulegate-rows-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const plain: FileFormat = { delimiter: ',', decimal: '.', encoding: 'utf-8', hasHeader: true, empty: [] };
let count = 0;
const fileOf = async (content: string | Buffer) => {
  const path = join(dir, `${count++}`);
  await writeFile(path, content);
  return path;
};
const read = async (path: string, format: Partial<FileFormat>, timeFormat = 'unixNs') => {
  const lines: (readonly [line: number, ...cells: string[]])[] = [];
  const mistakes: [number, string][] = [];
  let share: number | null = 0;
  const wanted = { format: { ...plain, ...format }, timeFormat };
  for await (const rows of rowsOf(path, wanted, (line, message) => mistakes.push([line, message]))) {
    lines.push(...rows.lines.map(({ line, cells }) => [line, ...cells] as const));
    share = rows.share;
  }
  return { lines, mistakes, share };
};

describe('text', () => {
  const layouts: readonly [what: string, text: string, layout: object, first: string[]][] = [
    [
      'title lines above the names',
      'Solar-Log;Export\nStand: 1.2.2026\n\nZeit;P AC;E Tag\n01.02.26 00:00;1;2\n01.02.26 00:05;1;2\n',
      { delimiter: ';', skip: 3, under: 0, hasHeader: true },
      ['Zeit', 'P AC', 'E Tag'],
    ],
    [
      'a line of units below the names',
      'sep=;\nTime;Power;Energy\ndd.MM.yyyy;kW;kWh\n01.02.2026;1,5;2,5\n02.02.2026;1,5;2,5\n',
      { delimiter: ';', skip: 1, under: 1 },
      ['Time', 'Power', 'Energy'],
    ],
    [
      'a delimiter behind the last value',
      'a,b,c\n2026-01-01,1,2,\n2026-01-02,1,2,\n',
      { delimiter: ',', skip: 0, hasHeader: true, isRagged: false },
      ['a', 'b', 'c'],
    ],
    [
      'lines that end early',
      'statistic_id\tunit\tstart\tmin\tmax\tmean\tsum\tstate\nsensor.t\tW\t01.02.2026 00:00\t1\t2\t1.5\nsensor.t\tW\t01.02.2026 01:00\t1\t2\t1.5\n',
      { delimiter: '\t', isRagged: true, hasHeader: true },
      ['statistic_id', 'unit', 'start', 'min', 'max', 'mean', 'sum', 'state'],
    ],
    [
      'names that begin with #',
      '#time,power\n2026-01-01,1\n',
      { hasComments: false, hasHeader: true },
      ['#time', 'power'],
    ],
    [
      'comments above the names',
      '# made by hand, with a comma\ntime;power\n2026-01-01;1,5\n',
      { hasComments: true, delimiter: ';', skip: 0 },
      ['time', 'power'],
    ],
    ['no names', '1767225600|5\n1767225610|6\n', { delimiter: '|', hasHeader: false }, ['1767225600', '5']],
    ['decimals with a comma', '2026-01-01;1,5\n2026-01-02;2,5\n', { delimiter: ';' }, ['2026-01-01', '1,5']],
  ];
  it.each(layouts)('is understood with %s', (_what, text, layout, first) => {
    const found = likelyLayout(text);
    expect(found).toMatchObject(layout);
    expect(firstLines(text, found, 2)[0]).toEqual(first);
  });

  it('is judged in little time, however long its cells are', () => {
    const cell = `${' '.repeat(2000)}${'1'.repeat(2000)}x`;
    const tookMs = processorMs(() => {
      expect(likelyLayout(`a,b\n${`${cell},${cell}\n`.repeat(8)}`).hasHeader).toBe(true);
    });
    // By a pattern that goes back into both runs of a cell it were half an hour.
    expect(tookMs).toBeLessThan(2000);
  });

  it('has numbers of all writings among its values', () => {
    for (const number of ['1', '-1.5', '+1,5', ' 1 234,5 ', "1'234", '.5', '5.', '1e-7', '1.234.567,8'])
      expect(likelyLayout(`a;b\n${number};x\n`), number).toMatchObject({ hasHeader: true, under: 0 });
    for (const word of ['kWh', '-', '.', 'e5', '1x', ''])
      expect(likelyLayout(`a;b\n${word};x\n1;2\n`), word).toMatchObject({ under: 1 });
  });

  it('is told in short: long names are others, and cells of the first line are cut', async () => {
    const long = 'n'.repeat(2001);
    const path = await fileOf(`name,v,note\n${long},1,\nkept,1,${'x'.repeat(4000)}\n`);
    const wanted = { format: { ...plain, series: ['name'] }, timeFormat: 'iso' };
    const { names, otherLines } = await namesIn(path, wanted, () => {});
    expect(otherLines).toBe(1);
    expect([...names.values()].map(({ example }) => example)).toEqual([['kept', '1', `${'x'.repeat(40)}…`]]);
    expect(
      (await firstRows(path, wanted)).map(cells => Math.max(...cells.map(({ length }) => length))),
    ).toEqual([4, 241, 241]);
  });

  it('of InfluxDB’s annotated CSV is read table by table', async () => {
    const text = [
      '#group,false,false,true\r\n#datatype,string,long,dateTime:RFC3339,double,string',
      '#default,_result,,,,',
      ',result,table,_time,_value,_field',
      ',,0,2026-01-01T00:00:00Z,1.5,power',
      '',
      '#group,false,false,true\r\n#datatype,string,long,string,dateTime:RFC3339,double',
      '#default,_result,,,,',
      ',result,table,_field,_time,_value',
      ',,1,energy,2026-01-01T00:00:00Z,7',
      ',result,table,_field,_time,_value',
      ',,1,energy,2026-01-01T01:00:00Z,8',
      '',
    ].join('\r\n');
    const layout = likelyLayout(text);
    expect(layout).toMatchObject({ hasComments: true, hasHeader: true, skip: 0 });
    const format = { ...plain, ...layout, series: ['_field'] };
    const found = await namesIn(await fileOf(text), { format, timeFormat: 'iso' }, () => {});
    expect([...found.names.values()].map(({ name, lines }) => [name, lines])).toEqual([
      ['power', 1],
      ['energy', 2],
    ]);
  });

  it('tells by the first names which cells a series fills, also behind columns that were moved', async () => {
    const path = await fileOf('at,device,W,kWh\n1,a,5,6\nat,device,kWh,W\n2,b,,5\n3,c,6,\n');
    const format = { ...plain, series: ['device'] };
    const { names } = await namesIn(path, { format, timeFormat: 'iso' }, () => {});
    expect([...names.values()].map(({ name, filled }) => [name, [...filled].sort()])).toEqual([
      ['a', [0, 1, 2, 3]],
      ['b', [0, 1, 2]],
      ['c', [0, 1, 3]],
    ]);
  });

  it('has thousands only where they stand as they should', () => {
    expect(withoutThousands('-1.234.567,8', '.')).toBe('-1234567,8');
    expect(withoutThousands('1.5', '.')).toBe('1.5');
    expect(withoutThousands('1\u202f234,5', ' ')).toBe('1234,5');
    expect(withoutThousands('1’234.5', "'")).toBe('1234.5');
    expect(withoutThousands('12,34', ',')).toBe('12,34');
  });
});

it.each([
  ['PK\x03\x04', 'Excel'],
  ['PAR1', 'Parquet'],
  ['SQLite format 2', 'SQLite 2'],
  ['\x37\x7f\x06\x82', 'write-ahead log'],
])('a file that begins with %j is refused with what it is', (bytes, what) => {
  expect(() => kindOfBytes(Buffer.from(bytes, 'latin1'))).toThrow(what);
});

describe('line protocol', () => {
  const exported = [
    '# INFLUXDB EXPORT: 1677-09-21T00:12:43Z - 2262-04-11T23:47:16Z',
    '# DDL',
    'CREATE DATABASE energy WITH NAME autogen',
    '# DML',
    '# CONTEXT-DATABASE:energy',
    '# CONTEXT-RETENTION-POLICY:autogen',
    '# writing tsm data',
    'power,room=attic\\ 1,host=a watt=1.5,volt=230i 1767225600000000000',
    'power,host=a state="on, it is",watt=2 1767225610999999999',
    'broken line',
    'power watt=2',
  ].join('\n');

  it('as InfluxDB exports it becomes one row a field, and what is wrong has its line', async () => {
    expect(kindOfText(exported)).toBe('lines');
    expect(likelyPrecision(exported)).toBe('unixNs');
    const { lines, mistakes, share } = await read(await fileOf(exported), { kind: 'lines' });
    expect(lines).toEqual([
      [0, 'time', 'series', 'value'],
      [8, '1767225600000', 'power,host=a,room=attic 1 watt', '1.5'],
      [8, '1767225600000', 'power,host=a,room=attic 1 volt', '230'],
      [9, '1767225610999', 'power,host=a state', 'on, it is'],
      [9, '1767225610999', 'power,host=a watt', '2'],
    ]);
    expect(mistakes.map(([line]) => line)).toEqual([10, 11]);
    expect(share).toBe(1);
  });

  it('is told from CSV, and its precision by its digits', () => {
    expect(kindOfText('m v=1 1767225600\n')).toBe('lines');
    expect(kindOfText('time,power\n2026-01-01 00:00,1\n')).toBe('csv');
    expect(kindOfText('m v=1\n')).toBe('csv');
    expect(likelyPrecision('m v=1 1767225600\n')).toBe('unix');
    expect(likelyPrecision('m v=1 1767225600000\n')).toBe('unixMs');
  });

  it('is read whole wherever its pieces are cut, also within texts over several lines', async () => {
    const points = 9000;
    const text = Array.from({ length: points }, (_, index) => {
      const note = index % 7 === 0 ? `,note="two\nlines, ${index}"` : '';
      return `m,tag=${index % 3} v=${index}${note} ${1_767_225_600_000 + index}\n`;
    }).join('');
    const { lines, mistakes } = await read(await fileOf(text), { kind: 'lines' }, 'unixMs');
    const values = lines.filter(([, , series]) => series?.endsWith(' v'));
    expect(mistakes).toEqual([]);
    expect(values.map(([, time, , value]) => [time, value])).toEqual(
      Array.from({ length: points }, (_, index) => [`${1_767_225_600_000 + index}`, `${index}`]),
    );
    expect(values.at(-1)?.[0]).toBe(text.split('\n').length - 1 - Number((points - 1) % 7 === 0));
  });

  it('with a quote that never ends loses that line and no other behind its bound', async () => {
    const text = `m v="open 1\n${'m v=1 1767225600000000000\n'.repeat(20_000)}`;
    const { lines, mistakes } = await read(await fileOf(text), { kind: 'lines' });
    expect(mistakes.map(([line]) => line)).toEqual([1]);
    expect(lines.length).toBe(20_001);
  });
});

describe('a database of SQLite', () => {
  const made = (
    statements: string,
    rows: readonly (readonly (string | number | bigint | null | Uint8Array)[])[] = [],
  ) => {
    const path = join(dir, `${count++}.db`);
    const database = new sqlite.Database(path);
    database.exec(statements);
    database.exec('BEGIN');
    for (const values of rows)
      database.run(`INSERT INTO t VALUES (${values.map(() => '?').join(', ')})`, [...values]);
    database.exec('COMMIT');
    database.close();
    return path;
  };
  const sql = (table: string): Partial<FileFormat> => ({ kind: 'sqlite', table });

  it('gives texts, whole numbers, reals, nothing and bytes as cells, row by row', async () => {
    const path = made('CREATE TABLE t(at, "a ""name""", v)', [
      ['2026-01-01T00:00:00', 1767225600.25, 9007199254740993n],
      [null, 1e-7, new Uint8Array([1, 2])],
      ['x'.repeat(5000), -0.1, 'ü'],
    ]);
    expect((await read(path, sql('t'))).lines).toEqual([
      [0, 'at', 'a "name"', 'v'],
      [1, '2026-01-01T00:00:00', '1767225600.25', '9007199254740993'],
      [2, '', '1e-7', '<2 bytes>'],
      [3, '<text of 5000 bytes>', '-0.1', 'ü'],
    ]);
  });

  it('has what was written, whatever it was', async () => {
    const value = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ unit: 'grapheme', maxLength: 20 }).filter(text => !text.includes('\0')),
      fc.constant(null),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(value, value), { maxLength: 20 }), async rows => {
        const { lines } = await read(made('CREATE TABLE t(a, b)', rows), sql('t'));
        const text = (cell: unknown) => (cell === null ? '' : String(Object.is(cell, -0) ? 0 : cell));
        expect(lines.slice(1).map(([, ...cells]) => cells.map(cell => (cell === '-0' ? '0' : cell)))).toEqual(
          rows.map(row => row.map(text)),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('may have views, tables without row numbers, and a mark of a log that nobody sent', async () => {
    const path = made(
      'CREATE TABLE t(a, b); CREATE VIEW "a view" AS SELECT b, a * 2 AS twice FROM t; CREATE TABLE w(k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO w VALUES (\'x\', 1)',
      [[1, 2]],
    );
    const bytes = await readFile(path);
    bytes.set([2, 2], 18);
    await writeFile(path, bytes);
    // As a thread leaves it that was ended in the middle.
    await mkdir(`${path}.lock`);
    expect((await read(path, sql('a view'))).lines).toEqual([
      [0, 'b', 'twice'],
      [1, '2', '2'],
    ]);
    expect((await read(path, sql('w'))).lines[1]).toEqual([1, 'x', '1']);
    await expect(read(path, sql('gone'))).rejects.toThrow('"t", "w", "a view" are allowed');
  });

  it('that is damaged gives the rows before, and tells where it ends; or is refused', async () => {
    const path = made(
      'CREATE TABLE t(a, b)',
      Array.from({ length: 3000 }, (_, index) => [index, 'x'.repeat(20)]),
    );
    const whole = await readFile(path);
    const cut = await fileOf(whole.subarray(0, whole.length - 8192));
    await expect(read(cut, sql('t'))).rejects.toMatchObject({ name: 'SqliteError' });
    const torn = await fileOf(Buffer.from(whole).fill(0, whole.length - 8192, whole.length - 4096));
    await expect(read(torn, sql('t'))).rejects.toMatchObject({ message: expect.stringContaining('damaged') });
    const names = await namesIn(
      torn,
      { format: { ...plain, ...sql('t'), series: ['b'] }, timeFormat: 'iso' },
      () => {},
    );
    expect(names.wrongLines).toBe(1);
    expect(names.lines).toBeGreaterThan(1000);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), {
          minLength: 1,
          maxLength: 40,
        }),
        async spoilt => {
          const bytes = Buffer.from(whole);
          for (const [at, byte] of spoilt) bytes[at] = byte;
          // Whatever comes of it is rows or an error that says so.
          await read(await fileOf(bytes), sql('t')).catch((error: Error) =>
            expect(['CsvError', 'SqliteError']).toContain(error.name),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('gives rows that are long few at a time', async () => {
    const path = made(
      'CREATE TABLE t(a, b)',
      Array.from({ length: 300 }, (_, index) => [index, 'x'.repeat(4000)]),
    );
    const pieces: number[] = [];
    const wanted = { format: { ...plain, ...sql('t') }, timeFormat: 'unix' };
    for await (const { lines } of rowsOf(path, wanted, () => {})) pieces.push(lines.length);
    expect(Math.max(...pieces)).toBeLessThan(40);
    expect(pieces.reduce((sum, each) => sum + each, 0)).toBe(301);
  });
});
