import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { erasePersonCommand, eraseSiteCommand } from '../../host/erase/command.ts';
import { type ErasedSite, erasePerson, eraseSite } from '../../host/erase/erase.ts';
import { ruleOf } from '../../host/erase/table-rules.ts';
import { startHost } from '../../host/main.ts';
import { backupCommand } from '../../host/store/backup-command.ts';
import { placesOf } from '../../host/store/recovery-files.ts';
import { finishRestore } from '../../host/store/restore-place.ts';
import { keepAll } from '../../host/store/retention.ts';
import { Store } from '../../host/store/store.ts';
import { rounds } from '../faults/chance.ts';
import {
  checksums,
  filesWith,
  makeHostToErase,
  person,
  settingsOf,
  site,
  siteMarks,
} from './host-to-erase.ts';

let root: string;
let whole: string;
/** The same with the site erased. */
let without: string;
let erased: ErasedSite;
const steps: string[] = [];
let nowMs: number;
let copies = 0;
const keeping = () => ({ nowMs, backupHours: 24, backupKeep: 7 });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'joulegate-erase-'));
  whole = join(root, 'whole');
  ({ nowMs } = await makeHostToErase(whole));
  without = await copy();
  erased = await eraseSite(site, { dataDir: without, ...keeping(), onStep: step => steps.push(step) });
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** The stopped host anew, or the one without the site. */
async function copy(of = whole): Promise<string> {
  const dir = join(root, `copy-${copies++}`);
  await cp(of, dir, { recursive: true });
  return dir;
}

const openStore = (dataDir: string) =>
  Store.open({
    dataDir,
    zone: 'Europe/Berlin',
    upkeepMs: 0,
    nowMs: () => nowMs,
    keeping: { ...keepAll, archiveAfterMonths: 1 },
  });

/** What the host answers of the other site. */
async function answers(dataDir: string): Promise<unknown> {
  const store = await openStore(dataDir);
  try {
    const range = { fromMs: 0, toMs: nowMs };
    return await Promise.all([
      store.readings({ series: 'cellar.main.powerW', ...range, points: 500 }),
      store.totals({ meter: 'cellar.main', ...range, period: 'month' }),
      store.missing({ meter: 'cellar.solar', ...range }),
      store.corrections.list('cellar.main').then(list => list.map(({ isBuilt: _, ...entry }) => entry)),
    ]);
  } finally {
    await store.close();
  }
}

test('every table of a host says what an erasure does with it', async () => {
  const tables = Object.keys(await checksums(whole));
  expect(tables.length).toBeGreaterThan(40);
  for (const table of tables) expect(() => ruleOf(table), table).not.toThrow();
});

test('of an erased site no byte is left in the data folder, and every other row is as it was', async () => {
  const [given, dataDir] = [await copy(), await copy(without)];
  const filesOf = async (dir: string) => (await readdir(placesOf(dir).archive, { recursive: true })).sort();
  const [before, told] = [await checksums(given, 'cellar'), await answers(given)];
  const archived = await filesOf(whole);
  expect((await filesWith(whole, siteMarks)).length).toBeGreaterThan(siteMarks.length);
  expect(archived.filter(name => name.endsWith('.parquet')).length).toBeGreaterThan(3);
  expect(erased).toMatchObject({ gateways: ['gwnord'], meters: 2, series: 4, copies: [], remains: [] });
  expect(erased.archiveFiles).toBeGreaterThan(3);
  expect(await filesWith(dataDir, siteMarks)).toEqual([]);
  const after = await checksums(dataDir, 'cellar');
  expect(after).toEqual(before);
  expect(await checksums(dataDir, 'gwnord')).toEqual(
    Object.fromEntries(Object.keys(before).map(table => [table, '0 0'])),
  );
  expect(await filesOf(dataDir)).toEqual(archived);
  expect(await answers(dataDir)).toEqual(told);
  // Once more with a host that ran: nothing comes back, and nothing was set aside.
  expect(await filesWith(dataDir, siteMarks)).toEqual([]);
  expect((await readdir(dataDir)).filter(name => /quarantine|restoring|replaced/.test(name))).toEqual([]);
  console.log(
    `site erased: ${erased.rowsGone} rows gone, ${Object.keys(after).length} tables of the other site equal, ${siteMarks.length} marks in plain and hex: 0 found`,
  );
});

test('rights, links and programs of several sites lose the one; the log keeps that something was done', async () => {
  const store = await openStore(await copy(without));
  const column = async (sql: string) => (await store.all(sql)).map(row => Object.values(row).join(' '));
  expect(await column('SELECT body FROM api_token ORDER BY body')).toEqual([
    '{"name":"both","scopes":["read"],"sites":["home"]}',
    '{"name":"two","scopes":["read"],"sites":["home"]}',
  ]);
  expect(await column('SELECT id, sites FROM mqtt_client')).toEqual(['reader home']);
  expect(await column('SELECT count(*) FROM share_link')).toEqual(['0']);
  expect(await column('SELECT account, roles FROM account_right ORDER BY account')).toEqual([
    'ada {"*":"admin"}',
    `${person} {"home":"viewer"}`,
  ]);
  expect(await column('SELECT id, body FROM rollout')).toEqual([
    `r1 {"by":"${person}","stages":[["cellar"]],"members":{"cellar":{}}}`,
  ]);
  expect(
    await column('SELECT number, account, action, subject, site, became FROM audit ORDER BY number'),
  ).toEqual([
    `1 ${person} site.settings (erased) (erased) null`,
    '2 ada gateway.settings cellar home 1',
    `3 ada account.create ${person}  {"roles":{"(erased)":"operator"}}`,
    '4 ada gateway.site (erased) home {"gateway":"(erased)","site":"(erased)"}',
    '5  site.erase (erased)  null',
  ]);
  expect(await column('SELECT id FROM imported')).toEqual(['2']);
  expect(await column('SELECT id FROM home_assistant')).toEqual(['ha-all']);
  await store.close();
});

test('rows that came before an erasure and those that come after it are counted once', async () => {
  const dataDir = await copy(without);
  const before = await answers(dataDir);
  const store = await openStore(dataDir);
  await store.upkeep({ isWeekOver: true });
  await store.close();
  expect(await answers(dataDir)).toEqual(before);
});

test('the first site can be erased, too, and stays as an empty one', async () => {
  const dataDir = await copy();
  const { gateways } = await eraseSite('home', { dataDir, ...keeping() });
  expect(gateways).toEqual(['cellar']);
  expect(await filesWith(dataDir, ['cellar', 'SERIAL-CELLAR'])).toEqual([]);
  const store = await openStore(dataDir);
  expect(store.series().map(({ gateway }) => gateway)).toEqual(Array(4).fill('gwnord'));
  await store.close();
});

test('of an erased person no byte is left, and what was done is by nobody who could be named', async () => {
  const dataDir = await copy();
  const before = await checksums(dataDir);
  const marks = [person, '192.0.2.77'];
  expect((await filesWith(dataDir, marks)).length).toBeGreaterThan(1);
  const { mark, hadAccount, remains } = await erasePerson(person, { dataDir, ...keeping() });
  expect([mark, hadAccount, remains]).toEqual(['(erased 1)', true, []]);
  expect(await filesWith(dataDir, marks)).toEqual([]);
  const after = await checksums(dataDir);
  const changed = Object.keys(before).filter(table => before[table] !== after[table]);
  expect(changed.sort()).toEqual(
    [
      'account',
      'account_right',
      'api_token',
      'audit',
      'correction',
      'imported',
      'rollout',
      'session',
      'session_origin',
    ].sort(),
  );
  const store = await openStore(dataDir);
  const column = async (sql: string) => (await store.all(sql)).map(row => Object.values(row).join(' '));
  expect(await column('SELECT DISTINCT who FROM correction')).toEqual([mark]);
  expect(await column('SELECT DISTINCT undoneBy FROM imported')).toEqual([mark]);
  expect(await column('SELECT name FROM account')).toEqual(['ada']);
  expect(await column(`SELECT count(*) FROM audit WHERE account = '${mark}' OR subject = '${mark}'`)).toEqual(
    ['2'],
  );
  await store.close();
  console.log(
    `person erased: ${changed.length} of ${Object.keys(before).length} tables changed, ${marks.length} marks: 0 found`,
  );
});

test('who is not there, is the last admin, or whose host runs is told, and nothing changes', async () => {
  const dataDir = await copy();
  const before = await checksums(dataDir);
  const options = { dataDir, ...keeping() };
  await expect(eraseSite('south', options)).rejects.toThrow(
    'There is no site "south"; there are home, north-4711.',
  );
  await expect(erasePerson('mallory', options)).rejects.toThrow(
    /Nobody is called "mallory" here; accounts are/,
  );
  await expect(erasePerson('ada', options)).rejects.toThrow(/ada is the last admin of this host/);
  expect(await checksums(dataDir)).toEqual(before);
  await expect(eraseSite(site, { ...options, dataDir: join(root, 'nowhere') })).rejects.toThrow(
    /no database/,
  );
});

test('a site of which Home Assistant is still told is not erased before its broker can forget it', async () => {
  const dataDir = await copy();
  const store = await openStore(dataDir);
  await store.run(`UPDATE home_assistant SET isOn = true WHERE id = 'ha-north'`);
  await store.close();
  const before = await checksums(dataDir);
  await expect(eraseSite(site, { dataDir, ...keeping() })).rejects.toThrow(
    `Home Assistant is still told of ${site} (ha-north), and its broker keeps the names of meters. Start the host, DELETE /api/v1/home-assistant/ha-north,`,
  );
  expect(await checksums(dataDir)).toEqual(before);
});

test('killed at any step, either all is there or, from the next start on, nothing of the site', async () => {
  // The last that leaves all as it was, and the first after which nothing may be left.
  const around = ['place.ready', 'place.logs'];
  expect(steps).toEqual(expect.arrayContaining([...around, 'place.archive']));
  const outcomes: string[] = [];
  for (const at of rounds(around, steps)) {
    const dataDir = await copy();
    const onStep = (step: string) => {
      if (step === at) throw new Error('killed');
    };
    await expect(eraseSite(site, { dataDir, ...keeping(), onStep })).rejects.toThrow('killed');
    await finishRestore(dataDir);
    const left = await filesWith(dataDir, siteMarks);
    const isThere = (await checksums(dataDir, 'gwnord')).meter !== '0 0';
    if (!isThere) expect(left, at).toEqual([]);
    outcomes.push(isThere ? 'all there' : 'gone');
    await rm(dataDir, { recursive: true });
  }
  expect(new Set(outcomes)).toEqual(new Set(['all there', 'gone']));
});

test('copies from before are named with their dates, or go as well where that is asked for', async () => {
  const dataDir = await copy();
  await backupCommand(dataDir, 7, () => {});
  const { backups, quarantine } = placesOf(dataDir);
  await mkdir(join(quarantine, '2026-01-01T00-00-00Z'), { recursive: true });
  await writeFile(
    join(quarantine, '2026-01-01T00-00-00Z', 'report.json'),
    JSON.stringify({ atMs: 1, kind: 'replaced', detail: 'gwnord', files: [] }),
  );
  const lines: string[] = [];
  await eraseSiteCommand(site, { dataDir, ...keeping() }, line => lines.push(line));
  expect(lines.join('\n')).toMatch(/erased site north-4711: 1 gateways, 2 meters, 4 series/);
  expect(lines.join('\n')).toMatch(/backup joulegate-.*\.duckdb, until about 2026-07-01, if the host runs/);
  expect(lines.join('\n')).toMatch(/files set aside in .*, until somebody removes it/);
  await erasePersonCommand(person, { dataDir, ...keeping(), withCopies: true }, line => lines.push(line));
  expect(lines.at(-1)).toMatch(/^no copy from before lies in the data folder/);
  expect(await readdir(backups)).toEqual([]);
  expect(await filesWith(dataDir, [...siteMarks, person])).toEqual([]);
});

test('texts that people wrote are named where they still say who it was', async () => {
  const dataDir = await copy();
  const store = await openStore(dataDir);
  await store.run('UPDATE correction SET why = ?', [`asked by ${person} at gwnord`]);
  await store.close();
  const { remains } = await erasePerson(person, { dataDir, ...keeping() });
  expect(remains).toEqual([{ place: 'correction.why', rows: 2 }]);
});

test('a host starts on what an erasure left, as if there had never been anything else', async () => {
  const dataDir = await copy(without);
  const said: string[] = [];
  const host = await startHost(settingsOf(dataDir), {
    nowMs: () => nowMs,
    log: (level, text) => said.push(`${level} ${text}`),
  });
  expect(host.store.found.outcome).toBe('clean');
  expect(host.store.archiveFaults).toEqual([]);
  expect([...new Set(host.store.series().map(({ gateway }) => gateway))]).toEqual(['cellar']);
  await host.close();
  expect(said.filter(line => !line.startsWith('info'))).toEqual([]);
  expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(dataDir, 'secrets.json'), 'utf8')).toBe(
    await readFile(join(whole, 'secrets.json'), 'utf8'),
  );
});
