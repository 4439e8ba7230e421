import { readdir } from 'node:fs/promises';
import { startHost } from '../../host/main.ts';
import { Secrets } from '../../host/secrets/secrets.ts';
import { SealedTable } from '../../host/set-up/sealed-table.ts';
import { Store } from '../../host/store/store.ts';

/** What a host says of its connectors. */
export interface SaidOfConnectors {
  readonly kinds: readonly string[];
  /** Those that its API offers. */
  readonly offered: readonly string[];
  /** By the kind of each source that was stored, whose id is the same: why it does not run. */
  readonly faults: Readonly<Record<string, string | null>>;
  /** By each kind: what the API says of a source of it with settings that are wrong for every kind. */
  readonly refusals: Readonly<Record<string, { readonly code: string; readonly field?: string }>>;
  /** The answer to a reading for the source of the kind `http`, and windows of it on disk before and after. */
  readonly sent: { readonly status: number; readonly before: number; readonly after: number };
}

/**
 * Starts a host, in a copy without some folders of connectors, and says a line of JSON: `node host-without-folders.js DATA KINDS`. KINDS is a
 * list of all kinds with commas between them: where DATA is empty a source of each is stored there before.
 */
const [dataDir = '', kinds = ''] = process.argv.slice(2);
const zone = 'Europe/Berlin';
const isNew = (await readdir(dataDir)).length === 0;
if (isNew) {
  const before = await Store.open({ dataDir, zone, upkeepMs: 0 });
  const table = await SealedTable.open('connector', before, await Secrets.open({ dataDir }));
  for (const kind of kinds.split(',')) {
    // Where nobody filled them in they are wrong, which their kind has to say.
    const settings =
      kind === 'http' ? { meters: [{ id: 'sent', name: 'Sent', everyS: 10 }] } : { is: 'wrong' };
    await table.save({ id: kind, kind, name: kind, site: null, isOn: true, settings, createdMs: 0 });
  }
  await before.close();
}
const host = await startHost({
  dataDir,
  httpHost: '127.0.0.1',
  httpPort: 0,
  mqttHost: '127.0.0.1',
  mqttPort: 0,
  zone,
  backupHours: 0,
});
if (isNew) await host.auth.accounts.create('ada', 'a long enough password', { '*': 'admin' });

const { store, connectors, auth, url } = host;
const token = await auth.apiTokens.secrets.make('ada', Date.now() + 86_400_000, {
  name: 'logger',
  scopes: ['ingest', 'manage'],
  sites: ['*'],
});
const headers = { authorization: `Bearer ${token?.secret}`, 'content-type': 'application/json' };
const ask = async <T>(path: string, body?: object): Promise<T> => {
  const more = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return (await (await fetch(`${url}/api/v1/${path}`, { headers, ...more })).json()) as T;
};
const offered = await ask<readonly { id: string }[]>('connectors/kinds');
const refusals: Record<string, SaidOfConnectors['refusals'][string]> = {};
for (const kind of kinds.split(',')) {
  const settings = { is: 'wrong' };
  refusals[kind] = await ask('connectors', { id: `new-${kind}`, kind, name: kind, settings });
}

async function windowsSent(): Promise<number> {
  const [row] = await store.all(
    `SELECT count(*)::INTEGER AS windows FROM gauge JOIN series ON series.number = gauge.series
     JOIN meter ON meter.number = series.meter WHERE meter.id = 'sent'`,
  );
  return Number(row?.windows);
}

const before = await windowsSent();
// Each host sends the next window, all of them in the hour that is over.
const at = Math.floor(Date.now() / 10_000) * 10_000 - 3_600_000;
const answer = await fetch(`${url}/api/v1/readings`, {
  method: 'POST',
  headers,
  body: JSON.stringify({ connector: 'http', meter: 'sent', at: at + before * 10_000, values: { powerW: 1 } }),
});
await answer.text();
const said: SaidOfConnectors = {
  kinds: [...connectors.kinds.keys()],
  offered: offered.map(({ id }) => id),
  faults: Object.fromEntries(connectors.list().map(({ id, fault }) => [id, fault?.message ?? null])),
  refusals,
  sent: { status: answer.status, before, after: await windowsSent() },
};
await host.close();
process.stdout.write(`${JSON.stringify(said)}\n`);
