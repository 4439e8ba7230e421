import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loadConnectors } from '../../../host/connectors/kinds.ts';
import { kindNamed, mistakesOf } from '../../../host/set-up/settings-mistakes.ts';
import { runCommand } from '../../../simulator/commands.ts';
import { device } from '../../../simulator/device.ts';
import { deviceKinds } from '../../../simulator/sources/device-kinds.ts';

let broker: Aedes;
let server: Server;
let said: (topic: string, payload: string) => void = () => {};
const ended: (() => unknown)[] = [];

beforeAll(async () => {
  broker = await Aedes.createBroker();
  broker.on('publish', ({ topic, payload }, client) => {
    if (client !== null) said(topic, payload.toString());
  });
  server = createServer(broker.handle);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
});
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});
afterAll(async () => {
  broker.close();
  await new Promise(done => server.close(done));
});

const portOf = (listener: { address(): AddressInfo | string | null }): number =>
  (listener.address() as AddressInfo).port;

/** Runs `device` until what is to be seen was seen; its exit code and what it printed. */
async function runUntil(args: readonly string[], seen: (line: string) => Promise<unknown>) {
  const out: string[] = [];
  const err: string[] = [];
  let stop = () => {};
  const stopped = new Promise<void>(resolve => {
    stop = resolve;
  });
  const code = await runCommand(['device', ...args, '--json', '--seed', '1'], {
    out: line => {
      out.push(line);
      void seen(line).then(stop);
    },
    err: line => err.push(line),
    stopped,
  });
  return { code, out, err };
}

const spokenTo = Object.entries(deviceKinds).filter(
  ([, { connector }]) => !['tuya', 'opcua', 'http'].includes(connector),
);

test('all kinds are told by its help', () => {
  for (const kind of Object.keys(deviceKinds)) expect(device.about).toContain(`  ${kind} `);
});

test.each(spokenTo.map(([kind]) => kind))('%s says at a broker what it measures', async kind => {
  const measured = new Promise<string>(resolve => {
    said = (topic, payload) => {
      if (/(power|energy|total).*[1-9]/is.test(`${topic} ${payload}`)) resolve(topic);
    };
  });
  const url = `mqtt://127.0.0.1:${portOf(server)}`;
  const { code, out } = await runUntil([kind, '--broker', url, '--name', 'cellar'], () => measured);
  expect(code).toBe(0);
  expect(JSON.parse(out[0] ?? '')).toMatchObject({
    event: 'ready',
    kind,
    seed: 1,
    where: `cellar at ${url}`,
  });
});

test('tuya listens where it says, and tells what has to be known of it', async () => {
  const { code, out } = await runUntil(['tuya', '--port', '0'], async line => {
    const [, port, deviceId, key] =
      /127\.0\.0\.1:(\d+), device id (tuya0+), local key (\w{16}), protocol 3\.4/.exec(line) ?? [];
    const place = { address: '127.0.0.1', port: Number(port), deviceId, key, version: '3.4', layout: 'plug' };
    const tuya = kindNamed(await loadConnectors(() => {}), 'tuya');
    expect(mistakesOf(tuya, { id: 'plug', name: 'Plug', ...place })).toEqual([]);
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.destroy();
        resolve();
      });
      socket.on('error', reject);
    });
  });
  expect([code, out.length]).toEqual([0, 1]);
});

test('http posts what it measures, and says what to look at where the host refuses it', async () => {
  let status = 200;
  const bodies: unknown[] = [];
  const host = createHttpServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    bodies.push(JSON.parse(text));
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>(done => host.listen(0, '127.0.0.1', done));
  ended.push(() => new Promise(done => host.close(done)));
  const args = ['http', '--url', `http://127.0.0.1:${portOf(host)}`, '--token', 'jg_1', '--name', 'house'];
  expect((await runUntil(args, async () => {})).code).toBe(0);
  expect(bodies).toMatchObject([{ readings: [{ meter: 'house', values: { powerW: expect.any(Number) } }] }]);
  status = 400;
  const refused = await runUntil(args, async () => {});
  expect(refused.code).toBe(1);
  expect(refused.err.join()).toContain('is there an HTTP connector with the meter house');
});

test.each([
  [[], 'a kind is wanted; esphome, '],
  [['shely-plug'], 'did you mean shelly-plug?'],
  [['esphome', '--meter', 'nobody'], '--meter \\"nobody\\" is not known'],
  [['tuya', '--name', 'my-plug'], 'up to 32 letters and digits are allowed'],
  [['esphome', '--name', 'all/#'], '1 to 64 characters but spaces, + and # are allowed'],
  [['esphome', '--broker', 'localhost:1883'], 'a URL such as mqtt://127.0.0.1:1883 is allowed'],
  [['http'], '--token with a token of the scope ingest is needed'],
])('device %j is refused with what is allowed', async (args, words) => {
  const { code, out, err } = await runUntil(args, async () => {});
  expect(code).toBe(2);
  expect([...out, ...err].join()).toContain(words);
});

test('a broker that is not there and a port that another has are told with the way out', async () => {
  const away = await runUntil(['esphome', '--broker', 'mqtt://127.0.0.1:1'], async () => {});
  expect([away.code, away.err.join()]).toEqual([
    1,
    expect.stringContaining('no broker answers at mqtt://127.0.0.1:1 (ECONNREFUSED); name the host'),
  ]);
  const taken = await runUntil(['tuya', '--port', String(portOf(server))], async () => {});
  expect([taken.code, taken.err.join()]).toEqual([
    1,
    expect.stringContaining(`another program has port ${portOf(server)}; choose another with --port`),
  ]);
});
