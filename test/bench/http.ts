import { createServer } from 'node:http';
import { binaryType } from '../../host/api/chart-binary.ts';
import type { ApiParts } from '../../host/api/routes.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from '../host/api/host-under-test.ts';
import { siteStartMs, storeWindows } from '../host/api/stored-site.ts';
import { CalledProcess } from './calls.ts';
import type { ClientCalls } from './http-client.ts';
import { median, pause, rounded } from './numbers.ts';

const points = 2000;
const windowMs = 10_000;
const windows = 6000;
/** The day before, so that all of them are past. */
const startMs = siteStartMs - 24 * 3_600_000;
const connections = 16;
const warmUpMs = 1500;
const roundMs = 1000;
const rounds = 3;
const eventClients = 1000;
const eventsPerSecond = 10;
const eventsForMs = 6000;

type Client = CalledProcess<ClientCalls>;
type Headers = Readonly<Record<string, string>>;

interface Place {
  readonly port: number;
  readonly cookie: string;
}

/** A host with some hours of one meter, closed ranges of 2,000 points and more. */
async function startFilled(
  chartCache: NonNullable<ApiParts['chartCache']> = {},
): Promise<{ host: HostUnderTest; place: Place }> {
  const host = await startHostUnderTest({ chartCache });
  const cookie = await signInFirst(host);
  for (let from = 0; from < windows; from += 1000) {
    const to = from + 1000;
    await storeWindows(host, { meter: 'house', startMs, from, to, sequence: to });
  }
  const { port } = new URL(await host.api.listen({ host: '127.0.0.1', port: 0 }));
  return { host, place: { port: Number(port), cookie } };
}

const request = ({ cookie }: Place, path: string, headers: Headers = {}): string =>
  [
    `GET ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    `cookie: ${cookie}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');

/** 2,000 points, from the window of that number on. */
const chart = (window: number): string => {
  const from = startMs + window * windowMs;
  return `/api/v1/readings?series=cellar.house.powerW&from=${from}&to=${from + points * windowMs}&points=${points}`;
};

/** Requests per second of wall time, median of the rounds, and per second of processor time of the host. */
async function rate(client: Client, { port }: Place, requests: readonly string[], status = '200 OK') {
  const once = async (forMs: number) => {
    const from = process.cpuUsage();
    const startMs = performance.now();
    const asked = await client.call('ask', { port, requests, connections, forMs });
    const seconds = (performance.now() - startMs) / 1000;
    const { user, system } = process.cpuUsage(from);
    const given = asked.statuses.join();
    if (given !== `HTTP/1.1 ${status}`) throw new Error(`${given} instead of ${status}`);
    return { ...asked, perS: asked.answers / seconds, perCoreS: asked.answers / ((user + system) / 1e6) };
  };
  await once(warmUpMs);
  const measured = [];
  for (let round = 0; round < rounds; round++) measured.push(await once(roundMs));
  return {
    perS: Math.round(median(measured.map(({ perS }) => perS))),
    perCoreS: Math.round(median(measured.map(({ perCoreS }) => perCoreS))),
    kb: rounded((measured[0]?.bytes ?? 0) / 1024),
  };
}

interface Case {
  readonly name: string;
  readonly path?: string;
  readonly headers?: Headers;
  readonly status?: string;
}

const binary = { accept: binaryType };
const gzip = { 'accept-encoding': 'gzip' };

/** By what of them the host may keep. */
const suites: readonly { readonly cache: ApiParts['chartCache']; readonly cases: readonly Case[] }[] = [
  {
    cache: { bodyBytes: 0 },
    cases: [
      { name: 'session', path: '/api/v1/session' },
      { name: 'json' },
      { name: 'binary', headers: binary },
    ],
  },
  {
    cache: { bodyBytes: 0, columnBytes: 0 },
    cases: [{ name: 'jsonFromStore' }, { name: 'binaryFromStore', headers: binary }],
  },
  {
    cache: {},
    cases: [
      { name: 'jsonKept' },
      { name: 'jsonKeptGzip', headers: gzip },
      { name: 'binaryKept', headers: binary },
      { name: 'binaryKeptGzip', headers: { ...binary, ...gzip } },
      { name: 'notModified', headers: { 'if-none-match': '*' }, status: '304 Not Modified' },
    ],
  },
];

/** Charts as they are asked for: from columns in memory, from the store, and kept. */
async function charts(client: Client, isWanted: (name: string) => boolean): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const { cache = {}, cases } of suites) {
    const wanted = cases.filter(({ name }) => isWanted(name));
    if (wanted.length === 0) continue;
    const { host, place } = await startFilled(cache);
    try {
      for (const { name, path, headers, status } of wanted) {
        const isNew = cache.columnBytes === 0;
        const paths = path ? [path] : Array.from({ length: isNew ? 500 : 1 }, (_, index) => chart(index * 7));
        const asked = paths.map(each => request(place, each, headers));
        const { perS, perCoreS, kb } = await rate(client, place, asked, status);
        console.log(`${name}: ${perS}/s, ${perCoreS}/s of a core, ${kb} kB`);
        Object.assign(figures, { [`${name}PerS`]: perS, [`${name}PerCoreS`]: perCoreS, [`${name}Kb`]: kb });
      }
    } finally {
      await host.close();
    }
  }
  return figures;
}

/** Node's own server with the same bytes and nothing else: what no host can be faster than here and now. */
async function bare(client: Client): Promise<Record<string, number>> {
  const bytes = Buffer.alloc(40 * 1024, 'x');
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': binaryType, 'content-length': bytes.length });
    response.end(bytes);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const place = { port, cookie: 'none' };
    const { perS, perCoreS, kb } = await rate(client, place, [request(place, '/')]);
    console.log(`bareNode: ${perS}/s, ${perCoreS}/s of a core, ${kb} kB`);
    return { bareNodePerS: perS, bareNodePerCoreS: perCoreS };
  } finally {
    server.close();
  }
}

/** A thousand pages that look at the same house. */
async function live(client: Client): Promise<Record<string, number>> {
  const { host, place } = await startFilled();
  try {
    const { port } = place;
    const stream = request(place, '/api/v1/events', { accept: 'text/event-stream' });
    await client.call('listen', { port, request: stream, clients: eventClients });
    await pause(500);
    await client.call('heard', null);
    const send = () =>
      host.events.emit({
        type: 'live',
        gateway: 'cellar',
        meters: {
          house: {
            atMs: performance.timeOrigin + performance.now(),
            values: { powerW: 1234.5, voltageL1V: 230.1, currentL1A: 5.365, frequencyHz: 50.01 },
          },
        },
      });
    const from = process.cpuUsage();
    const startMs = performance.now();
    let sent = 0;
    while (performance.now() - startMs < eventsForMs) {
      send();
      sent++;
      await pause(startMs + (sent * 1000) / eventsPerSecond - performance.now());
    }
    const { user, system } = process.cpuUsage(from);
    const seconds = (performance.now() - startMs) / 1000;
    await pause(500);
    const heard = await client.call('heard', null);
    if (heard.events !== sent * eventClients) {
      throw new Error(`${heard.events} of ${sent * eventClients} events came`);
    }
    await client.call('hangUp', null);
    return {
      eventClients,
      eventsPerSecond: rounded(sent / seconds),
      eventP50Ms: rounded(heard.p50Ms),
      eventP99Ms: rounded(heard.p99Ms),
      eventMaxMs: rounded(heard.maxMs),
      eventCores: rounded((user + system) / 1e6 / seconds, 2),
    };
  } finally {
    await host.close();
  }
}

/**
 * The API over sockets: charts of 2,000 points in each form, new, from columns and kept, and live events to a thousand
 * clients; by name (`npm run bench -- http json events`) only some of it. The client is another process; `…PerCoreS` is per second of processor time of the host, all its threads.
 */
export async function bench(names: readonly string[]): Promise<Record<string, number>> {
  const isWanted = (name: string) => names.length === 0 || names.includes(name);
  const client: Client = new CalledProcess(new URL('./http-client.js', import.meta.url));
  try {
    return {
      ...(isWanted('bareNode') ? await bare(client) : {}),
      ...(await charts(client, isWanted)),
      ...(isWanted('events') ? await live(client) : {}),
    };
  } finally {
    await client.end();
  }
}
