import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ownCertificate } from '../../../../host/connectors/opcua/own-certificate.ts';
import type { SimulatedOpcUaServer } from '../../../../simulator/sources/opcua/opcua-server.ts';
import { until } from '../../../comes-true.ts';
import { failuresFromNow, OpcUaBench, valuesOf } from './run-opcua.ts';

const power = 'ns=1;s=House.Power';
const ada = { login: 'user', user: 'ada', password: 'correct horse' } as const;

let bench: OpcUaBench;
let server: SimulatedOpcUaServer;
beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  bench = await OpcUaBench.open();
  const home = join(bench.folder, 'home');
  await mkdir(home);
  vi.stubEnv('HOME', home);
  server = await bench.server({
    variables: [
      { object: 'House', name: 'Power', type: 'Double', unit: ['KWT', 'kW'], read: () => 2 },
      { object: 'House', name: 'Energy out', type: 'Double', unit: ['KWH', 'kW·h'], read: () => 3 },
      { object: 'House', name: 'Voltage L1', type: 'Float', read: () => 230 },
      { object: 'House', name: 'Temperature', type: 'Float', unit: ['CEL', '°C'], read: () => 20 },
      { object: 'Pump', name: 'Speed', type: 'Float', read: () => 1 },
    ],
    users: { ada: 'correct horse' },
    isOpen: true,
  });
});
afterAll(async () => {
  await bench.close();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const why = (settings: object): Promise<string> =>
  bench.discover(settings).then(
    found => `found ${found.length}`,
    error => error.message,
  );

describe('who trusts whom', () => {
  test('a server is trusted by the fingerprint that a person confirmed, and it has to trust this host', async () => {
    const { url, fingerprint } = server;
    const secured = { url, security: 'encrypt', login: 'anonymous' };
    const untrusted = await why(secured);
    expect(untrusted).toMatch(/^the server's certificate is not trusted yet\. Compare it /);
    expect(untrusted).toContain(`SHA-256 ${fingerprint} `);
    expect(await why({ ...secured, fingerprint: '0'.repeat(64) })).toMatch(
      /^the server shows another certificate than the one that is trusted: SHA-256 [0-9a-f]{64} /,
    );
    expect(await why({ ...secured, fingerprint })).toMatch(
      /^the server does not take the certificate of this client; trust it there .* its SHA-1 is [0-9a-f]{40}/,
    );
    await server.trust(await readFile(join(bench.hostFolder, 'client.der')));
    expect(await why({ ...secured, fingerprint })).toBe('found 1');
    const asPeopleCopyIt = fingerprint.toUpperCase().match(/../g)?.join(':');
    expect(await why({ ...secured, fingerprint: asPeopleCopyIt })).toBe('found 1');
  });

  test('values come with each security and each login', async () => {
    const { url, fingerprint } = server;
    await server.trust(Buffer.from((await ownCertificate(bench.hostFolder)).certificate, 'base64'));
    const values = valuesOf([['powerW', power, 1000]]);
    const runs = (['none', 'sign', 'encrypt'] as const).flatMap(security =>
      ([{ login: 'anonymous' }, ada, { login: 'certificate' }] as const).map(login =>
        bench.run({ url, fingerprint, security, values, ...login }),
      ),
    );
    for (const { sink, source } of runs)
      await until(
        () => sink.values.powerW === 2000,
        () => source.fault()?.message,
      );
    expect(server.sessions).toBe(runs.length);
    for (const { source } of runs) source.stop();
    await until(() => server.sessions === 0);
  });

  test('a login that is wrong is told so, and the reason in the ledger is not that nobody answers', async () => {
    const values = valuesOf([['powerW', power]]);
    const { sink, source } = bench.run({ url: server.url, values, ...ada, password: 'wrong' });
    await until(
      () => source.fault()?.message.startsWith('the server refuses the login; see user name') === true,
    );
    const failures = failuresFromNow(sink);
    await until(() => failures.length > 0);
    expect(new Set(failures)).toEqual(new Set(['notConfigured']));
    expect(JSON.stringify([source.fault()?.message, bench.logged])).not.toContain('wrong');
    source.stop();
  });

  test('a server that is not there, or is none, is told apart', async () => {
    const web = createServer((_request, response) => response.end());
    await new Promise<void>(resolve => void web.listen(0, '127.0.0.1', resolve));
    const { port } = web.address() as AddressInfo;
    expect(await why({ url: `opc.tcp://127.0.0.1:${port}` })).toBe(
      `whoever answers at 127.0.0.1:${port} does not speak OPC UA; see the port (often 4840)`,
    );
    await new Promise(resolve => web.close(resolve));
    expect(await why({ url: `opc.tcp://127.0.0.1:${port}` })).toBe(
      `127.0.0.1 is there and takes no connection on port ${port}; see the port, and whether the OPC UA server runs there (often on 4840)`,
    );
    expect(await why({ url: 'opc.tcp://nobody.invalid' })).toMatch(
      /^the name nobody\.invalid is not known on this network;/,
    );
    expect(await why({})).toBe('url: none given; it is needed');
  });
});

test('looking around proposes each object whose numbers tell what they are, by unit or by name', async () => {
  const [found] = await bench.discover({ url: server.url });
  expect(found?.title).toBe('House');
  expect(found?.detail).toMatch(
    /^Power: 2 kW → powerW, Energy out: 3 kW·h → energyExportWh, Voltage L1: 230 → voltageL1V; not taken: /,
  );
  expect(found?.settings).toMatchObject({
    url: server.url,
    security: 'none',
    values: [
      { id: 'house', name: 'House', nodeId: power, quantity: 'powerW', factor: 1000 },
      { nodeId: 'ns=1;s=House.Energy out', quantity: 'energyExportWh', factor: 1000 },
      { nodeId: 'ns=1;s=House.Voltage L1', quantity: 'voltageL1V' },
    ],
  });
});

test('the key is for this host alone, and nothing is written elsewhere', async () => {
  const own = await ownCertificate(bench.hostFolder);
  expect(own.applicationUri).toMatch(/^urn:.+:joulegate:[0-9a-f]{12}$/);
  expect((await readdir(bench.hostFolder)).sort()).toEqual(['client-key.pem', 'client.der']);
  expect((await stat(join(bench.hostFolder, 'client-key.pem'))).mode & 0o777).toBe(0o600);
  expect((await stat(bench.hostFolder)).mode & 0o777).toBe(0o700);
  expect(homedir()).toBe(join(bench.folder, 'home'));
  expect(await readdir(homedir())).toEqual([]);
});
