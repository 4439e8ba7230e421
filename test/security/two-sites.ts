import type { Response } from 'light-my-request';
import type { SiteRoles } from '../../host/auth/roles.ts';
import type { HostUnderTest } from '../host/api/host-under-test.ts';
import { bearer, type Person, personOf, personWith } from '../host/api/signed-in.ts';
import { siteStartMs } from '../host/api/stored-site.ts';
import { batchOf } from '../host/store/memory-store.ts';
import type { Stage } from './stage.ts';

/** Ids of one thing of each kind at a site; of a place that is not there, ids that nothing has. */
export interface Place {
  readonly site: string;
  readonly gateway: string;
  readonly meter: string;
  readonly correction: string;
  readonly importId: string;
  readonly rollout: string;
  readonly pairing: string;
  readonly user: string;
  readonly share: string;
  readonly token: string;
  readonly client: string;
}

/** Two sites with the same of everything, and people with each role at them. */
export interface TwoSites {
  readonly home: Place;
  readonly barn: Place;
  readonly nowhere: Place;
  readonly people: {
    readonly viewer: Person;
    readonly operator: Person;
    readonly admin: Person;
    /** viewer at `home`, admin at `barn`. */
    readonly mixed: Person;
    /** Of the admin of the barn: a token for all that they may, and a link to all of the site. */
    readonly token: Person;
    readonly link: Person;
    /** A link to one meter of the barn. */
    readonly narrowLink: Person;
  };
  /** A file that the admin of the barn has sent. */
  readonly file: string;
}

/** What every text that belongs to `home` alone has in it, and none of another site. */
export const marks = ['cellar', 'homemark', 'hanna'];

const csv = 'time,power\n2026-01-01T00:00:00Z,100\n2026-01-01T00:01:00Z,110\n';
export const importOf = (file: string, meter: string) => ({
  file,
  time: { columns: ['time'], format: 'iso' },
  columns: [{ column: 'power', meter, quantity: 'powerW' }],
  windowS: 60,
});

const okay = (response: Response): Response => {
  if (response.statusCode >= 300) throw new Error(`${response.statusCode}: ${response.body}`);
  return response;
};
const idOf = (response: Response): string => String(okay(response).json().id);

export async function sendFile(host: HostUnderTest, { headers }: Person): Promise<string> {
  const sent = await host.ask({
    method: 'POST',
    url: '/api/v1/imports/files?name=a.csv',
    headers: { ...headers, 'content-type': 'text/csv' },
    body: csv,
  });
  return idOf(sent);
}

/** Makes the site of a stage's gateway `cellar` and another one alike. */
export async function makeTwoSites(stage: Stage): Promise<TwoSites> {
  const { host, ada } = stage;
  await storeBarn(host);
  const home = await furnish(stage, { site: 'home', gateway: 'cellar', user: 'hanna', admin: 'hanno' });
  const barn = await furnish(stage, { site: 'barn', gateway: 'stable', user: 'bertha', admin: 'berthold' });
  const person = (user: string, roles: SiteRoles) => personOf(host, user, roles);
  const { token } = await host.auth.sessions.begin('berthold');
  const admin = personWith(host, { cookie: `joulegate=${token}` });
  const expiresMs = host.clock.nowMs + 30 * 86_400_000;
  const wanted = { name: 'all', scopes: ['read', 'operate', 'manage', 'metrics'], sites: ['*'], expiresMs };
  const program = okay(await admin.ask('POST', '/api/v1/tokens', wanted)).json();
  const linkTo = async (meters: readonly string[] | null) => {
    const body = { name: 'link', site: 'barn', view: '#/overview', meters, expiresMs };
    const made = okay(await admin.ask('POST', '/api/v1/shares', body)).json();
    return personWith(host, { cookie: `joulegate=${made.share}` });
  };
  okay(
    await ada.ask('PUT', '/api/v1/sites/home', { version: 0, name: 'homemark', meters: {}, tariff: null }),
  );
  return {
    home,
    barn,
    nowhere: {
      site: 'zzzz',
      gateway: 'xxxxxx',
      meter: 'xxxxxx.house',
      correction: '700001',
      importId: '700002',
      rollout: '00000000-0000-4000-8000-000000000000',
      pairing: '0123456789abcdef',
      user: 'yyyyy',
      share: '0123456789abcde0',
      token: '0123456789abcde1',
      client: 'xxxxxx-app',
    },
    people: {
      viewer: await person('vera', { barn: 'viewer' }),
      operator: await person('otto', { barn: 'operator' }),
      admin,
      mixed: await person('mia', { home: 'viewer', barn: 'admin' }),
      token: bearer(host, program.token),
      link: await linkTo(null),
      narrowLink: await linkTo(['stable.house']),
    },
    file: await sendFile(host, admin),
  };
}

/** One of everything, by the site's own admin where it tells who made it. */
async function furnish(
  { host, ada }: Stage,
  { site, gateway, user, admin: adminName }: Pick<Place, 'site' | 'gateway' | 'user'> & { admin: string },
): Promise<Place> {
  const admin = await personOf(host, adminName, { [site]: 'admin' });
  await personOf(host, user, { [site]: 'viewer' });
  const post = (path: string, body: object) => admin.ask('POST', `/api/v1/${path}`, body);
  const meter = `${gateway}.house`;
  const expiresMs = host.clock.nowMs + 30 * 86_400_000;
  const why = `${gateway} was wrong`;
  const at = siteStartMs;
  const place = {
    site,
    gateway,
    meter,
    user,
    correction: idOf(
      await post('corrections', { meter, kind: 'exclude', fromMs: at, toMs: at + 20_000, why }),
    ),
    importId: idOf(
      await post('imports', { ...importOf(await sendFile(host, admin), `${gateway}.old`), why }),
    ),
    rollout: idOf(await post('rollouts', { gateways: [gateway], settings: { lines: [], meters: [] } })),
    pairing: idOf(await post('pairings', { gateway: `${gateway}-2` })),
    share: idOf(await post('shares', { name: gateway, site, view: '#/overview', meters: null, expiresMs })),
    token: idOf(await post('tokens', { name: gateway, scopes: ['read'], sites: [site], expiresMs })),
    client: idOf(await post('mqtt-clients', { id: `${gateway}-app`, sites: [site], mayWrite: false })),
  };
  host.fleet.alarms.take(gateway, {
    v: 1,
    id: `${gateway}-hot`,
    meter: 'house',
    quantity: 'powerW',
    isOn: true,
    value: 1,
    atMs: at,
  });
  okay(await ada.ask('GET', `/api/v1/gateways/${gateway}`));
  return place;
}

/** The gateway `stable` with the same meter as `cellar` has, at the site `barn`. */
async function storeBarn({ store, fleet, sites }: HostUnderTest): Promise<void> {
  await sites.move('stable', 'barn');
  const windows = Array.from({ length: 60 }, (_, index) => ({
    gateway: 'stable',
    record: {
      meter: 'house',
      startMs: siteStartMs + index * 10_000,
      windowS: 10,
      clock: 'synced' as const,
      values: [
        { quantity: 'powerW' as const, samples: 10, mean: 7000, min: 6999, max: 7001, last: 7000 },
        { quantity: 'energyImportWh' as const, samples: 10, last: 9000 + index * 20 },
      ],
      failures: [],
    },
  }));
  const watermarks = [{ gateway: 'stable', epoch: '0123456789abcdef', sequence: 60 }];
  await store.commit(batchOf(store, { windows, watermarks, losses: [] }));
  const { about, health } = fleet.gateway('cellar') ?? {};
  await fleet.register('stable');
  fleet.connection('stable', true);
  if (about) fleet.about('stable', { ...about, meters: about.meters.filter(({ id }) => id === 'house') });
  if (health) fleet.health('stable', health);
}
