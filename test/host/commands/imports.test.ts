import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../../host/commands/run.ts';
import { type Host, startHost } from '../../../host/main.ts';

let dataDir: string;
let host: Host;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-import-'));
  host = await startHost({
    dataDir,
    httpHost: '127.0.0.1',
    httpPort: 0,
    mqttHost: '127.0.0.1',
    mqttPort: 0,
    zone: 'Europe/Berlin',
    backupHours: 0,
  });
});
afterAll(async () => {
  await host.close();
  await rm(dataDir, { recursive: true, force: true });
});

const place = (name: string) => join(dataDir, name);

/** A command with the words that follow, on the host of the folder. */
async function run(...words: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommand([...words, '--data-dir', dataDir], {
    env: {},
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    print: line => out.push(line),
    complain: line => err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const csv = ['time;attic W', '2026-01-05 00:00;400', '2026-01-05 00:01;410,5', '2026-01-05 00:02;420'];
const mapping = {
  format: { delimiter: ';' },
  time: { columns: ['time'], format: 'YYYY-MM-DD HH:mm', zone: 'UTC' },
  columns: [{ column: 'attic W', meter: 'old.attic', quantity: 'powerW' }],
};
const windows = async (): Promise<number> =>
  Number((await host.store.all('SELECT count(*) AS n FROM series'))[0]?.n);

test('a file is looked into, tried, imported and taken back, and nothing of it waits at the host', async () => {
  await writeFile(place('old.csv'), csv.join('\n'));
  await writeFile(place('mapping.json'), JSON.stringify(mapping));
  const looked = await run('import', place('old.csv'));
  expect(looked, looked.err).toMatchObject({ code: 0, out: expect.stringContaining('"delimiter":";"') });
  expect(looked.out).toContain('attic W');
  expect(looked.out).toContain('Nothing is imported');

  const order = ['--mapping', place('mapping.json')];
  const tried = await run('import', place('old.csv'), ...order, '--dry-run');
  expect(tried, tried.err).toMatchObject({ code: 0, out: expect.stringContaining('3 lines, 3 windows') });
  expect(tried.out).toMatch(/old\.attic\.powerW \(not there yet\) +3 +3 +2026-01-05 00:00 UTC/);
  expect(await windows()).toBe(0);
  expect((await run('import', 'list')).out).toBe('nothing was imported yet');

  expect(await run('import', place('old.csv'), ...order)).toMatchObject({
    code: 2,
    err: expect.stringContaining('--why is missing'),
  });
  const made = await run('import', place('old.csv'), ...order, '--why', 'the old logger', '--json');
  expect(made, made.err).toMatchObject({ code: 0 });
  expect(JSON.parse(made.out)).toMatchObject({
    id: 1,
    windows: 3,
    why: 'the old logger',
    fileName: 'old.csv',
  });
  expect(await windows()).toBe(1);

  const again = await run('import', place('old.csv'), ...order, '--why', 'again');
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('nothing is imported: ') });
  expect((await run('import', 'list')).out).toMatch(/^1 .*old\.csv +3 .*the old logger$/m);
  const undone = await run('import', 'undo', '1');
  expect(undone, undone.err).toMatchObject({
    code: 0,
    out: expect.stringContaining('is taken back: 3 windows'),
  });
  expect(await run('import', 'undo', '1')).toMatchObject({ code: 1, err: expect.stringContaining('undone') });
  expect(await readdir(place('imports')).catch(() => [])).toEqual([]);
});

test('with a format alone the series of its lines are told', async () => {
  await writeFile(place('long.csv'), 'at,device,value\n1,attic,5\n2,attic,6\n2,cellar,7\n');
  await writeFile(place('look.json'), JSON.stringify({ format: { series: ['device'] } }));
  const looked = await run('import', place('long.csv'), '--mapping', place('look.json'));
  expect(looked, looked.err).toMatchObject({ code: 0 });
  expect(looked.out).toContain('3 lines; 0 of further series, 0 that cannot be read');
  expect(looked.out).toMatch(/^attic +2 /m);
});

test('what a file could be imported as is told column by column, and as a mapping that imports it', async () => {
  const lines = ['Datum;Uhrzeit;Bezug [kWh];Bemerkung', '05.01.2026;00:00;1,5;', '05.01.2026;00:15;1,75;'];
  await writeFile(place('grid.csv'), lines.join('\n'));
  const told = await run('import', place('grid.csv'), '--propose');
  expect(told, told.err).toMatchObject({ code: 0, out: expect.stringContaining('Nothing is imported') });
  expect(told.out).toMatch(/^Datum +05\.01\.2026 +time: DD\.MM\.YYYY HH:mm, Europe\/Berlin, instant$/m);
  expect(told.out).toMatch(/^Bezug \[kWh\] +1,5 +imported\.meter energyImportWh +1000$/m);
  expect(told.out).toMatch(/^Bemerkung +left out/m);
  const kept = await run('import', place('grid.csv'), '--propose', '--json');
  await writeFile(place('proposed.json'), kept.out);
  const tried = await run('import', place('grid.csv'), '--mapping', place('proposed.json'), '--dry-run');
  expect(tried, tried.err).toMatchObject({ code: 0 });
  expect(tried.out).toMatch(/imported\.meter\.energyImportWh \(not there yet\) +2 /);
});

test('of a file whose lines name series, what becomes of each is proposed', async () => {
  const lines = ['entity_id,state,last_changed', 'sensor.attic_power,5,2026-01-05T00:00:00Z'];
  await writeFile(place('history.csv'), `${lines.join('\n')}\nsensor.door,1,2026-01-05T00:01:00Z\n`);
  const told = await run('import', place('history.csv'), '--propose');
  expect(told, told.err).toMatchObject({ code: 0 });
  expect(told.out).toMatch(/^sensor\.attic_power +1 +imported\.attic powerW +1$/m);
  expect(told.out).toMatch(/^sensor\.door +1 +left out/m);
});

test('of a file whose rows are of several devices each is proposed as a meter, and one that came later is told', async () => {
  const rows = ['time,device_id,power_w,energy_kwh'];
  for (let minute = 10; minute < 20; minute++)
    rows.push(`2026-01-05T00:${minute}:00Z,7,400,${minute}`, `2026-01-05T00:${minute}:00Z,Büro,20,0.5`);
  await writeFile(place('devices.csv'), rows.join('\n'));
  const told = await run('import', place('devices.csv'), '--propose');
  expect(told, told.err).toMatchObject({ code: 0 });
  expect(told.out).toMatch(/^device_id +7 +names the device$/m);
  expect(told.out).toMatch(/^energy_kwh +10 +each device's energyImportWh +1000$/m);
  expect(told.out).toMatch(/^7 +10 +imported\.meter-7$/m);
  expect(told.out).toMatch(/^Büro +10 +imported\.buro$/m);
  const kept = await run('import', place('devices.csv'), '--propose', '--json');
  await writeFile(place('devices.json'), kept.out);
  rows.push('2026-01-05T00:20:00Z,garage,5,1');
  await writeFile(place('later.csv'), rows.join('\n'));
  const tried = await run('import', place('later.csv'), '--mapping', place('devices.json'), '--dry-run');
  expect(tried, tried.err).toMatchObject({ code: 0 });
  expect(tried.out).toContain('21 lines, 40 windows');
  expect(tried.out).toMatch(/imported\.buro\.powerW \(not there yet\) +10 /);
  expect(tried.out).toContain('1 lines of others are left out: "garage" (1)');
});

test('of a database with several tables it is told of which one, and another one is chosen by its name', async () => {
  const database = new sqlite.Database(place('logger.db'));
  database.exec(
    'CREATE TABLE readings (ts INTEGER, power_w REAL); INSERT INTO readings VALUES (1767225600, 5);' +
      'CREATE TABLE counters (ts INTEGER, grid_kwh REAL); INSERT INTO counters VALUES (1767225600, 7);',
  );
  database.close();
  const told = await run('import', place('logger.db'), '--propose');
  expect(told, told.err).toMatchObject({
    code: 0,
    out: expect.stringContaining('of table counters; for readings '),
  });
  expect(told.out).toMatch(/^grid_kwh +7 +imported\.meter energyImportWh +1000$/m);
  await writeFile(place('table.json'), JSON.stringify({ format: { kind: 'sqlite', table: 'readings' } }));
  const other = await run('import', place('logger.db'), '--propose', '--mapping', place('table.json'));
  expect(other, other.err).toMatchObject({ code: 0 });
  expect(other.out).toMatch(/^power_w +5 +imported\.meter powerW +1$/m);
});

test('where nothing can be proposed that is said, and a proposal is asked for without what it makes', async () => {
  await writeFile(place('words.csv'), 'a,b\nx,y\n');
  expect(await run('import', place('words.csv'), '--propose')).toMatchObject({
    code: 1,
    err: expect.stringContaining('no mapping can be proposed'),
  });
  await writeFile(place('mapping.json'), JSON.stringify(mapping));
  expect(
    await run('import', place('words.csv'), '--propose', '--mapping', place('mapping.json')),
  ).toMatchObject({ code: 2, err: expect.stringContaining('--propose takes neither columns') });
});

test('what is wrong is told with what it is about, and nothing is imported', async () => {
  await writeFile(place('bad.csv'), 'time;attic W\nyesterday;5\n');
  await writeFile(place('no.json'), '{');
  await writeFile(place('list.json'), '[]');
  await writeFile(
    place('wrong.json'),
    JSON.stringify({ ...mapping, columns: [{ column: 'W', meter: 'x' }] }),
  );
  const order = ['--mapping', place('mapping.json'), '--dry-run'];
  expect(await run('import', place('gone.csv'), ...order)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/gone\.csv cannot be read: .*no such file/),
  });
  for (const [name, said] of [
    ['no.json', 'no.json cannot be used: '],
    ['list.json', 'list.json cannot be used: it is no object'],
  ] as const)
    expect(await run('import', place('bad.csv'), '--mapping', place(name))).toMatchObject({
      code: 2,
      err: expect.stringContaining(said),
    });
  await writeFile(place('typo.json'), JSON.stringify({ ...mapping, columns: undefined, colums: [] }));
  for (const asked of [['--dry-run'], ['--why', 'the old logger']])
    expect(await run('import', place('bad.csv'), '--mapping', place('typo.json'), ...asked)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('no "columns" in --mapping'),
    });
  const long = ['--mapping', place('mapping.json'), '--why', 'x'.repeat(501)];
  expect(await run('import', place('bad.csv'), ...long)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('why'),
  });
  const wrong = await run('import', place('bad.csv'), '--mapping', place('wrong.json'), '--dry-run');
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('columns') });
  const unread = await run('import', place('bad.csv'), ...order);
  expect(unread.out).toContain('1 cannot be read:\n  line 2');
  expect(unread).toMatchObject({ code: 1, err: expect.stringContaining('nothing is imported: ') });
});
