import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { improvCommand, improvCommands } from '#core/improv.ts';
import { findIdentity } from '../../firmware/moddable/identity.ts';
import { type Host, startHost } from '../../host/main.ts';
import { NewGateway, type NewGatewayOptions } from '../../simulator/gateway/new-gateway.ts';
import { nodeHttp } from '../../simulator/gateway/node-http.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import { SimulatedNetwork } from '../../simulator/gateway/simulated-network.ts';
import { memoryStore } from '../../simulator/gateway/stores.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'joulegate-test-'));
const said: string[] = [];
let host: Host;
let cookie = '';
let at = '';

beforeAll(async () => {
  host = await startHost(
    {
      dataDir,
      httpHost: '127.0.0.1',
      httpPort: 0,
      mqttHost: '127.0.0.1',
      mqttPort: 0,
      // As beyond its own machine; gateways come in plain all the same.
      httpListen: 'tls',
      mqttListen: 'both',
      mqttTlsPort: 0,
      zone: 'UTC',
    },
    { log: (_level, text) => said.push(text) },
  );
  at = host.url.replace('https://', '');
  const account = { code: host.auth.setupCode.renew(), user: 'ada', password: 'a password for a test' };
  const signedIn = await ask('POST', 'setup', account);
  cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
});
const gateways: NewGateway[] = [];
afterEach(() => {
  for (const gateway of gateways.splice(0)) gateway.stop();
});
afterAll(async () => {
  await host.close();
  rmSync(dataDir, { recursive: true });
});

/** As a browser that trusts the host's authority. */
const ask = (method: string, path: string, body?: object): Promise<Response> =>
  new Promise((resolve, reject) => {
    const headers = { ...(body && { 'content-type': 'application/json' }), cookie };
    const options = { method, headers, ca: host.tls?.caPem, agent: false as const };
    const asked = request(`${host.url}/api/v1/${path}`, options, answer => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        const { statusCode: status = 0, headers: given } = answer;
        const cookies = (given['set-cookie'] ?? []).map((one): [string, string] => ['set-cookie', one]);
        const text = status === 204 || status === 304 ? null : Buffer.concat(parts).toString();
        resolve(new Response(text, { status, headers: cookies }));
      });
    });
    asked.on('error', reject);
    asked.end(body && JSON.stringify(body));
  });

async function newCode(body: object = {}): Promise<{ id: string; code: string }> {
  const made = await ask('POST', 'pairings', body);
  expect(made.status).toBe(201);
  return (await made.json()) as { id: string; code: string };
}

function newGateway(options: NewGatewayOptions = {}): NewGateway {
  const gateway = new NewGateway({
    ...options,
    log: (_level, text) => {
      said.push(text);
      options.log?.(_level, text);
    },
  });
  gateways.push(gateway);
  return gateway;
}

/** Fills in the page's form as a browser without scripts does, and gives the page once nothing is under way any more. */
async function fillIn(gateway: NewGateway, fields: Record<string, string>, language = 'en'): Promise<string> {
  const url = await gateway.listening;
  const headers = { 'accept-language': language };
  const token = /name="token" value="([0-9a-f]{32})"/.exec(await (await fetch(url, { headers })).text())?.[1];
  const form = new URLSearchParams({ token: token ?? '', ...fields });
  const sent = await fetch(url, { method: 'POST', body: form, redirect: 'manual', headers });
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/']);
  for (;;) {
    const page = await (await fetch(url, { headers })).text();
    if (!page.includes('http-equiv="refresh"') || /Done|restarts/.test(page)) return page;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

const alertIn = (page: string) => /role="alert">([^<]*)/.exec(page)?.[1];

/** A way to the host's HTTP that writes down all that passes. */
async function listener(): Promise<{ at: string; heard: () => string; close: () => void }> {
  const { hostname, port } = new URL(host.url);
  const parts: Buffer[] = [];
  const server = createServer(incoming => {
    const outgoing = connect(Number(port), hostname);
    incoming.on('data', bytes => parts.push(bytes)).pipe(outgoing);
    outgoing.on('data', bytes => parts.push(bytes)).pipe(incoming);
    for (const socket of [incoming, outgoing]) socket.on('error', () => {});
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const heard = () => Buffer.concat(parts).toString('latin1');
  return { at: `127.0.0.1:${(server.address() as AddressInfo).port}`, heard, close: () => server.close() };
}

describe('a new gateway', () => {
  test('pairs by its page, over the wire in secret, and its credential opens the broker', async () => {
    const { code, id } = await newCode({ gateway: 'cellar' });
    const wire = await listener();
    const gateway = newGateway();
    expect(gateway.identity).toBeUndefined();
    const page = await fillIn(gateway, { host: wire.at, code: code.toLowerCase() });
    expect(page).toContain('Done: it is connected.');
    const { identity } = gateway;
    expect(identity).toMatchObject({ gateway: 'cellar', broker: '127.0.0.1', port: host.broker.tlsPort });
    expect(await host.auth.credentials.verify('cellar', identity?.password ?? '')).toBe(true);
    // The broker is spoken to by TLS, and the host's own authority is the one that is believed.
    expect(identity?.caDer).toBe(Buffer.from(host.tls?.caDer ?? []).toString('base64'));
    // What the device reads at its next start.
    const log: string[] = [];
    expect(findIdentity({}, gateway.store, (_level, text) => log.push(text))).toMatchObject({
      gateway: 'cellar',
    });
    expect(log).toEqual([]);

    const heard = wire.heard();
    expect(heard).toContain('/api/v1/pair');
    const secrets = [code, code.replaceAll('-', ''), identity?.password ?? '', 'cellar'];
    for (const secret of secrets) expect(heard.toUpperCase()).not.toContain(secret.toUpperCase());
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter(file =>
      file.isFile(),
    );
    for (const file of files) {
      const bytes = readFileSync(join(file.parentPath, file.name)).toString('latin1');
      for (const secret of secrets.slice(0, 3)) expect(bytes.includes(secret), file.name).toBe(false);
    }
    for (const secret of secrets.slice(0, 3)) expect(said.join('\n')).not.toContain(secret);
    wire.close();

    const state = (await (await ask('GET', `pairings/${id}`)).json()) as { state: string; localPin: string };
    expect(state).toMatchObject({ state: 'used', gateway: 'cellar' });
    expect(state.localPin).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
  });

  test('gets the same answer again where its power was cut before it had stored it', async () => {
    const { code } = await newCode({ gateway: 'attic' });
    const store = memoryStore();
    const cut = newGateway({
      // The power goes with the first write of what the host gave.
      store: {
        ...store,
        write: (key, value) => {
          if (key === 'identity') throw new Error('the power is gone');
          store.write(key, value);
        },
      },
    });
    expect(alertIn(await fillIn(cut, { host: at, code }))).toContain('could not be stored');
    cut.stop();
    const again = newGateway({ store });
    expect(await fillIn(again, { host: at, code })).toContain('Done');
    expect(await host.auth.credentials.verify('attic', again.identity?.password ?? '')).toBe(true);
  });

  test('is told in words of its language that a code is wrong, spent or dead, keeps nothing, and may try again', async () => {
    const gateway = newGateway();
    const other = newGateway();
    expect(alertIn(await fillIn(gateway, { host: at, code: 'hello' }))).toContain('This cannot be a code');
    const first = await newCode();
    expect(alertIn(await fillIn(gateway, { host: at, code: '0000-0000-0000' }, 'de-AT,en'))).toContain(
      'Der Host kennt diesen Code nicht.',
    );
    await fillIn(other, { host: at, code: first.code });
    expect(alertIn(await fillIn(gateway, { host: at, code: first.code }, 'pt-BR'))).toContain(
      'Este código foi usado ou encerrado.',
    );
    const second = await newCode();
    for (let tries = 0; tries < 5; tries++) await fillIn(gateway, { host: at, code: '0000-0000-0001' });
    expect(alertIn(await fillIn(gateway, { host: at, code: second.code }))).toContain(
      'ended because wrong ones were tried',
    );
    expect(gateway.identity).toBeUndefined();
    const third = await newCode();
    expect(await fillIn(gateway, { host: at, code: third.code })).toContain('Done');
  });

  test('believes no host that has not the code, and says where nothing answers', async () => {
    const { code } = await newCode();
    const gateway = newGateway();
    // A man in the middle that answers with what a pairing of another code gave.
    const answers = [
      '{"v":1}',
      '<html>',
      JSON.stringify({ v: 1, nonce: '0'.repeat(32), sealed: 'AAAA', tag: '0'.repeat(64) }),
    ];
    const server = createServer(socket => {
      socket.once('data', () => {
        const body = answers.shift() ?? '';
        socket.end(
          `HTTP/1.1 201 Created\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
        );
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const man = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(alertIn(await fillIn(gateway, { host: man, code }))).toContain('no Joulegate host');
    expect(alertIn(await fillIn(gateway, { host: man, code }))).toContain('no Joulegate host');
    expect(alertIn(await fillIn(gateway, { host: man, code }))).toContain('does not know the code');
    server.close();
    expect(alertIn(await fillIn(gateway, { host: man, code }))).toContain('The host does not answer.');
    expect(alertIn(await fillIn(gateway, { host: 'not a host', code }))).toContain('no address of a host');
    expect(gateway.identity).toBeUndefined();
  });

  test('whose recorded request another sends gets nothing that helps him', async () => {
    const { code } = await newCode({ gateway: 'replayed' });
    const gateway = newGateway();
    const wire = await listener();
    await fillIn(gateway, { host: wire.at, code });
    const request = /\r\n\r\n(\{.*?\})/s.exec(wire.heard())?.[1] ?? '';
    wire.close();
    const replay = () =>
      fetch(`http://${at}/api/v1/pair`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: request,
      });
    const [one, two] = [await (await replay()).text(), await (await replay()).text()];
    // The very bytes that went over the wire before, which he cannot read, and no other credential.
    expect(one).toBe(two);
    expect(one).not.toContain(gateway.identity?.password);
    expect(await host.auth.credentials.verify('replayed', gateway.identity?.password ?? '')).toBe(true);
  });

  test('that was paired and then lost its credential cannot come, and says that the broker refused it', async () => {
    const { code } = await newCode({ gateway: 'revoked' });
    // The credential is taken from it between the answer and its first connection.
    const http = nodeHttp('127.0.0.1');
    const gateway = newGateway({
      differs: {
        http: {
          ...http,
          post: (url, json, done) =>
            http.post(url, json, async (status, body) => {
              expect((await ask('DELETE', 'gateways/revoked/credential')).status).toBe(204);
              done(status, body);
            }),
        },
      },
    });
    const page = await fillIn(gateway, { host: at, code });
    expect(alertIn(page)).toContain('its broker cannot be reached or refused it');
    expect(gateway.state).toBe('stored');
  });
});

describe('with WiFi', () => {
  const home = { name: 'Home & "Garden" <2>', password: 'correct horse' };
  const networkOf = (hosts: readonly { name: string; address: string; port: number }[] = []) =>
    new SimulatedNetwork({ time: nodeTime, networks: [home, { name: 'Café' }], hosts });
  const here = () => ({ name: 'joulegate', address: '127.0.0.1', port: Number(new URL(host.url).port) });

  test('it says a wrong password, joins with the right one, finds the host by itself and pairs', async () => {
    const network = networkOf([here()]);
    const gateway = newGateway({ differs: { network } });
    const { code } = await newCode();
    const url = await gateway.listening;
    await new Promise(resolve => setTimeout(resolve, 900));
    const first = await (await fetch(url)).text();
    expect(first).toContain('<option value="Home &amp; &quot;Garden&quot; &lt;2&gt;">-60 dBm');
    expect(network.accessPoint).toBe('Joulegate 51m1');
    const wrong = await fillIn(gateway, {
      wifiName: home.name,
      wifiPassword: 'correct house',
      host: '',
      code,
    });
    expect(alertIn(wrong)).toContain('refused the password');
    expect(wrong).not.toContain('correct house');
    const page = await fillIn(gateway, { wifiName: home.name, wifiPassword: home.password, host: '', code });
    expect(page).toContain('Done');
    expect(gateway.identity).toMatchObject({ wifiName: home.name, wifiPassword: home.password });
    expect(said.join('\n')).not.toContain(home.password);
  });

  test('with several hosts or none it asks which, and needs the password no second time', async () => {
    const network = networkOf([here(), { ...here(), name: '<other>', port: 1 }]);
    const gateway = newGateway({ differs: { network } });
    const { code } = await newCode();
    const several = await fillIn(gateway, {
      wifiName: home.name,
      wifiPassword: home.password,
      host: '',
      code,
    });
    expect(alertIn(several)).toContain('Several hosts were found.');
    expect(several).toContain('127.0.0.1:1');
    expect(several).not.toContain('<other>');
    expect(several).not.toContain(home.password);
    expect(await fillIn(gateway, { wifiName: home.name, wifiPassword: '', host: at, code })).toContain(
      'Done',
    );
    expect(network.joins).toBe(1);
    expect(gateway.identity).toMatchObject({ wifiPassword: home.password });
  });

  test('by Improv it gets its WiFi, leads to its page, and pairs', async () => {
    const network = networkOf();
    const { code } = await newCode();
    let send: (bytes: Uint8Array) => void = () => {};
    let heard = '';
    let all = '';
    const gateway = newGateway({
      differs: {
        network,
        openConsole: ({ onBytes }) => {
          send = onBytes;
          const write = (bytes: Uint8Array) => {
            heard += Buffer.from(bytes).toString('latin1');
            all += Buffer.from(bytes).toString('latin1');
          };
          return { write, close: () => {} };
        },
      },
    });
    const until = async (what: string) => {
      for (let tries = 0; !heard.includes(what); tries++) {
        expect(tries, JSON.stringify(heard)).toBeLessThan(500);
        await new Promise(resolve => setTimeout(resolve, 20));
      }
      heard = heard.slice(heard.indexOf(what) + what.length);
    };
    send(improvCommand(improvCommands.wifi, [home.name, 'correct house']));
    await until('\x02\x01\x03');
    send(improvCommand(improvCommands.tell, []));
    await until('refused the password');
    send(improvCommand(improvCommands.wifi, [home.name, home.password]));
    await until('http://127.0.0.1/');
    send(improvCommand(improvCommands.pair, [at, '0000-0000-0000']));
    await until('\x02\x01\x03');
    send(improvCommand(improvCommands.tell, []));
    await until('does not know this code');
    send(improvCommand(improvCommands.pair, [at, code]));
    await until('gateway-51m1');
    expect(gateway.identity?.gateway).toMatch(/^gateway-51m1/);
    for (const secret of [home.password, 'correct house', code, gateway.identity?.password ?? ''])
      expect(all).not.toContain(secret);
  });
});
