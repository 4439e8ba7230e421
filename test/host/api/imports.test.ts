import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as contract from '../../../host/api/contract.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest, user } from './host-under-test.ts';
import { siteStartMs, storeSite } from './stored-site.ts';

let dataDir: string;
let host: HostUnderTest;
let cookie: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-imports-'));
  host = await startHostUnderTest({ dataDir });
  cookie = await signInFirst(host);
  await storeSite(host);
});
afterAll(async () => {
  expect(host.faults).toEqual([]);
  await host.close();
  await rm(dataDir, { recursive: true, force: true });
});

const csv = (lines: readonly string[]) => `${lines.join('\r\n')}\r\n`;
const send = (body: string | Buffer, headers: Record<string, string> = {}, path = 'files?name=old.csv') =>
  host.ask({
    method: 'POST',
    url: `/api/v1/imports/${path}`,
    body,
    headers: { cookie, 'content-type': 'text/csv', ...headers },
  });
const post = (path: string, body: object) =>
  host.ask({ method: 'POST', url: `/api/v1/imports${path}`, body, headers: { cookie } });
const get = async (path: string) => (await host.ask({ url: `/api/v1/${path}`, headers: { cookie } })).json();

const german = csv([
  'Datum;Uhrzeit;Zähler;"Stand, kWh"',
  '01.11.2026;00:00;Haus;100,5',
  '01.11.2026;01:00;Haus;101,25',
  '01.11.2026;00:00;Dach;7,0',
  '01.11.2026;01:00;Dach;unbekannt',
]);
const mapping = {
  format: { delimiter: ';', empty: ['unbekannt'] },
  time: { columns: ['Datum', 'Uhrzeit'], format: 'DD.MM.YYYY HH:mm', means: 'end' },
  columns: ['Haus', 'Dach'].map((equals, index) => ({
    column: 'Stand, kWh',
    where: { column: 'Zähler', equals },
    meter: `cellar.${index === 0 ? 'house' : 'roof'}`,
    quantity: index === 0 ? 'energyImportWh' : 'energyExportWh',
    factor: 1000,
  })),
};

describe('a file of another system', () => {
  it('is sent, looked at, imported, marked and undone', async () => {
    const sent = await send(gzipSync(german), { 'content-encoding': 'gzip' });
    expect(sent.statusCode, sent.body).toBe(201);
    const file = sent.json();
    expect(Compile(contract.ImportFile).Errors(file)).toEqual([]);
    expect(file).toMatchObject({ name: 'old.csv', bytes: Buffer.byteLength(german) });
    expect(file.format).toMatchObject({ kind: 'csv', delimiter: ';', decimal: ',' });
    expect(file.lines[0]).toEqual(['Datum', 'Uhrzeit', 'Zähler', 'Stand, kWh']);

    const order = { file: file.id, ...mapping };
    const check = await post('/check', order);
    expect(check.statusCode, check.body).toBe(200);
    expect(Compile(contract.ImportReport).Errors(check.json())).toEqual([]);
    expect(check.json()).toMatchObject({ lines: 4, windows: 3, obstacles: [], mistakes: { count: 0 } });
    expect(await get('imports')).toEqual([]);

    const before = await get('series');
    const done = await post('', { ...order, why: 'years before' });
    expect(done.statusCode, done.body).toBe(201);
    expect(Compile(contract.ImportEntry).Errors(done.json())).toEqual([]);
    expect(done.json()).toMatchObject({
      id: 1,
      who: user,
      why: 'years before',
      fileName: 'old.csv',
      windows: 3,
    });
    expect(await get('imports')).toEqual([done.json()]);
    expect(await readdir(join(dataDir, 'imports'))).toEqual([]);

    const series = await get('series');
    const roof = series.find(({ key }: { key: string }) => key === 'cellar.roof.energyExportWh');
    expect(roof).toMatchObject({ imports: [1], lastMs: Date.UTC(2026, 9, 31, 23) });
    const range = `from=${Date.UTC(2026, 9, 31)}&to=${Date.UTC(2026, 10, 2)}`;
    const lines = (
      await host.ask({ url: `/api/v1/exports/readings?${range}&form=jsonl`, headers: { cookie } })
    ).body;
    const rows = lines
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(
      rows.map(({ series: key, start_local, window_s, last }) => [key, start_local, window_s, last]),
    ).toEqual([
      ['cellar.house.energyImportWh', '2026-10-31T23:00:00+01:00', 3600, 100_500],
      ['cellar.house.energyImportWh', '2026-11-01T00:00:00+01:00', 3600, 101_250],
      ['cellar.roof.energyExportWh', '2026-10-31T23:59:00+01:00', 60, 7000],
    ]);
    expect((await get('meters')).map(({ key }: { key: string }) => key)).toContain('cellar.roof');

    const undone = await host.ask({ method: 'DELETE', url: '/api/v1/imports/1', headers: { cookie } });
    expect(undone.json()).toMatchObject({ id: 1, undone: { who: user } });
    expect(await get('series')).toEqual(before);
    const again = await host.ask({ method: 'DELETE', url: '/api/v1/imports/1', headers: { cookie } });
    expect(again.statusCode).toBe(409);
    expect(again.json().code).toBe('import.undone');
  });

  it('that the host exported can be imported into another meter', async () => {
    const range = `from=${siteStartMs}&to=${siteStartMs + 600_000}`;
    const { body } = await host.ask({ url: `/api/v1/exports/readings?${range}`, headers: { cookie } });
    const { id } = (await send(body)).json();
    const order = {
      file: id,
      time: { columns: ['start_utc'], format: 'iso' },
      columns: [
        ['mean', 'powerW'],
        ['last', 'energyImportWh'],
      ].map(([column, quantity]) => ({
        column,
        where: { column: 'series', equals: `cellar.house.${quantity}` },
        meter: 'copy.house',
        quantity,
      })),
      why: 'a copy',
    };
    const done = await post('', order);
    expect(done.statusCode, done.body).toBe(201);
    const of = async (meter: string) => {
      const answer = await get(`readings?series=${meter}.energyImportWh&${range}&points=60`);
      return [answer.startMs, answer.last, answer.delta];
    };
    expect(await of('copy.house')).toEqual(await of('cellar.house'));
    expect((await get('gateways')).map((each: { id: string }) => each.id)).toContain('copy');
  });

  it('tells where readings do not go on from those that are there', async () => {
    // What is there is 5.0 kWh after 10 s and 5.177 kWh after 600 s.
    const seams = async (atMs: number, firstKwh: number): Promise<[number, string][]> => {
      const lines = Array.from(
        { length: 48 },
        (_, minute) =>
          `${new Date(atMs + minute * 60_000).toISOString()},${(firstKwh + minute * 0.05).toFixed(3)}`,
      );
      const { id } = (await send(csv(['t,kwh', ...lines]))).json();
      const column = { column: 'kwh', meter: 'cellar.house', quantity: 'energyImportWh', factor: 1000 };
      const time = { columns: ['t'], format: 'iso', means: 'instant' };
      const check = (await post('/check', { file: id, time, columns: [column] })).json();
      expect(check).toMatchObject({ windows: 48, obstacles: [] });
      return check.doubts.first
        .filter(({ why }: contract.ImportReport['doubts']['first'][number]) => why?.code === 'import.seam')
        .map(({ line, message }: { line: number; message: string }) => [line, message]);
    };
    const [beforeMs, afterMs] = [siteStartMs + 10_000 - 49 * 60_000, siteStartMs + 660_000];
    expect(await seams(beforeMs, 5 - 48 * 0.05)).toEqual([]);
    expect(await seams(afterMs, 5.2)).toEqual([]);
    const told = (before: string, after: string, hours: number) =>
      expect.stringContaining(`shows ${before} Wh, and ${hours} h later ${after} Wh`);
    expect(await seams(beforeMs, 0)).toEqual([[49, told('2350', '5000', 0.0333)]]);
    expect(await seams(beforeMs, 9000)).toEqual([[49, told('9002350', '5000', 0.0333)]]);
    expect(await seams(afterMs, 0)).toEqual([[2, told('5177', '0', 0.0167)]]);
    expect(await seams(afterMs, 9000)).toEqual([[2, told('5177', '9000000', 0.0167)]]);
  });
});

const simple = {
  time: { columns: ['t'], format: 'iso' },
  columns: [{ column: 'p', meter: 'a.b', quantity: 'powerW' }],
};

describe('a bad order is refused', () => {
  const cases: readonly [name: string, change: object, status: number, code: string, field: string][] = [
    ['a file that is not there', { file: '0123456789abcdef' }, 404, 'import.noFile', 'file'],
    [
      'a column that is not there',
      { columns: [{ column: 'q', meter: 'a.b', quantity: 'powerW' }] },
      400,
      'request.invalid',
      'columns[0].column',
    ],
    [
      'a time that is not there',
      { time: { columns: ['x'], format: 'iso' } },
      400,
      'request.invalid',
      'time.columns[0]',
    ],
    [
      'a quantity that is not known',
      { columns: [{ column: 'p', meter: 'a.b', quantity: 'power' }] },
      400,
      'request.invalid',
      'columns[0].quantity',
    ],
    [
      'a pattern that is none',
      { time: { columns: ['t'], format: 'HH:mm' } },
      400,
      'request.invalid',
      'time.format',
    ],
    [
      'a zone that is none',
      { time: { columns: ['t'], format: 'iso', zone: 'Mars' } },
      400,
      'request.invalid',
      'time.zone',
    ],
    [
      'a factor of nothing',
      { columns: [{ column: 'p', meter: 'a.b', quantity: 'powerW', factor: 0 }] },
      400,
      'request.invalid',
      'columns[0].factor',
    ],
    ['windows of a day', { windowS: 86_400 }, 400, 'request.invalid', 'windowS'],
    ['mistakes in the file', {}, 422, 'import.refused', 'file'],
  ];
  it.each(cases)('%s', async (_name, change, status, code, field) => {
    const { id } = (
      await send(csv(['t,p', '2026-01-01T00:00:00Z,1', 'never,2', '2026-01-01T00:01:00Z,3']))
    ).json();
    const response = await post('', { file: id, ...simple, why: 'a test', ...change });
    expect(response.statusCode, response.body).toBe(status);
    expect(response.json()).toMatchObject({ code, field });
    expect(response.json().message).toMatch(/allowed|mend|no such file/);
    expect((await get('series')).some(({ key }: { key: string }) => key.startsWith('a.b'))).toBe(false);
  });

  it('and so is what is no CSV, broken gzip, JSON, and whatever comes without a session', async () => {
    expect((await send('no gzip', { 'content-encoding': 'gzip' })).json().code).toBe('body.notGzip');
    expect((await send('{}', { 'content-type': 'application/json' })).json().code).toBe('body.type');
    expect((await send('a,b', {}, 'check')).json().code).toBe('body.type');
    const { id } = (await send(Buffer.from([0x74, 0x2c, 0x70, 0x0a, 0xff, 0xfe, 0x0a]))).json();
    const report = (await post('/check', { file: id, ...simple })).json();
    expect(report.mistakes.first[0].message).toContain('not UTF-8');
    for (const [method, url] of [
      ['POST', 'imports/files'],
      ['POST', 'imports/check'],
      ['POST', 'imports'],
      ['GET', 'imports'],
      ['DELETE', 'imports/1'],
    ] as const) {
      const response = await host.ask({
        method,
        url: `/api/v1/${url}`,
        body: '',
        headers: { 'content-type': 'text/csv' },
      });
      expect(response.statusCode, url).toBe(401);
    }
  });
});

describe('whatever a file is written in', () => {
  const encodings = [
    ['utf-8', Buffer.from(german)],
    ['utf-8', Buffer.from(`\uFEFF${german}`)],
    ['windows-1252', Buffer.from(german, 'latin1')],
    ['utf-16le', Buffer.from(`\uFEFF${german}`, 'utf16le')],
    ['utf-16le', Buffer.from(german, 'utf16le')],
    ['utf-16be', Buffer.from(`\uFEFF${german}`, 'utf16le').swap16()],
    // No UTF-8 from far behind the first lines on.
    ['windows-1252', Buffer.concat([Buffer.from('a;b\n'.repeat(40_000)), Buffer.from('ä;1\n', 'latin1')])],
    // The last character is cut off.
    ['windows-1252', Buffer.from('a;b\nc;ä').subarray(0, -1)],
  ] as const;
  it.each(encodings)('%s is told, and names with umlauts are found', async (encoding, bytes) => {
    const file = (await send(bytes)).json();
    expect(file.format.encoding).toBe(encoding);
    if (!bytes.includes('D')) return;
    expect(file.lines[0]).toEqual(['Datum', 'Uhrzeit', 'Zähler', 'Stand, kWh']);
    const check = await post('/check', {
      file: file.id,
      ...mapping,
      format: { ...mapping.format, encoding },
    });
    expect(check.json()).toMatchObject({ lines: 4, obstacles: expect.anything(), mistakes: { count: 0 } });
  });

  it.each(['', '\n\n', 't,p\n'])('of a file without values (%j) only that is said', async text => {
    const { id } = (await send(text)).json();
    const report = (await post('/check', { file: id, ...simple })).json();
    expect(report).toMatchObject({ windows: 0, mistakes: { count: 0, first: [] } });
    expect(report.obstacles).toEqual(['there is nothing to import in the file']);
  });
});

it('only so many files wait, and the oldest make way', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 6; index++) ids.push((await send('t,p\n')).json().id);
  const kept = (await readdir(join(dataDir, 'imports'))).map(name => name.slice(0, 16));
  expect(kept.sort()).toEqual(ids.slice(2).sort());
});
