import { afterAll, beforeAll, expect, it } from 'vitest';
import { siteStartMs } from '../host/api/stored-site.ts';
import { type Change, changes } from './changes.ts';
import { payloads } from './payloads.ts';
import { differing, openStage, type Stage, tableSums } from './stage.ts';

/** All 200 for every parameter take minutes on a small machine: otherwise each gets its own slice of them. */
const perParameter = process.env.JOULEGATE_FAULTS === 'long' ? payloads.length : 10;

let stage: Stage;
let sent = 0;
let parameters = 0;
const wrong: string[] = [];

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

function* slice(): Generator<string> {
  const from = (parameters++ * perParameter) % payloads.length;
  for (let index = 0; index < perParameter; index++) yield payloads[(from + index) % payloads.length] ?? '';
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

async function send(name: string, payload: string, { method, path, body }: Sent): Promise<void> {
  const number = sent++;
  const response = await stage.host.ask({
    method: method as 'POST',
    url: `/api/v1/${path}`,
    headers: { ...stage.ada.headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    // Nobody is put off for having tried before.
    remoteAddress: `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`,
  });
  const { statusCode, headers } = response;
  const isAnswer = statusCode < 500 || statusCode === 504;
  if (!isAnswer || 'x-injected' in headers || String(headers['content-type']).includes('html'))
    wrong.push(`${name} ${JSON.stringify(payload)}: ${statusCode} ${response.body.slice(0, 100)}`);
}

/** What a parameter of a reading route is where it is right. */
const right: Readonly<Record<string, string>> = {
  id: 'cellar',
  key: 'cellar.house',
  site: 'home',
  gateway: 'cellar',
  meter: 'cellar.house',
  meters: 'cellar.house',
  series: 'cellar.house.powerW',
  from: String(siteStartMs),
  to: String(siteStartMs + 600_000),
  at: String(siteStartMs + 60_000),
  period: 'day',
  name: 'joulegate-20261121T120000Z.duckdb',
  part: 'firmware.bin',
};

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: { readonly type?: string };
}

it('there are 200 of them, each once', () => {
  expect(payloads).toHaveLength(200);
});

it('nothing that stands in an address of a reading route is more than text', async () => {
  const { host, ada } = stage;
  const before = await tableSums(host);
  const { paths } = (await ada.ask('GET', '/api/docs/json')).json();
  for (const [path, item] of Object.entries<{ get?: { parameters?: Parameter[] } }>(paths)) {
    const { get } = item;
    // A stream of events does not end.
    if (get === undefined || path === '/api/v1/events') continue;
    const all = get.parameters ?? [];
    const isText = ({ schema, in: place }: Parameter) =>
      place === 'path' || !['integer', 'number', 'boolean'].includes(schema?.type ?? '');
    for (const tested of all.filter(isText)) {
      for (const payload of slice()) {
        const textFor = ({ name }: Parameter) =>
          encodeURIComponent(wellFormed(name === tested.name ? payload : (right[name] ?? 'x')));
        const query = all
          .filter(one => one.in === 'query' && (one === tested || one.required))
          .map(one => `${one.name}=${textFor(one)}`);
        const inPath = all.filter(one => one.in === 'path');
        const url = inPath.reduce((address, one) => address.replace(`{${one.name}}`, textFor(one)), path);
        await send(`GET ${path} ${tested.name}`, payload, {
          method: 'GET',
          path: `${url.replace('/api/v1/', '')}${query.length === 0 ? '' : `?${query.join('&')}`}`,
        });
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(differing(before, await tableSums(host))).toEqual([]);
  console.log(
    `${sent} injections into ${parameters} parameters of reading routes: 0 faults, all tables as before`,
  );
}, 900_000);

const wellFormed = (text: string): string =>
  text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');

/** A body with one of its texts replaced, for each of them. */
function* replaced(value: unknown, by: string, place = ''): Generator<[place: string, made: unknown]> {
  if (typeof value === 'string') yield [place, by];
  if (typeof value !== 'object' || value === null) return;
  for (const [name, field] of Object.entries(value))
    for (const [inner, made] of replaced(field, by, `${place}.${name}`))
      yield [inner, Array.isArray(value) ? value.with(Number(name), made) : { ...value, [name]: made }];
}

/** The path of a change with one of its ids replaced, for each of them. */
const pathsWith = ({ route, path }: Change, by: string): string[] => {
  const names = route.replace(/^\S+ \/api\/v1\//, '').split('/');
  const segments = path.split('/');
  return names.flatMap((name, index) =>
    name.startsWith(':') ? [segments.with(index, encodeURIComponent(wellFormed(by))).join('/')] : [],
  );
};

it('nothing that stands in a changing request changes more than what it is for', async () => {
  const { host } = stage;
  const [sentBefore, before] = [sent, parameters];
  const unrelated: string[] = [];
  let state = await tableSums(host);
  const always = ['audit', 'session', 'session_origin'];
  for (const change of changes) {
    const [method = ''] = change.route.split(' ');
    const { body, path, type, writes = [] } = change;
    if (type !== undefined || change.route === 'DELETE /api/v1/session') continue;
    for (const [index] of pathsWith(change, '').entries())
      for (const payload of slice())
        await send(change.route, payload, { method, path: pathsWith(change, payload)[index] ?? path, body });
    const places = [...replaced(body, '')].map(([place]) => place);
    for (const [index, place] of places.entries())
      for (const payload of slice()) {
        const [, made] = [...replaced(body, payload)][index] ?? [];
        await send(`${change.route} ${place}`, payload, { method, path, body: made });
      }
    if (places.length === 0 && !path.includes('/')) continue;
    const now = await tableSums(host);
    unrelated.push(
      ...differing(state, now)
        .filter(table => ![...always, ...writes].includes(table))
        .map(table => `${change.route}: ${table}`),
    );
    state = now;
  }
  expect(wrong).toEqual([]);
  expect(unrelated).toEqual([]);
  expect('polluted' in {}).toBe(false);
  console.log(
    `${sent - sentBefore} injections into ${parameters - before} parameters of changing routes: 0 faults, all tables but the routes' own as before`,
  );
}, 900_000);
