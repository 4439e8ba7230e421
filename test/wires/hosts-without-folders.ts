import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a host says of its connectors while some of their folders are gone. */
export interface WithoutFolders {
  readonly gone: readonly string[];
  readonly kinds: readonly string[];
  /** By the kind of each source that was stored, whose id is the same: why it does not run. */
  readonly faults: Readonly<Record<string, string | null>>;
  /** The answer to a reading for the source of the kind `http`, and windows of it on disk before and after. */
  readonly sent: { readonly status: number; readonly before: number; readonly after: number };
}

/**
 * Starts the built host some times, each time without some folders of connectors, on a database with a source of every kind, and says
 * a line of JSON for each: `node hosts-without-folders.js PACKAGE FOLDER`. Each folder is gone from two of the hosts, and no two
 * folders from the same two: so for each there is a host without it that has any other. One process loads them all: each is a
 * copy of the host with modules of its own, and what is not the host's is loaded once.
 */
const [packageDir = '', folder = ''] = process.argv.slice(2);
const built = join(packageDir, 'dist');
const connectors = join(built, 'host/connectors');
const folders = (await readdir(connectors, { withFileTypes: true })).filter(entry => entry.isDirectory());
const dataDir = join(folder, 'data');
const sender = { token: '' };

type HostModule = typeof import('../../host/main.ts');
type RunningHost = Awaited<ReturnType<HostModule['startHost']>>;

async function copyWithout(gone: readonly string[], name: string): Promise<string> {
  const place = join(folder, name);
  await mkdir(join(place, 'dist'), { recursive: true });
  for (const same of ['package.json', 'node_modules', 'dist/firmware', 'dist/web'])
    await symlink(join(packageDir, same), join(place, same));
  const paths = new Set(gone.map(each => join(connectors, each)));
  const filter = (path: string) => !paths.has(path);
  await cp(join(built, 'host'), join(place, 'dist/host'), { recursive: true, filter });
  return join(place, 'dist/host');
}

const moduleIn = (host: string, name: string) => import(pathToFileURL(join(host, name)).href);

async function start(host: string): Promise<RunningHost> {
  const { startHost }: HostModule = await moduleIn(host, 'main.js');
  return startHost({
    dataDir,
    httpHost: '127.0.0.1',
    httpPort: 0,
    mqttHost: '127.0.0.1',
    mqttPort: 0,
    zone: 'Europe/Berlin',
    backupHours: 0,
  });
}

/** A source of each kind, as on disk: where nobody filled them in their settings are wrong, which their kind has to say. */
async function setUp(host: string, { store, auth }: RunningHost): Promise<void> {
  const { SealedTable }: typeof import('../../host/set-up/sealed-table.ts') = await moduleIn(
    host,
    'set-up/sealed-table.js',
  );
  const { Secrets }: typeof import('../../host/secrets/secrets.ts') = await moduleIn(
    host,
    'secrets/secrets.js',
  );
  const table = await SealedTable.open('connector', store, await Secrets.open({ dataDir }));
  for (const { name: kind } of folders) {
    const settings =
      kind === 'http' ? { meters: [{ id: 'sent', name: 'Sent', everyS: 10 }] } : { is: 'wrong' };
    await table.save({ id: kind, kind, name: kind, site: null, isOn: true, settings, createdMs: 0 });
  }
  await auth.accounts.create('ada', 'a long enough password', { '*': 'admin' });
  const made = await auth.apiTokens.secrets.make('ada', Date.now() + 86_400_000, {
    name: 'logger',
    scopes: ['ingest'],
    sites: ['*'],
  });
  sender.token = made?.secret ?? '';
}

async function windowsSent({ store }: RunningHost): Promise<number> {
  const [row] = await store.all(
    `SELECT count(*)::INTEGER AS windows FROM gauge JOIN series ON series.number = gauge.series
     JOIN meter ON meter.number = series.meter WHERE meter.id = 'sent'`,
  );
  return Number(row?.windows);
}

async function look(gone: readonly string[], host: RunningHost): Promise<WithoutFolders> {
  const before = await windowsSent(host);
  const answer = await fetch(`${host.url}/api/v1/readings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sender.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ connector: 'http', meter: 'sent', at: nextMs(), values: { powerW: 100 } }),
  });
  await answer.text();
  return {
    gone,
    kinds: [...host.connectors.kinds.keys()],
    faults: Object.fromEntries(host.connectors.list().map(({ id, fault }) => [id, fault ?? null])),
    sent: { status: answer.status, before, after: await windowsSent(host) },
  };
}

/** A window after the other, all of them in the hour that is over. */
let windows = 0;
const firstMs = Math.floor(Date.now() / 10_000) * 10_000 - 3_600_000;
const nextMs = () => firstMs + 10_000 * windows++;

let count = 2;
while ((count * (count - 1)) / 2 < folders.length) count++;
const gone = Array.from({ length: count }, (): string[] => []);
const pairs = gone.flatMap((one, first) => gone.slice(first + 1).map(other => [one, other]));
for (const [index, { name }] of folders.entries()) for (const host of pairs[index] ?? []) host.push(name);

for (const [index, names] of gone.entries()) {
  const place = await copyWithout(names, `host-${index}`);
  if (index === 0) {
    const empty = await start(place);
    await setUp(place, empty);
    await empty.close();
  }
  const host = await start(place);
  process.stdout.write(`${JSON.stringify(await look(names, host))}\n`);
  await host.close();
}
