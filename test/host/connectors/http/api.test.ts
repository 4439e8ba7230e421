import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type HostUnderTest, startHostUnderTest } from '../../api/host-under-test.ts';
import { type Person, personOf } from '../../api/signed-in.ts';

let host: HostUnderTest;
let ada: Person;
let token = '';
/** Of each test an hour of its own. */
let atMs = 0;

const connector = {
  id: 'attic',
  kind: 'http',
  name: 'Attic',
  settings: {
    meters: [
      { id: 'house', name: 'House', everyS: 10 },
      { id: 'sun', name: 'Sun', everyS: 10 },
    ],
    lines: [
      {
        meter: 'sun',
        quantity: 'energyExportWh',
        measurement: 'pv',
        tags: 'side=south',
        field: 'kwh',
        factor: 1000,
      },
    ],
  },
};

const madeToken = async (scopes: readonly string[], sites = ['*']): Promise<string> => {
  const expiresMs = host.clock.nowMs + 86_400_000;
  const made = await ada.ask('POST', '/api/v1/tokens', { name: 'logger', scopes, sites, expiresMs });
  return made.json().token;
};

beforeAll(async () => {
  host = await startHostUnderTest({ takesIn: true });
  host.clock.nowMs = Date.now();
  atMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 90 * 86_400_000;
  ada = await personOf(host, 'ada', { '*': 'admin' });
  expect((await ada.ask('POST', '/api/v1/connectors', connector)).statusCode).toBe(201);
  token = await madeToken(['ingest']);
});
afterAll(() => host.close());
beforeEach(() => {
  atMs += 3_600_000;
});

const send = (body: unknown, more: Record<string, string> = {}) =>
  host.ask({
    method: 'POST',
    url: '/api/v1/readings',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...more },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
const write = (body: string | Buffer, query = 'precision=ms', headers: Record<string, string> = {}) =>
  host.ask({
    method: 'POST',
    url: `/api/v2/write?org=home&bucket=power&${query}`,
    headers: { authorization: `Token ${token}`, ...headers },
    body,
  });
const reading = (offsetMs: number, powerW: number, more = {}) => ({
  meter: 'house',
  at: atMs + offsetMs,
  values: { powerW },
  ...more,
});
const rowsOf = (table: 'gauge' | 'counter' = 'gauge', meter = 'house') =>
  host.store.all(
    `SELECT ${table}.* EXCLUDE (series) FROM ${table} JOIN series ON series.number = ${table}.series
     JOIN meter ON meter.number = series.meter
     WHERE meter.id = ? AND startS >= ? AND startS < ? ORDER BY startS, quantity`,
    [meter, atMs / 1000, atMs / 1000 + 3600],
  );

/** Somebody imports a voltage of the first window of the test's hour. @returns the import's id */
async function importVolts(value: number): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'joulegate-http-import-'));
  try {
    const path = join(dir, 'old.csv');
    await writeFile(path, `time,volts\n${new Date(atMs).toISOString()},${value}\n`);
    const prepared = await host.store.imports.prepare(path, {
      format: { delimiter: ',', decimal: '.', encoding: 'utf-8', hasHeader: true, empty: [] },
      time: { columns: ['time'], format: 'iso', zone: 'UTC', means: 'start' },
      columns: [{ column: 'volts', meter: 'attic.house', quantity: 'voltageV', factor: '1' }],
      windowS: 10,
      overlap: 'refuse',
      mistakes: 'refuse',
    });
    const before = host.store.imports.changes;
    const written = prepared.write({ who: 'ada', why: 'the old system', fileName: 'old.csv' });
    expect(host.store.imports.changes, 'while it is written').toBeUndefined();
    const { id } = await written;
    expect(host.store.imports.changes).toBeGreaterThan(before ?? Number.POSITIVE_INFINITY);
    return id;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

describe('JSON', () => {
  test('one reading or many are on disk when they are answered', async () => {
    const one = await send(reading(0, 100));
    expect([one.statusCode, one.json()]).toEqual([200, { stored: 1, repeated: 0, notStored: 0 }]);
    const two = [reading(10_000, 200), { ...reading(0, 300), at: new Date(atMs + 25_000).toISOString() }];
    expect((await send({ connector: 'attic', readings: two })).json()).toMatchObject({ stored: 2 });
    expect((await rowsOf()).map(({ startS, mean }) => [Number(startS) - atMs / 1000, mean])).toEqual([
      [0, 100],
      [10, 200],
      [20, 300],
    ]);
  });

  test('several readings of one interval are one window with what they come to', async () => {
    const list = [reading(1000, 100), reading(3000, 400), reading(2000, 100)];
    const energy = [1, 2].map(n => ({ meter: 'house', at: atMs + n, values: { energyImportWh: 10 + n } }));
    expect((await send([...list, ...energy])).json()).toMatchObject({ stored: 2 });
    expect(await rowsOf()).toMatchObject([{ samples: 3, mean: 200, min: 100, max: 400, last: 400 }]);
    expect(await rowsOf('counter')).toMatchObject([{ samples: 2, last: 12 }]);
  });

  test('two values of one instant are neither of them true: the body is refused, with both rows', async () => {
    const list = [reading(0, 100), reading(5000, 7), reading(5000, 8), reading(5000, 7)];
    const answer = await send(list);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().mistakes).toEqual([
      {
        field: '[2].values.powerW',
        message: expect.stringContaining('is 8, and 7 of the same time at [1].'),
      },
      {
        field: '[1].values.powerW',
        message: expect.stringContaining('is 7, and 8 of the same time at [2].'),
      },
    ]);
    expect(await rowsOf()).toEqual([]);
    expect((await send([reading(0, 100), reading(5000, 7), reading(5000, 7)])).json()).toMatchObject({
      stored: 1,
    });
    // The same twice weighs once.
    expect(await rowsOf()).toMatchObject([{ samples: 2, mean: 53.5 }]);
  });

  test('the same body sent again and again, also at once, gives the same table', async () => {
    const body = { readings: Array.from({ length: 30 }, (_, index) => reading(index * 4000, index)) };
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(body)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(200));
    const told = answers.map(answer => answer.json());
    expect(told.reduce((sum, { stored }) => sum + stored, 0)).toBe(12);
    expect(told.reduce((sum, { repeated }) => sum + repeated, 0)).toBe(7 * 12);
    const rows = await rowsOf();
    expect(rows.length).toBe(12);
    for (let again = 0; again < 3; again++) expect((await send(body)).json()).toMatchObject({ repeated: 12 });
    // Set up anew, it remembers nothing but what the store says.
    await ada.ask('DELETE', '/api/v1/connectors/attic');
    await ada.ask('POST', '/api/v1/connectors', connector);
    expect((await send(body)).json()).toEqual({ stored: 0, repeated: 12, notStored: 0 });
    expect(await rowsOf()).toEqual(rows);
  });

  test('another value of an interval that has one is not stored, and that is told', async () => {
    await send(reading(0, 100));
    expect((await send(reading(5000, 101))).json()).toEqual({ stored: 0, repeated: 0, notStored: 1 });
    expect(await rowsOf()).toMatchObject([{ last: 100 }]);
    expect(host.connectors.get('attic')?.fault?.message).toContain('1 values were not stored');
    // Another quantity of the same interval is none of it.
    expect((await send({ ...reading(0, 0), values: { voltageV: 230 } })).json()).toMatchObject({ stored: 1 });
  });

  test('what a file brought into a window counts as there, and once it was taken back no more', async () => {
    await send(reading(0, 100));
    const imported = await importVolts(230);
    const volts = () => send({ ...reading(0, 0), values: { voltageV: 230 } });
    expect((await volts()).json()).toEqual({ stored: 0, repeated: 1, notStored: 0 });
    expect((await rowsOf()).map(({ last }) => last)).toEqual([100, 230]);
    const undone = host.store.imports.undo(imported, 'ada');
    expect(host.store.imports.changes, 'while it is taken back').toBeUndefined();
    await undone;
    expect((await volts()).json()).toEqual({ stored: 1, repeated: 0, notStored: 0 });
    expect((await volts()).json()).toEqual({ stored: 0, repeated: 1, notStored: 0 });
    expect((await rowsOf()).map(({ last }) => last)).toEqual([100, 230]);
  });

  test('what is wrong is named, and nothing of such a body is stored', async () => {
    const wrong = await send([
      reading(0, 1),
      { meter: 'house', at: '2026-01-01', values: { powr: 1, powerW: '5' } },
      reading(0, 1, { unit: 'W' }),
    ]);
    expect(wrong.statusCode).toBe(400);
    const { code, mistakes } = wrong.json();
    expect(code).toBe('readings.refused');
    expect(mistakes.map(({ field }: { field: string }) => field)).toEqual([
      '[1].at',
      '[1].values.powr',
      '[1].values.powerW',
      '[2].unit',
    ]);
    for (const [body, text] of [
      [{ ...reading(0, 1), meter: 'hose' }, 'there is no meter hose; allowed are house, sun'],
      [reading(0, 1e9), 'is allowed'],
      [{ ...reading(0, 1), at: Date.now() + 3_600_000 }, 'is ahead of this host'],
      // No day of the calendar is another one.
      [{ ...reading(0, 1), at: '2026-02-30T12:00:00Z' }, 'a time such as'],
      [{ ...reading(0, 1), at: Date.UTC(1999, 1) }, 'nothing is kept'],
    ] as const) {
      const answer = await send(body);
      expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining(text)]);
    }
    expect(await rowsOf()).toEqual([]);
    for (const nested of [
      `${'['.repeat(100_000)}1${']'.repeat(100_000)}`,
      `{"meter":"house","values":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_001)}`,
    ])
      expect((await send(nested)).json()).toMatchObject({ code: 'readings.refused' });
    expect((await send('{"meter":')).json()).toMatchObject({ code: 'body.notJson' });
    expect((await send('')).json()).toMatchObject({ code: 'body.missing' });
    expect((await send({ connector: 'cellar', readings: [reading(0, 1)] })).json()).toMatchObject({
      code: 'readings.connector',
    });
  });

  test('a reading without a time is of now', async () => {
    host.clock.nowMs = Date.now();
    const before = Math.floor(host.clock.nowMs / 10_000) * 10;
    expect((await send({ meter: 'sun', values: { powerW: -50 } })).statusCode).toBe(200);
    const { lastMs = 0 } = host.store.seriesOf('attic.sun.powerW') ?? {};
    expect(lastMs / 1000).toBeGreaterThanOrEqual(before + 10);
  });
});

describe('line protocol', () => {
  test('senders of both versions need another address alone', async () => {
    const line = (offsetMs: number) => `house powerW=1.5,energyImportWh=1000i ${atMs + offsetMs}`;
    const basic = `Basic ${Buffer.from(`anyone:${token}`).toString('base64')}`;
    const ways = [
      ['/api/v2/write?org=o&bucket=b&precision=ms', `Token ${token}`, 'text/plain; charset=utf-8'],
      ['/write?db=telegraf&rp=autogen&precision=ms', `Token ${token}`, 'application/x-www-form-urlencoded'],
      ['/write?db=telegraf&precision=ms', basic, 'application/octet-stream'],
      [`/write?db=telegraf&precision=ms&u=me&p=${token}`, undefined, undefined],
      ['/write?db=telegraf&precision=ms', `Bearer ${token}`, 'text/plain'],
    ] as const;
    for (const [index, [url, authorization, type]] of ways.entries()) {
      const answer = await host.ask({
        method: 'POST',
        url,
        headers: {
          ...(authorization !== undefined && { authorization }),
          ...(type !== undefined && { 'content-type': type }),
        },
        body: line(index * 10_000),
      });
      expect([answer.statusCode, answer.body], url).toEqual([204, '']);
    }
    expect((await rowsOf()).length).toBe(ways.length);
    expect((await rowsOf('counter')).length).toBe(ways.length);
  });

  test('rules say what a field is, in which unit, of which tags', async () => {
    const lines = [`pv,side=south,inverter=1 kwh=1.2345678 ${atMs}`, `pv,side=north kwh=9 ${atMs}`].join(
      '\n',
    );
    const answer = await write(lines);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'readings.refused',
      error: expect.stringMatching(/^partial write: 1 lines/),
      mistakes: [{ field: 'line 2', message: 'nothing is set up for pv with the field kwh' }],
    });
    expect(await rowsOf('counter', 'sun')).toMatchObject([{ last: 1234.5678 }]);
    expect(host.connectors.get('attic')?.fault?.message).toContain('nothing is set up for pv');
    const found = await ada.ask('POST', '/api/v1/connectors/discover', {
      kind: 'http',
      settings: connector.settings,
    });
    const [{ title, settings }] = found.json();
    expect(title).toBe('pv,side=north');
    expect(settings.lines.at(-1)).toEqual({
      meter: 'pv-side-north',
      quantity: 'energyImportWh',
      factor: 1000,
      measurement: 'pv',
      tags: 'side=north',
      field: 'kwh',
    });
  });

  test('of fields that may be the same quantity one is proposed, and none that is numbered', async () => {
    await write(`three,at=cellar power1=5,power2=6,powerW=11,kw=0.011 ${atMs}`);
    const found = await ada.ask('POST', '/api/v1/connectors/discover', {
      kind: 'http',
      settings: connector.settings,
    });
    const { settings } = found.json().find(({ title }: { title: string }) => title === 'three,at=cellar');
    const lines: { meter: string; quantity: string }[] = settings.lines;
    const own = lines.filter(({ meter }) => meter === 'three-at-cellar');
    expect(own.map(({ quantity }) => quantity)).toEqual(['powerW']);
  });

  test('which way it goes a series tells, and what begins anew each day is not proposed', async () => {
    await write(
      [
        'grid_export kwh=5',
        'm1,direction=out power=7',
        'plug,env=production power=8',
        'feed_pump power=6',
        'energy_today kwh=1',
        'grid_power a=100,b=200,c=300',
        'grid_voltage u=230,v=231,w=229',
        'meter v=230,a=5,w=1150',
      ]
        .map(line => `${line} ${atMs}`)
        .join('\n'),
    );
    const found = await ada.ask('POST', '/api/v1/connectors/discover', {
      kind: 'http',
      settings: { meters: [] },
    });
    const proposed = (title: string) =>
      found
        .json()
        .find((each: { title: string }) => each.title === title)
        .settings.lines.map(({ quantity }: { quantity: string }) => quantity);
    expect(proposed('grid_export')).toEqual(['energyExportWh']);
    expect(proposed('m1,direction=out')).toEqual(['powerExportW']);
    expect(proposed('plug,env=production')).toEqual(['powerW']);
    expect(proposed('feed_pump')).toEqual(['powerW']);
    expect(proposed('energy_today')).toEqual([]);
    // Letters that are phases are no units.
    expect(proposed('grid_power')).toEqual([]);
    expect(proposed('grid_voltage')).toEqual([]);
    expect(proposed('meter').sort()).toEqual(['currentA', 'powerW', 'voltageV']);
  });

  test('good lines are on disk where bad ones are told', async () => {
    const answer = await write(`house powerW=1 ${atMs}\nhouse powerW=x\nhouse powerW=3 ${atMs + 10_000}\n`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().mistakes).toMatchObject([{ field: 'line 2, column 14' }]);
    expect((await rowsOf()).length).toBe(2);
  });

  test('lines that give one instant two values are told, both of them, and the others are on disk', async () => {
    const answer = await write(
      [`house,phase=a powerW=1 ${atMs}`, `house powerW=5 ${atMs + 1}`, `house,phase=b powerW=2 ${atMs}`].join(
        '\n',
      ),
    );
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      error: expect.stringMatching(/^partial write: 2 lines/),
      mistakes: [
        { field: 'line 1', message: expect.stringContaining('at line 3') },
        { field: 'line 3', message: expect.stringContaining('at line 1') },
      ],
    });
    expect(await rowsOf()).toMatchObject([{ samples: 1, mean: 5 }]);
  });

  test('why such lines may have one time is told: a coarse precision, or no time at all', async () => {
    const why = async (lines: string, query: string) =>
      (await write(lines, query)).json().mistakes[0].message;
    const minute = atMs / 60_000;
    const two = (time: number | string) => `house powerW=1 ${time}\nhouse powerW=2 ${time}`;
    expect(await why(two(minute), 'precision=m')).toMatch(/precision=m all of a minute have one/);
    expect(await why(two(atMs / 1000), 'precision=s')).toMatch(/precision=s all of a second have one/);
    expect(await why(two(atMs), 'precision=ms')).toMatch(/one value of each time is allowed$/);
    expect(await why(two(''), 'precision=m')).toMatch(/this line has no time/);
  });

  test('gzip is understood, and is not a way past the limits', async () => {
    const packed = { 'content-encoding': 'gzip' };
    const body = gzipSync(`house powerW=7 ${atMs / 1000}`);
    expect((await write(body, 'precision=s', packed)).statusCode).toBe(204);
    expect((await write(body.subarray(0, 20), '', packed)).json()).toMatchObject({ code: 'body.notGzip' });
    const bomb = gzipSync(Buffer.alloc(20_000_000, 0x20));
    expect((await write(bomb, '', packed)).statusCode).toBe(413);
    expect((await write('house powerW=1\n'.repeat(10_002))).statusCode).toBe(413);
    expect((await write('x'.repeat(1_100_000))).statusCode).toBe(413);
    expect((await write(body, '', { 'content-encoding': 'br' })).statusCode).toBe(415);
    expect((await write('house powerW=1', 'precision=d')).json()).toMatchObject({ field: 'precision' });
  });
});

describe('who may send', () => {
  test('one that names no connector goes on where another is added: the one that has its meters gets them', async () => {
    const barn = {
      id: 'barn',
      kind: 'http',
      name: 'Barn',
      settings: { meters: [{ id: 'cows', name: 'Cows', everyS: 10 }] },
    };
    const meters = [{ id: 'house', name: 'House', everyS: 10 }];
    expect((await ada.ask('POST', '/api/v1/connectors', barn)).statusCode).toBe(201);
    try {
      expect((await send(reading(0, 1))).json()).toMatchObject({ stored: 1 });
      expect((await write(`disk used=1 ${atMs}\npv,side=south kwh=2 ${atMs}`)).statusCode).toBe(400);
      expect(await rowsOf('counter', 'sun')).toMatchObject([{ last: 2000 }]);
      expect((await write(`house powerW=2 ${atMs + 10_000}`)).statusCode).toBe(204);
      // A name is meant, of whom has it or not; and what is of both, or of none, is of nobody.
      const isUnclear = { code: 'readings.connector' };
      expect((await send({ connector: 'cellar', readings: [reading(20_000, 3)] })).json()).toMatchObject(
        isUnclear,
      );
      expect((await send({ connector: 'barn', readings: [reading(20_000, 3)] })).statusCode).toBe(400);
      const both = [reading(20_000, 3), { ...reading(20_000, 3), meter: 'cows' }];
      expect((await send(both)).json()).toMatchObject(isUnclear);
      expect((await write('disk used=1')).json()).toMatchObject(isUnclear);
      const more = { name: 'Barn', isOn: true, settings: { meters } };
      expect((await ada.ask('PUT', '/api/v1/connectors/barn', more)).statusCode).toBe(200);
      expect((await send(reading(20_000, 3))).json()).toMatchObject(isUnclear);
      expect((await rowsOf()).map(({ mean }) => mean)).toEqual([1, 2]);
    } finally {
      await ada.ask('DELETE', '/api/v1/connectors/barn');
    }
  });

  test('what names a connector that is off, or none that there is, goes to no other one', async () => {
    const settings = { meters: [{ id: 'house', name: 'House', everyS: 10 }] };
    const barn = { id: 'barn', kind: 'http', name: 'Barn', settings };
    expect((await ada.ask('POST', '/api/v1/connectors', barn)).statusCode).toBe(201);
    const off = { name: 'Barn', isOn: false, settings };
    expect((await ada.ask('PUT', '/api/v1/connectors/barn', off)).statusCode).toBe(200);
    try {
      for (const query of ['connector=barn', 'connector=cellar', 'connector=barn&db=attic', 'db=barn'])
        expect((await write(`house powerW=1 ${atMs}`, `precision=ms&${query}`)).json(), query).toMatchObject({
          code: 'readings.connector',
        });
      expect(await rowsOf()).toEqual([]);
      expect((await write(`house powerW=1 ${atMs}`, 'precision=ms&db=cellar')).statusCode).toBe(204);
    } finally {
      await ada.ask('DELETE', '/api/v1/connectors/barn');
    }
  });

  test('a token of that scope alone, at its sites, and it may do nothing else', async () => {
    const url = '/write?db=x';
    const ask = (authorization: string) =>
      host.ask({ method: 'POST', url, headers: { authorization }, body: `house powerW=1 ${atMs}000000` });
    expect((await host.ask({ method: 'POST', url, body: 'a b=1' })).statusCode).toBe(401);
    expect((await ask('Token jg_wrong')).json()).toMatchObject({ code: 'token.invalid' });
    expect((await ask(`Token ${await madeToken(['manage'])}`)).json()).toMatchObject({
      code: 'access.sender',
    });
    await host.sites.create('barn', 'The barn');
    expect((await ask(`Token ${await madeToken(['ingest'], ['barn'])}`)).json()).toMatchObject({
      code: 'readings.connector',
    });
    expect((await ada.ask('POST', '/api/v1/readings', reading(0, 1))).statusCode).toBe(403);
    const headers = { authorization: `Bearer ${token}` };
    for (const path of [
      '/api/v1/readings',
      '/api/v1/meters',
      '/api/v1/gateways',
      '/api/v1/connectors',
      '/metrics',
    ])
      expect((await host.ask({ url: path, headers })).statusCode, path).toBe(403);
    expect(
      (await host.ask({ url: '/api/v1/meters', headers: { authorization: `Token ${token}` } })).statusCode,
    ).toBe(401);
    expect(await rowsOf()).toEqual([]);
    // Where its owner is no admin any more it sends no longer.
    await host.auth.accounts.create('bob', 'a long enough password', { '*': 'admin' });
    await host.auth.accounts.setRoles('ada', { '*': 'operator' });
    expect((await ask(`Token ${token}`)).statusCode).toBe(403);
    await host.auth.accounts.setRoles('ada', { '*': 'admin' });
    expect((await ask(`Token ${token}`)).statusCode).toBe(204);
  });
});

test('a full disk is told with when to come again, and the same is stored then', async () => {
  host.disk.freeBytes = 1000;
  await host.watch.disk.check();
  const answer = await send(reading(0, 5));
  expect([answer.statusCode, answer.headers['retry-after'], answer.json().code]).toEqual([
    503,
    '60',
    'readings.diskFull',
  ]);
  host.disk.freeBytes = 50e9;
  await host.watch.disk.check();
  expect((await send(reading(0, 5))).json()).toMatchObject({ stored: 1 });
  expect((await rowsOf()).length).toBe(1);
});

test('clients of InfluxDB that ask first whether it is there are answered, with the token that they send by', async () => {
  const asked = (url: string, authorization?: string) =>
    host.ask({ url, ...(authorization !== undefined && { headers: { authorization } }) });
  const ping = await asked('/ping', `Basic ${Buffer.from(`any:${token}`).toString('base64')}`);
  expect([ping.statusCode, ping.body, ping.headers['x-influxdb-version']]).toEqual([204, '', 'joulegate']);
  expect((await asked('/ready', `Token ${token}`)).json()).toEqual({ status: 'ready' });
  expect((await asked('/health', `Token ${token}`)).json()).toMatchObject({ status: 'pass' });
  for (const url of ['/ping', '/ready', '/health']) {
    expect((await asked(url)).statusCode).toBe(401);
    expect((await asked(url, 'Token jg_wrong')).statusCode).toBe(401);
  }
});

test('a number that came as text is told with its quotes', async () => {
  const answer = await send(reading(0, 1, { values: { powerW: '12' } }));
  expect(answer.json().mistakes).toEqual([
    { field: 'values.powerW', message: '"12" given; a number is allowed' },
  ]);
});
