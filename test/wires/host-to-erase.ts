import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { millionths, openEndS } from '../../host/corrections/types.ts';
import { type Host, startHost } from '../../host/main.ts';
import type { HostSettings } from '../../host/settings.ts';
import { placesOf } from '../../host/store/recovery-files.ts';
import { batchOf } from '../host/store/memory-store.ts';
import { aDayMs, monthsOfWindows } from '../host/store/months-of-windows.ts';

export const site = 'north-4711';
export const person = 'eve.marked';
/** What may be found nowhere once the site is erased. */
export const siteMarks = [site, 'gwnord', 'Nordlicht', 'nordmeter', 'SERIAL-NORD', 'tarif-nord', 'nord.csv'];
const t0 = Date.UTC(2026, 3, 1);

export interface HostToErase {
  readonly dataDir: string;
  /** The instant at which the host was stopped. */
  readonly nowMs: number;
}

/** Of the host that is made, and of who starts it again. */
export const settingsOf = (dataDir: string): HostSettings => ({
  dataDir,
  httpHost: '127.0.0.1',
  httpPort: 0,
  mqttHost: '127.0.0.1',
  mqttPort: 0,
  zone: 'Europe/Berlin',
  backupHours: 0,
  archiveAfterMonths: 1,
});

/** A host with two sites of months of windows, partly in the archive, and people who did things at both; stopped. */
export async function makeHostToErase(dataDir: string): Promise<HostToErase> {
  const clock = { nowMs: t0 };
  const host = await startHost(settingsOf(dataDir), { nowMs: () => clock.nowMs });
  try {
    await host.auth.accounts.create('ada', 'a long enough password', { '*': 'admin' });
    await host.auth.accounts.create(person, 'another long password', { [site]: 'operator', home: 'viewer' });
    await host.store.run('INSERT INTO site_book VALUES (?, 3, ?)', [
      site,
      JSON.stringify({ name: 'Haus Nordlicht', meters: { 'gwnord.nordmeter': {} }, tariff: 'tarif-nord' }),
    ]);
    for (const [gateway, of] of [
      ['gwnord', site],
      ['cellar', 'home'],
    ] as const) {
      await host.auth.credentials.issue(gateway);
      await host.store.run('INSERT INTO gateway_site VALUES (?, ?)', [gateway, of]);
      await host.store.run(`INSERT INTO gateway VALUES (?, ?, NULL, NULL, NULL, ${t0})`, [
        gateway,
        JSON.stringify({ id: gateway, wifi: { ssid: `${of}-wifi` } }),
      ]);
    }
    await fill(host, clock);
    await say(host);
  } finally {
    await host.close();
  }
  return { dataDir, nowMs: clock.nowMs };
}

async function fill({ store }: Host, clock: { nowMs: number }): Promise<void> {
  for (let day = 0; day < 84; day += 14) {
    clock.nowMs = t0 + (day + 14) * aDayMs;
    const windows = monthsOfWindows(t0 + day * aDayMs, 14, undefined, 900, 150).flatMap(record => [
      { gateway: 'cellar', record },
      { gateway: 'gwnord', record: { ...record, meter: record.meter === 'main' ? 'nordmeter' : 'solar' } },
    ]);
    const watermarks = ['cellar', 'gwnord'].map(gateway => ({
      gateway,
      epoch: '00000000000000aa',
      sequence: windows.length + day,
    }));
    await store.commit(batchOf(store, { windows, watermarks, nowS: clock.nowMs / 1000 }));
    await store.upkeep({ isWeekOver: day < 70 });
  }
  await store.upkeep();
  const meters = await store.all('SELECT number, gateway FROM meter');
  for (const { number, gateway } of meters)
    await store.run('INSERT INTO meter_serial VALUES (?, 1, ?)', [
      number ?? 0,
      gateway === 'gwnord' ? 'SERIAL-NORD' : 'SERIAL-CELLAR',
    ]);
}

/** Corrections, imports, an audit log, rights, links and roll-outs. */
async function say({ store, auth }: Host): Promise<void> {
  const none = { factorMillionths: millionths, offset: 0, before: 0, after: 0 };
  for (const meter of ['cellar.main', 'gwnord.nordmeter'])
    await store.corrections.make(
      { meter, series: null },
      { ...none, kind: 'exclude', fromS: t0 / 1000, toS: Math.min(openEndS, t0 / 1000 + 3600) },
      { who: person, atMs: t0, why: 'the meter was being mounted' },
    );
  const series = await store.all(
    'SELECT series.number AS number, gateway FROM series JOIN meter ON meter.number = series.meter',
  );
  for (const [id, gateway, file] of [
    [1, 'gwnord', 'nord.csv'],
    [2, 'cellar', 'cellar.csv'],
  ] as const) {
    await store.run(`INSERT INTO imported VALUES (?, 1, ${t0}, ?, 'old values', ?, 0, NULL, ?)`, [
      id,
      person,
      file,
      person,
    ]);
    for (const { number } of series.filter(each => each.gateway === gateway))
      await store.run('INSERT INTO imported_series VALUES (?, ?, 1, 1, 2)', [id, number ?? 0]);
  }
  const entry = 'INSERT INTO audit VALUES (?, 1, ?, ?, NULL, ?, ?, ?, ?, ?, ?)';
  const wifi = JSON.stringify({ name: 'Haus Nordlicht' });
  await store.run(entry, [1, person, 'account', '192.0.2.77', 'site.settings', site, site, 'null', wifi]);
  await store.run(entry, [
    2,
    'ada',
    'account',
    '192.0.2.1',
    'gateway.settings',
    'cellar',
    'home',
    'null',
    '1',
  ]);
  const roles = JSON.stringify({ roles: { [site]: 'operator' } });
  await store.run(entry, [3, 'ada', 'account', null, 'account.create', person, null, 'null', roles]);
  const moved = JSON.stringify({ gateway: 'gwnord', site });
  await store.run(entry, [4, 'ada', 'account', null, 'gateway.site', 'gwnord', 'home', 'null', moved]);
  await auth.sessions.begin(person, { address: '192.0.2.77', agent: 'a browser of eve.marked' });
  await auth.apiTokens.secrets.make(person, t0 + aDayMs * 300, {
    name: 'both',
    scopes: ['read'],
    sites: [site, 'home'],
  });
  await auth.apiTokens.secrets.make('ada', t0 + aDayMs * 300, {
    name: 'north',
    scopes: ['read'],
    sites: [site],
  });
  await auth.apiTokens.secrets.make('ada', t0 + aDayMs * 300, {
    name: 'two',
    scopes: ['read'],
    sites: [site, 'home'],
  });
  await auth.shares.secrets.make('ada', t0 + aDayMs * 300, { name: 'link', site, view: '#/', meters: null });
  await auth.mqttClients.make({ id: 'reader', sites: [site, 'home'], mayWrite: false });
  await auth.mqttClients.make({ id: 'reader-north', sites: [site], mayWrite: false });
  for (const [id, of, name] of [
    ['ha-all', null, 'all sites'],
    ['ha-north', site, 'Haus Nordlicht'],
  ] as const)
    await store.run(`INSERT INTO home_assistant VALUES (?, 'home-assistant', ?, ?, false, '{}', '', 1)`, [
      id,
      name,
      of,
    ]);
  const rollout = (gateways: string[]) =>
    JSON.stringify({
      by: person,
      stages: [gateways],
      members: Object.fromEntries(gateways.map(id => [id, {}])),
    });
  await store.run('INSERT INTO rollout VALUES (?, 1, ?)', ['r1', rollout(['cellar', 'gwnord'])]);
  await store.run('INSERT INTO rollout VALUES (?, 1, ?)', ['r2', rollout(['gwnord'])]);
}

/** Files below a folder in which one of the words stands: plain, in base64 or in hex. */
export async function filesWith(dir: string, words: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const forms = words.flatMap(word => [Buffer.from(word), Buffer.from(Buffer.from(word).toString('hex'))]);
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    for (const form of forms) if (bytes.includes(form)) found.push(`${path}: ${form.toString()}`);
  }
  return found;
}

/** Rows and sums of their hashes of each table of a stopped host, of all rows or of those of a gateway's series and meters. */
export async function checksums(dataDir: string, gateway?: string): Promise<Record<string, string>> {
  const instance = await DuckDBInstance.create(placesOf(dataDir).database, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    const all = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
    const sums: Record<string, string> = {};
    const columns = await all(
      'SELECT table_name, list(column_name)::VARCHAR FROM duckdb_columns() WHERE NOT internal AND table_name IN (SELECT table_name FROM duckdb_tables()) GROUP BY ALL',
    );
    for (const [name, list] of columns) {
      const has = (column: string) => new RegExp(`[[ ]${column}[,\\]]`).test(String(list));
      const where = whereOf(has, gateway);
      if (where === undefined) continue;
      const [row] = await all(
        `SELECT count(*)::VARCHAR || ' ' || coalesce(sum(hash(t)), 0)::VARCHAR FROM "${String(name)}" AS t WHERE ${where}`,
      );
      sums[String(name)] = String(row?.[0]);
    }
    return sums;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function whereOf(has: (column: string) => boolean, gateway: string | undefined): string | undefined {
  if (gateway === undefined) return 'true';
  const meters = `SELECT number FROM meter WHERE gateway = '${gateway}'`;
  if (has('series')) return `series IN (SELECT number FROM series WHERE meter IN (${meters}))`;
  // Where both are told the meter is by its own name, as people and gateways know it.
  if (has('gateway')) return `gateway = '${gateway}'`;
  return has('meter') ? `meter IN (${meters})` : undefined;
}
