import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cookieOf,
  type HostUnderTest,
  password,
  startHostUnderTest,
  user,
} from '../host/api/host-under-test.ts';
import { type Person, personWith } from '../host/api/signed-in.ts';
import { storeSite } from '../host/api/stored-site.ts';
import { putImage, testKey } from '../host/firmware/signed-image.ts';

/** A host with something of everything, and its admin: what attacks are tried on. */
export interface Stage {
  readonly host: HostUnderTest;
  readonly ada: Person;
  /** Of a signed image. */
  readonly image: string;
  readonly dataDir: string;
  close(): Promise<void>;
}

/** What stands in files beside those that the host gives out. */
export const outside = 'nobody may read this over the network';

/** Everything is real, the database in a folder of its own; commands are given up at once. */
export async function openStage(): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-security-'));
  const firmwareFolder = join(dataDir, 'images');
  const image = putImage(firmwareFolder, { version: '9.9.9', key: testKey() });
  const webDir = join(dataDir, 'web');
  await mkdir(join(webDir, 'assets'), { recursive: true });
  await writeFile(join(webDir, 'index.html'), '<!doctype html><title>Joulegate</title>');
  await writeFile(join(webDir, 'assets', 'main.js'), '');
  for (const place of [dataDir, firmwareFolder]) await writeFile(join(place, 'outside.txt'), outside);
  const host = await startHostUnderTest({ dataDir, firmwareFolder, webDir, commandTimeoutMs: 20 });
  const body = { code: host.auth.setupCode.renew(), user, password };
  const response = await host.ask({ method: 'POST', url: '/api/v1/setup', body });
  const ada = personWith(host, { cookie: cookieOf(response) });
  await storeSite(host);
  await host.sites.create('barn', 'The barn');
  return {
    host,
    ada,
    image,
    dataDir,
    async close() {
      await host.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Every route of the server as `METHOD /path`, from its own routing tree; HEAD goes with GET. */
export function routesOf({ api }: HostUnderTest): string[] {
  const routes: string[] = [];
  const parents: string[] = [];
  for (const line of api.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', path = '', methods = ''] =
      /^([│ ]*)[├└]── ([^ ]+)(?: \(([^)]*)\))?/.exec(line) ?? [];
    parents.splice(indent.length / 4, parents.length, path);
    for (const method of methods.split(', ').filter(name => name !== '' && name !== 'HEAD'))
      routes.push(`${method} ${`/${parents.join('').replace(/\*$/, '/*')}`.replace(/\/+/g, '/')}`);
  }
  return routes;
}

/** Rows and a sum over all cells of each table: two states of the database are the same where these are. */
export async function tableSums({ store }: HostUnderTest): Promise<ReadonlyMap<string, string>> {
  const tables = await store.all('SELECT table_name AS name FROM duckdb_tables() ORDER BY ALL');
  const sums = new Map<string, string>();
  for (const { name } of tables) {
    const [row] = await store.all(
      `SELECT count(*) || ':' || coalesce(sum(hash(kept)), 0) AS sum FROM "${String(name)}" AS kept`,
    );
    sums.set(String(name), String(row?.sum));
  }
  return sums;
}

/** Tables in which two states differ, those that came or went among them. */
export const differing = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] =>
  [...new Set([...one.keys(), ...other.keys()])].filter(name => one.get(name) !== other.get(name));
