import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import sqlite from 'node-sqlite3-wasm';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as contract from '../../../host/api/contract.ts';
import { SentFiles } from '../../../host/api/import-files.ts';
import type { Access } from '../../../host/auth/access.ts';
import { ImportFiles } from '../../../host/import/files.ts';
import { formatOfChoice, importCheckOf } from '../../../host/import/proposal/choice.ts';
import { firstChoice, withNames } from '../../../host/import/proposal/first-choice.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';

let dataDir: string;
let host: HostUnderTest;
let cookie: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-imports-'));
  host = await startHostUnderTest({ dataDir });
  cookie = await signInFirst(host);
});
afterAll(async () => {
  expect(host.faults).toEqual([]);
  await host.close();
  await rm(dataDir, { recursive: true, force: true });
});

const send = async (body: string | Buffer, name = 'old') => {
  const headers = { cookie, 'content-type': 'application/octet-stream' };
  const sent = await host.ask({ method: 'POST', url: `/api/v1/imports/files?name=${name}`, body, headers });
  expect(sent.statusCode, sent.body).toBe(201);
  expect(Compile(contract.ImportFile).Errors(sent.json())).toEqual([]);
  return sent.json() as contract.ImportFile;
};
const ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) =>
  host.ask({ method, url: `/api/v1/${path}`, headers: { cookie }, ...(body && { body }) });
const post = async (path: string, body: object, status = 200) => {
  const answer = await ask('POST', path, body);
  expect(answer.statusCode, answer.body).toBe(status);
  return answer.json();
};
type Row = { start_utc: string; window_s: number; mean: number; min: number; max: number; last: number };
const rowsOf = async (meter: string, quantity: string): Promise<Row[]> => {
  const range = `from=${Date.UTC(2025, 0)}&to=${Date.UTC(2027, 0)}&form=jsonl&series=${meter}.${quantity}`;
  const { body } = await host.ask({ url: `/api/v1/exports/readings?${range}`, headers: { cookie } });
  return body
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));
};

/** Tried, imported, tried again: what is there is not doubled; and undone as if it had never been. */
async function imported(
  sent: Buffer | string,
  order: object,
  work: (report: contract.ImportReport) => Promise<void>,
) {
  const before = (await ask('GET', 'series')).body;
  const { id } = await send(sent);
  // What is to be imported can be checked as it is.
  const report = await post('imports/check', { file: id, ...order, why: 'history' });
  expect(Compile(contract.ImportReport).Errors(report)).toEqual([]);
  const entry = await post('imports', { file: id, ...order, why: 'a test' }, 201);
  await work(report);
  const again = await send(sent);
  const refused = await post('imports', { file: again.id, ...order, why: 'again' }, 422);
  expect(refused.code).toBe('import.refused');
  const filled = await post('imports/check', { file: again.id, ...order, overlap: 'fill' });
  expect(filled.windows).toBe(0);
  expect((await ask('DELETE', `imports/${entry.id}`)).statusCode).toBe(200);
  expect((await ask('GET', 'series')).body).toBe(before);
}

const database = async (make: (database: InstanceType<typeof sqlite.Database>) => void): Promise<Buffer> => {
  const path = join(dataDir, `made-${Math.random()}.db`);
  const made = new sqlite.Database(path);
  made.exec('BEGIN');
  make(made);
  made.exec('COMMIT');
  made.close();
  return readFile(path);
};

describe('the database of a small logger', () => {
  it('with a column for each quantity is imported as it stands, its clock a little uneven', async () => {
    const startS = Date.UTC(2026, 0, 5) / 1000;
    const at = [0, 10, 20, 31, 40, 50, 100, 110].map(each => startS + each + 0.25);
    const bytes = await database(made => {
      made.exec(
        'CREATE TABLE note(text); CREATE TABLE readings(id INTEGER PRIMARY KEY, ts REAL, power REAL, kwh REAL, raw BLOB)',
      );
      for (const [index, each] of at.entries())
        made.run('INSERT INTO readings(ts, power, kwh, raw) VALUES (?, ?, ?, ?)', [
          each,
          400 + index / 8,
          10 + index,
          new Uint8Array([1]),
        ]);
    });
    const file = await send(gzipSync(bytes), 'logger.db.gz');
    expect(file.format).toMatchObject({ kind: 'sqlite', table: 'readings' });
    expect(file.tables.map(({ name, rows }) => [name, rows])).toEqual([
      ['note', 0],
      ['readings', 8],
    ]);
    expect(file.lines.slice(0, 2)).toEqual([
      ['id', 'ts', 'power', 'kwh', 'raw'],
      ['1', `${at[0]}`, '400', '10', '<1 bytes>'],
    ]);
    const order = {
      format: file.format,
      time: { columns: ['ts'], format: 'unix', means: 'instant' },
      columns: [
        { column: 'power', meter: 'old.sqlite', quantity: 'powerW' },
        { column: 'kwh', meter: 'old.sqlite', quantity: 'energyImportWh', factor: 1000 },
      ],
    };
    await imported(bytes, order, async report => {
      expect(report).toMatchObject({ lines: 8, windows: 16, mistakes: { count: 0 }, obstacles: [] });
      const power = await rowsOf('old.sqlite', 'powerW');
      expect(power.map(({ mean, window_s }) => [mean, window_s])).toEqual([
        [400, 10],
        [400.125, 10],
        [400.25, 11],
        [400.375, 9],
        [400.5, 10],
        [400.625, 10],
        [400.75, 10],
        [400.875, 10],
      ]);
      const energy = await rowsOf('old.sqlite', 'energyImportWh');
      expect(energy.map(({ last }) => last)).toEqual(at.map((_, index) => 10_000 + index * 1000));
      expect(Date.parse(energy[1]?.start_utc ?? '') / 1000 + (energy[1]?.window_s ?? 0)).toBe(startS + 10);
    });
  });

  it('with rows of several meters is imported into each of them, and what was not chosen is left out and counted', async () => {
    const startS = Date.UTC(2026, 0, 5) / 1000;
    const bytes = await database(made => {
      made.exec('CREATE TABLE readings(ts INTEGER, meter_id INTEGER, power REAL, energy REAL)');
      for (let at = 0; at < 4; at++)
        for (const meter of [1, 2, 3])
          made.run('INSERT INTO readings VALUES (?, ?, ?, ?)', [
            startS + at * 10 + meter,
            meter,
            meter * 100 + at,
            meter === 2 ? null : meter * 1000 + at,
          ]);
    });
    const file = await send(bytes);
    const first = firstChoice(file, file.format, file.lines, 'old.one', 'UTC');
    const look = await post('imports/look', { file: file.id, format: formatOfChoice(first) });
    const { devices, ...choice } = withNames(first, look);
    expect(devices.map(({ name, lines, meter }) => [name, lines, meter])).toEqual([
      ['1', 4, 'imported.meter-1'],
      ['2', 4, 'imported.meter-2'],
      ['3', 4, 'imported.meter-3'],
    ]);
    const into: Record<string, string> = { 1: 'old.attic', 2: 'old.cellar' };
    const chosen = devices.map(each => ({
      ...each,
      meter: into[each.name] ?? each.meter,
      isUsed: into[each.name] !== undefined,
    }));
    const { file: _, ...order } = importCheckOf({ ...choice, devices: chosen }) ?? {};
    await imported(bytes, order, async report => {
      expect(report).toMatchObject({ lines: 12, windows: 12, mistakes: { count: 0 }, obstacles: [] });
      expect(report.others).toEqual({ lines: 4, first: [{ name: '3', lines: 4 }] });
      expect(report.series.map(({ key, values }) => [key, values])).toEqual([
        ['old.attic.powerW', 4],
        ['old.attic.energyImportWh', 4],
        ['old.cellar.powerW', 4],
      ]);
      expect((await rowsOf('old.attic', 'powerW')).map(({ mean }) => mean)).toEqual([100, 101, 102, 103]);
      expect((await rowsOf('old.cellar', 'powerW')).map(({ mean }) => mean)).toEqual([200, 201, 202, 203]);
      const energy = await rowsOf('old.attic', 'energyImportWh');
      expect(energy.map(({ last }) => last)).toEqual([1000, 1001, 1002, 1003]);
    });
    const refused = async (part: object) =>
      post('imports/check', { file: file.id, ...order, ...part }, 400) as Promise<{
        field: string;
        message: string;
      }>;
    const gone = await refused({ format: { ...file.format, series: ['device'] } });
    expect(gone).toMatchObject({ field: 'format.series[0]' });
    expect(gone.message).toContain('"meter_id"');
    const many = Array.from({ length: 201 }, (_, at) => ({
      column: 'power',
      where: { column: 'series', equals: `${at}` },
      meter: `old.m${at}`,
      quantity: 'powerW',
    }));
    const most = await refused({ columns: many });
    expect(most).toMatchObject({ field: 'columns' });
    expect(most.message).toContain('a list of 1 to 200 is allowed');
  });

  it('with a column that names what is measured is looked at and imported by its names', async () => {
    const bytes = await database(made => {
      made.exec('CREATE TABLE log(at TEXT, device TEXT, metric TEXT, value)');
      for (let index = 0; index < 4; index++)
        for (const [device, metric, value] of [
          ['attic', 'W', 100 + index],
          ['cellar', 'W', 'off'],
        ] as const)
          made.run('INSERT INTO log VALUES (?, ?, ?, ?)', [
            `2026-01-05 00:0${index}:00`,
            device,
            metric,
            value,
          ]);
    });
    const { id, format } = await send(bytes);
    const look = await post('imports/look', {
      file: id,
      format: { ...format, series: ['device', 'metric'] },
    });
    expect(Compile(contract.ImportLook).Errors(look)).toEqual([]);
    expect(look).toMatchObject({ count: 8, otherLines: 0, wrongLines: 0 });
    expect(look.series.map(({ name, lines }: { name: string; lines: number }) => [name, lines])).toEqual([
      ['attic W', 4],
      ['cellar W', 4],
    ]);
    const order = {
      format: { ...format, series: ['device', 'metric'] },
      time: { columns: ['at'], format: 'iso', zone: 'UTC' },
      columns: ['attic W', 'cellar W'].map((equals, index) => ({
        column: 'value',
        where: { column: 'series', equals },
        meter: `old.${index}`,
        quantity: 'powerW',
      })),
      mistakes: 'leaveOut',
    };
    await imported(bytes, order, async report => {
      expect(report).toMatchObject({ windows: 4, mistakes: { count: 4 } });
      expect(report.mistakes.first[0]).toMatchObject({ line: 2, column: 'value' });
    });
  });

  it('is refused with what is wrong and what to do', async () => {
    const headers = { cookie, 'content-type': 'application/octet-stream' };
    const refusal = async (body: Buffer) =>
      (await host.ask({ method: 'POST', url: '/api/v1/imports/files', body, headers })).json();
    expect(await refusal(Buffer.from('PK\x03\x04xxxx'))).toMatchObject({ code: 'import.wrongKind' });
    const none = await database(() => {});
    const whole = await database(made => made.exec('CREATE TABLE t(a); INSERT INTO t VALUES (1)'));
    expect((await refusal(Buffer.from(whole).fill(255, 100, 3000))).message).toMatch(
      /damaged|SQLite says|no tables/,
    );
    if (none.length > 0) expect((await refusal(none)).message).toContain('no tables');
    const { id } = await send(whole);
    const order = {
      file: id,
      time: { columns: ['a'], format: 'unix' },
      columns: [{ column: 'a', meter: 'a.b', quantity: 'powerW' }],
    };
    const missing = await post('imports/check', { ...order, format: { kind: 'sqlite' } }, 400);
    expect(missing).toMatchObject({ code: 'request.invalid', field: 'format.table' });
    const other = await post('imports/check', { ...order, format: { kind: 'sqlite', table: 'u' } }, 400);
    expect(other).toMatchObject({
      field: 'format.table',
      message: expect.stringContaining('"t" are allowed'),
    });
  });
});

describe('an export of InfluxDB', () => {
  it('is imported series by series, and again doubles nothing', async () => {
    const startNs = BigInt(Date.UTC(2026, 0, 5)) * 1_000_000n;
    const points = Array.from({ length: 6 }, (_, index) => {
      const at = startNs + BigInt(index) * 10_000_000_000n;
      return [
        `W,entity_id=grid value=${500 + index}.5 ${at}`,
        `kWh,entity_id=grid value=${20 + index} ${at}`,
      ];
    });
    // Series by series, as InfluxDB writes them.
    const text = [
      '# DML',
      '# CONTEXT-DATABASE:ha',
      ...points.map(([one]) => one),
      ...points.map(([, other]) => other),
      '',
    ].join('\n');
    const file = await send(gzipSync(text), 'influx.gz');
    expect(file).toMatchObject({ format: { kind: 'lines', series: ['series'] }, timeFormat: 'unixNs' });
    const look = await post('imports/look', { file: file.id, format: file.format });
    expect(look.series.map(({ name }: { name: string }) => name)).toEqual([
      'W,entity_id=grid value',
      'kWh,entity_id=grid value',
    ]);
    const order = {
      format: file.format,
      time: { columns: ['time'], format: 'unixNs', means: 'instant' },
      columns: [
        {
          column: 'value',
          where: { column: 'series', equals: 'W,entity_id=grid value' },
          meter: 'old.influx',
          quantity: 'powerW',
        },
        {
          column: 'value',
          where: { column: 'series', equals: 'kWh,entity_id=grid value' },
          meter: 'old.influx',
          quantity: 'energyImportWh',
          factor: 1000,
        },
      ],
    };
    await imported(text, order, async report => {
      expect(report).toMatchObject({ lines: 12, windows: 12, mistakes: { count: 0 } });
      expect((await rowsOf('old.influx', 'powerW')).map(({ mean }) => mean)).toEqual([
        500.5, 501.5, 502.5, 503.5, 504.5, 505.5,
      ]);
    });
  });
});

describe('statistics of Home Assistant', () => {
  const columns = [
    {
      column: 'mean',
      low: 'min',
      high: 'max',
      where: { column: 'statistic_id', equals: 'sensor.power' },
      meter: 'ha.power',
      quantity: 'powerW',
    },
    {
      column: 'sum',
      where: { column: 'statistic_id', equals: 'sensor.energy' },
      meter: 'ha.power',
      quantity: 'energyImportWh',
      factor: 1000,
    },
  ];

  it('become hours with their least, mean and greatest, and sums readings at the end of their hour', async () => {
    // As the import_statistics integration exports them: cells behind the last value are missing.
    const text = [
      'statistic_id\tunit\tstart\tmin\tmax\tmean\tsum\tstate',
      'sensor.power\tW\t24.10.2026 00:00\t100\t300.5\t200.25',
      'sensor.power\tW\t24.10.2026 01:00\t-5\t5\t0',
      'sensor.energy\tkWh\t24.10.2026 00:00\t\t\t\t1.5\t101.5',
      'sensor.energy\tkWh\t24.10.2026 01:00\t\t\t\t2\t102',
      '',
    ].join('\n');
    const { format } = await send(text);
    expect(format).toMatchObject({ delimiter: '\t', ragged: true });
    const time = { columns: ['start'], format: 'DD.MM.YYYY HH:mm', zone: 'Europe/Berlin' };
    await imported(text, { format, time, columns, windowS: 3600 }, async report => {
      expect(report).toMatchObject({ lines: 4, windows: 4, twice: 0, mistakes: { count: 0 } });
      const power = await rowsOf('ha.power', 'powerW');
      expect(
        power.map(({ start_utc, window_s, min, mean, max }) => [start_utc, window_s, min, mean, max]),
      ).toEqual([
        ['2026-10-23T22:00:00Z', 3600, 100, 200.25, 300.5],
        ['2026-10-23T23:00:00Z', 3600, -5, 0, 5],
      ]);
      const energy = await rowsOf('ha.power', 'energyImportWh');
      expect(energy.map(({ start_utc, last }) => [start_utc, last])).toEqual([
        ['2026-10-23T22:00:00Z', 1500],
        ['2026-10-23T23:00:00Z', 2000],
      ]);
    });
  });

  it('of the night in which an hour comes twice say how many times that was decided by their order', async () => {
    const hours = ['01:00', '02:00', '02:00', '03:00'];
    const text = `statistic_id,start,mean,min,max,sum\n${hours.map((hour, index) => `sensor.power,25.10.2026 ${hour},${index},${index},${index},`).join('\n')}\n`;
    const { format } = await send(text);
    const time = { columns: ['start'], format: 'DD.MM.YYYY HH:mm', zone: 'Europe/Berlin' };
    await imported(text, { format, time, columns: columns.slice(0, 1), windowS: 3600 }, async report => {
      expect(report).toMatchObject({ windows: 4, twice: 2 });
      expect((await rowsOf('ha.power', 'powerW')).map(({ mean }) => mean)).toEqual([0, 1, 2, 3]);
    });
  });

  it('whose mean lies outside its least and greatest are mistakes, and a counter has neither', async () => {
    const { id, format } = await send(
      'statistic_id,start,min,mean,max\nsensor.power,2026-01-05T00:00:00Z,5,1,9\n',
    );
    const time = { columns: ['start'], format: 'iso' };
    const report = await post('imports/check', {
      file: id,
      format,
      time,
      columns: columns.slice(0, 1),
      windowS: 3600,
    });
    expect(report.mistakes.first[0].message).toContain('not between');
    const unread = await send('statistic_id,start,min,mean,max\nsensor.power,2026-01-05T00:00:00Z,?,1,9\n');
    const order = { file: unread.id, format, time, columns: columns.slice(0, 1), windowS: 3600 };
    const left = await post('imports/check', { ...order, mistakes: 'leaveOut' });
    expect(left).toMatchObject({ windows: 0, mistakes: { count: 1 } });
    const both = [{ ...columns[0] }, { ...columns[0], column: 'max' }];
    const twice = await post('imports/check', { file: id, format, time, columns: both }, 400);
    expect(twice).toMatchObject({ field: 'columns[1].quantity' });
    const counter = [{ column: 'mean', low: 'min', meter: 'a.b', quantity: 'energyImportWh' }];
    const refused = await post('imports/check', { file: id, format, time, columns: counter }, 400);
    expect(refused).toMatchObject({ field: 'columns[0].low' });
  });
});

it('what is not over yet is a mistake, and the last value of a logger stands until now', async () => {
  const nowS = host.clock.nowMs / 1000;
  const at = (values: readonly (readonly [agoS: number, value: number])[]) =>
    `time,value\n${values.map(([agoS, value]) => `${nowS - agoS},${value}`).join('\n')}\n`;
  const check = async (text: string, means: string) => {
    const { id, format } = await send(text);
    const columns = [{ column: 'value', meter: 'a.ahead', quantity: 'powerW' }];
    const time = { columns: ['time'], format: 'unix', means };
    return post('imports/check', { file: id, format, time, columns, mistakes: 'leaveOut' });
  };
  const hours = [
    [7200, 1],
    [3600, 2],
    [0, 3],
    [-3600, 4],
  ] as const;
  const told = await check(at(hours), 'start');
  expect(told).toMatchObject({ windows: 2, mistakes: { count: 2, first: [{ line: 4 }, { line: 5 }] } });
  expect(told.mistakes.first[0].message).toContain("ends 3600 s ahead of this host's clock");
  const stands = await check(at(hours.map(([agoS, value]) => [agoS + 600, value] as const)), 'instant');
  expect(stands).toMatchObject({ windows: 3, toMs: host.clock.nowMs, mistakes: { count: 1 } });
});

describe('what may be meant otherwise', () => {
  const check = async (text: string, format: object, columns: object[]) => {
    const { id } = await send(text);
    const time = { columns: ['time'], format: 'unix', means: 'instant' };
    return post('imports/check', { file: id, format, time, columns });
  };
  const power = [{ column: 'value', meter: 'a.b', quantity: 'powerW' }];
  const lines = (values: string[]) =>
    `time;value\n${values.map((each, index) => `${1_767_225_600 + index * 60};${each}`).join('\n')}\n`;

  it('is told of numbers that may have thousands', async () => {
    const point = { delimiter: ';', decimal: '.' };
    const told = await check(lines(['250', '1.234', '12.500']), point, power);
    expect(told).toMatchObject({ windows: 3, doubts: { count: 2, first: [{ line: 3, column: 'value' }] } });
    expect(told.doubts.first[0].message).toContain('where it stands for 1234');
    const comma = await check(lines(['250', '-1,234']), { delimiter: ';', decimal: ',' }, power);
    expect(comma.doubts.count).toBe(1);
    // One number that can only be read in one way tells of the others; so does who says what stands there.
    for (const other of ['0.500', '1234.567', '1.5', '2500'])
      expect((await check(lines(['1.234', other]), point, power)).doubts.count, other).toBe(0);
    const said = { delimiter: ';', decimal: ',', thousands: '.' };
    expect((await check(lines(['1.234', '12.500']), said, power)).doubts.count).toBe(0);
  });

  it('is told of days that may be months', async () => {
    const days = async (format: string, dates: string[]) => {
      const rows = dates.flatMap(date => [`${date} 00:00;1`, `${date} 00:30;2`]);
      const { id } = await send(`time;value\n${rows.join('\n')}\n`);
      const time = { columns: ['time'], format, zone: 'Europe/Lisbon', means: 'start' };
      const order = {
        file: id,
        format: { delimiter: ';', decimal: '.' },
        time,
        columns: power,
        mistakes: 'leaveOut',
      };
      return (await post('imports/check', order)).doubts;
    };
    const told = await days('DD/MM/YYYY HH:mm', ['01/01/2026', '02/01/2026', '12/01/2026']);
    expect(told).toMatchObject({ count: 4, first: [{ line: 4, column: 'time' }] });
    expect(told.first[0].message).toContain('read as day 02 of month 01');
    expect(told.first[0].message).toContain('the format is "MM/DD/YYYY HH:mm"');
    expect(told.first[0].why).toMatchObject({ code: 'import.days', facts: { day: '02', month: '01' } });
    expect((await days('M/D/YYYY HH:mm', ['1/2/2026'])).count).toBe(2);
    // A day above 12 tells of all others, and some forms are written in one way alone.
    expect((await days('DD/MM/YYYY HH:mm', ['02/01/2026', '13/01/2026'])).count).toBe(0);
    expect((await days('DD.MM.YYYY HH:mm', ['02.01.2026'])).count).toBe(0);
    expect((await days('YYYY/MM/DD HH:mm', ['2026/01/02'])).count).toBe(0);
  });

  it('is none where most readings fall: amounts of single intervals are refused, and what begins anew each day is not', async () => {
    const format = { delimiter: ';', decimal: '.' };
    const energy = [{ column: 'value', meter: 'a.b', quantity: 'energyImportWh', factor: 1000 }];
    const amounts = await check(lines(['0.25', '0.5', '0.1', '0.3', '0.2', '0.4', '0.3']), format, energy);
    expect(amounts).toMatchObject({
      windows: 0,
      mistakes: { count: 1, first: [{ column: 'a.b.energyImportWh' }] },
    });
    expect(amounts.mistakes.first[0].message).toContain('3 of its 7 readings are far below');
    // What is fed in is nothing for most of the time: beside amounts one such fall tells of others.
    const two = [...energy, { ...energy[0], column: 'out', quantity: 'energyExportWh' }];
    const pairs = ['0.25;0', '0.5;0.5', '0.1;0.3', '0.3;0', '0.2;0', '0.4;0', '0.3;0'];
    const both = await check(lines(pairs).replace('value', 'value;out'), format, two);
    expect(both).toMatchObject({ windows: 0, mistakes: { count: 2 } });
    expect(both.mistakes.first[1].message).toContain(
      'as powerW, of a meter of its own, with the factor below 0',
    );
    const daily = Array.from({ length: 40 }, (_, at) => String((at % 8) + 0.125));
    expect(await check(lines(daily), format, energy)).toMatchObject({ windows: 40, mistakes: { count: 0 } });
    const power = [{ column: 'value', meter: 'a.b', quantity: 'powerW', factor: 4000 }];
    expect(
      await check(lines(['0.25', '0.5', '0.1', '0.3', '0.2', '0.4', '0.3']), format, power),
    ).toMatchObject({
      windows: 7,
      mistakes: { count: 0 },
    });
  });

  it('is told of a counter whose growth is of another size than what the power of its meter makes', async () => {
    const format = { delimiter: ';', decimal: '.' };
    // 240 kW for four minutes: 4 kWh each, read as Wh.
    const rows = lines(['240000;5', '240000;9', '240000;13', '240000;17']).replace('value', 'value;kWh');
    const both = (factor: number, quantity = 'energyImportWh', sign = 1) => [
      { column: 'value', meter: 'a.b', quantity: 'powerW', factor: sign },
      { column: 'kWh', meter: 'a.b', quantity, factor },
    ];
    const told = await check(rows, format, both(1));
    expect(told).toMatchObject({
      obstacles: [],
      doubts: { count: 1, first: [{ line: 0, column: 'a.b.energyImportWh' }] },
    });
    expect(told.doubts.first[0].message).toMatch(
      /^grows by 12 Wh where powerW of the same meter makes \d+ Wh; see the factors/,
    );
    expect((await check(rows, format, both(1000))).doubts.count).toBe(0);
    expect((await check(rows, format, both(1_000_000))).doubts.count).toBe(1);
    expect((await check(rows, format, both(1, 'energyExportWh', -1))).doubts.count).toBe(1);
    // What is drawn makes nothing that is fed in.
    expect((await check(rows, format, both(1, 'energyExportWh'))).doubts.count).toBe(0);
  });

  it('is told of readings that fall', async () => {
    const format = { delimiter: ';', decimal: '.' };
    const energy = [{ column: 'value', meter: 'a.b', quantity: 'energyImportWh', factor: 1000 }];
    const told = await check(lines(['0.25', '0.5', '0.1', '0.3', '0.2']), format, energy);
    expect(told.doubts).toMatchObject({
      count: 2,
      first: [{ line: 4, column: 'a.b.energyImportWh' }, { line: 6 }],
    });
    expect(told.obstacles).toEqual([]);
    expect((await check(lines(['1.5', '1.5', '2.25']), format, energy)).doubts.count).toBe(0);
    expect((await check(lines(['2.5', '1.5']), format, power)).doubts.count).toBe(0);
  });
});

describe('a display that was read once a day', () => {
  const days = (means: string) => ({
    format: { delimiter: ';', decimal: ',' },
    time: { columns: ['Tag'], format: 'DD.MM.YYYY', zone: 'Europe/Berlin', means },
    columns: [{ column: 'kWh', meter: 'old.display', quantity: 'energyImportWh', factor: 1000 }],
  });
  const text = 'Tag;kWh\n24.10.2026;100,5\n25.10.2026;110\n26.10.2026;121\n27.10.2026;131\n';

  it('has its readings at their midnights, also around the night of 25 hours', () =>
    imported(text, days('instant'), async () => {
      const rows = await rowsOf('old.display', 'energyImportWh');
      const midnights = ['2026-10-23T22', '2026-10-24T22', '2026-10-25T23', '2026-10-26T23'];
      expect(
        rows.map(({ start_utc, window_s, last }) => [Date.parse(start_utc) + window_s * 1000, last]),
      ).toEqual(
        [100_500, 110_000, 121_000, 131_000].map((last, index) => [
          Date.parse(`${midnights[index]}:00Z`),
          last,
        ]),
      );
    }));

  it('is refused as the ends of days that begin then: none of them would be at its time', async () => {
    const { id } = await send(text);
    const report = await post('imports/check', { file: id, ...days('start') });
    expect(report).toMatchObject({ windows: 0, mistakes: { count: 1 } });
    expect(report.mistakes.first[0].message).toContain('say that times mean an instant');
  });
});

describe('what is done with a file', () => {
  it('only two are on their way at once, and one that breaks off makes way', async () => {
    const dir = join(dataDir, 'sent');
    const sent = new SentFiles(new ImportFiles(dir));
    const access = { user: 'anna' } as Access;
    const whole = () => Readable.from([Buffer.from('t,p\n1,2\n')]);
    expect((await sent.take(access, 'before', whole(), false)).lines).toHaveLength(2);
    const [one, other] = [new PassThrough(), new PassThrough()];
    const first = sent.take(access, 'one', one, false);
    const second = sent.take(access, 'other', other, false);
    await expect(sent.take(access, 'third', whole(), false)).rejects.toMatchObject({
      code: 'import.running',
    });
    one.write('t,p\n');
    await setImmediate();
    one.destroy(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    await sent.take(access, 'third', whole(), false);
    other.end('t,p\n');
    expect(sent.of(access, (await second).id).name).toBe('other');
    // What broke off is not there.
    expect((await readdir(dir)).length).toBe(3);
  });

  it('is told while it is done, and ended when the file is forgotten', async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `${1_767_225_600 + index},${index % 500}`);
    const { id, format } = await send(`time,power\n${lines.join('\n')}\n`);
    expect((await ask('GET', `imports/files/${id}`)).json()).toMatchObject({ id, name: 'old', work: null });
    const order = {
      file: id,
      format,
      time: { columns: ['time'], format: 'unix' },
      columns: [{ column: 'power', meter: 'a.b', quantity: 'powerW' }],
    };
    // Asked at once: an answer that nobody waits for is not asked for.
    const running = ask('POST', 'imports', { ...order, why: 'in vain' }).then(answer => answer);
    let state = (await ask('GET', `imports/files/${id}`)).json();
    for (let asked = 0; asked < 10_000 && !(state.work?.lines > 0); asked++) {
      await setImmediate();
      state = (await ask('GET', `imports/files/${id}`)).json();
    }
    expect(Compile(contract.ImportFileState).Errors(state)).toEqual([]);
    expect(state.work.is).toBe('import');
    expect(state.work.share).toBeGreaterThan(0);
    expect((await ask('POST', 'imports/look', { file: id, format })).json().code).toBe('import.running');
    expect((await ask('DELETE', `imports/files/${id}`)).statusCode).toBe(204);
    expect((await running).json().code).toBe('import.ended');
    expect((await ask('GET', `imports/files/${id}`)).json().code).toBe('import.noFile');
    expect((await ask('GET', 'series')).body).not.toContain('a.b.');
  });

  const steps = fc.array(fc.integer({ min: -99_999_999, max: 99_999_999 }), {
    minLength: 40,
    maxLength: 60,
  });
  it.each(['csv', 'lines', 'sqlite'])('rows that were written are rows that are stored: %s', async kind => {
    const [values = []] = fc.sample(steps, 1);
    const watts = values.map(each => each / 1000);
    const times = watts.map((_, index) => 1_767_225_600 + index * 60);
    const body =
      kind === 'csv'
        ? `time;value\n${watts.map((each, index) => `${times[index]};${String(each).replace('.', ',')}`).join('\n')}\n`
        : kind === 'lines'
          ? watts.map((each, index) => `p value=${each} ${times[index]}000000000\n`).join('')
          : await database(made => {
              made.exec('CREATE TABLE t(time INTEGER, value REAL)');
              for (const [index, each] of watts.entries())
                made.run('INSERT INTO t VALUES (?, ?)', [times[index] ?? 0, each]);
            });
    const { id, format, timeFormat } = await send(body);
    const order = {
      file: id,
      format,
      time: { columns: ['time'], format: timeFormat ?? 'unix' },
      columns: [{ column: 'value', meter: `trip.${kind}`, quantity: 'powerW' }],
      why: 'a round trip',
    };
    await post('imports', order, 201);
    const rows = await rowsOf(`trip.${kind}`, 'powerW');
    expect(
      rows.map(({ start_utc, mean }) => [Date.parse(start_utc) / 1000, mean]),
      `${values}`,
    ).toEqual(watts.map((each, index) => [times[index], each]));
  });
});
