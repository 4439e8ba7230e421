import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../../host/broker/broker.ts';
import { Secrets } from '../../../host/secrets/secrets.ts';
import { issueAuthority } from '../../../host/tls/certificate.ts';
import { HostTls } from '../../../host/tls/host-tls.ts';
import { chance } from './malformed-packets.ts';
import { connectPacket, loggedIn } from './mqtt-packets.ts';

const login = { id: 'attic', password: 'right' };
const heard: string[] = [];
let dataDir: string;
let tls: HostTls;
let broker: Broker;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-tls-'));
  const secrets = await Secrets.open();
  tls = await HostTls.open({ dataDir, secrets, nowMs: Date.now, log: () => {} });
  broker = await startBroker({
    host: '127.0.0.1',
    port: undefined,
    tls: { port: 0, tls },
    authenticate: async (_gateway, password) => password === 'right',
    onMessage: (gateway, channel) => heard.push(`${gateway} ${channel}`),
    onConnection: () => {},
    onRefused: () => {},
  });
});
afterAll(async () => {
  await broker.close();
  tls.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Whether a CONNECT over such a connection is answered, or why not. */
function attempt(options: ConnectionOptions): Promise<string> {
  return new Promise(resolve => {
    const socket: TLSSocket = connectTls({ port: broker.port, host: '127.0.0.1', ...options });
    let why = 'closed';
    socket.once('secureConnect', () => socket.write(connectPacket(login)));
    socket.once('data', data => {
      why = data[3] === 0 ? 'in' : `refused ${data[3]}`;
      socket.destroy();
    });
    socket.once('error', error => {
      why = 'code' in error ? String(error.code) : error.message;
    });
    socket.once('close', () => resolve(why));
  });
}

const plain = (bytes: Buffer) =>
  new Promise<void>(resolve => {
    const socket: Socket = connectTcp(broker.port, '127.0.0.1', () => socket.end(bytes));
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
  });

test('bad TLS at the port of MQTT: no handshake, no login, and nobody else notices', async () => {
  const other = issueAuthority('Joulegate at elsewhere', Date.now() + 86_400_000).certificate;
  const cases: [string, ConnectionOptions][] = [
    ['an authority that is not its own', { ca: other }],
    ['a name that the certificate does not have', { ca: tls.caPem, servername: 'bank.example' }],
    ['no authority at all', {}],
    ['TLS 1.1', { ca: tls.caPem, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }],
    ['TLS 1.0', { ca: tls.caPem, minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' }],
    ['ciphers without encryption', { ca: tls.caPem, maxVersion: 'TLSv1.2', ciphers: 'eNULL:@SECLEVEL=0' }],
    ['ciphers without a certificate', { ca: tls.caPem, maxVersion: 'TLSv1.2', ciphers: 'aNULL:@SECLEVEL=0' }],
    [
      'RC4, 3DES and RSA key exchange',
      { ca: tls.caPem, maxVersion: 'TLSv1.2', ciphers: 'RC4:3DES:kRSA:@SECLEVEL=0' },
    ],
  ];
  expect(await attempt({ ca: tls.caPem })).toBe('in');
  expect(await attempt({ ca: tls.caPem, maxVersion: 'TLSv1.2' })).toBe('in');
  let letIn = 0;
  for (const [what, options] of cases) {
    const outcome = await attempt(options);
    if (outcome === 'in') letIn++;
    expect(outcome, what).not.toBe('in');
  }
  const random = chance(7);
  const noise = Array.from({ length: 100 }, () =>
    Buffer.from(Array.from({ length: 1 + Math.floor(random() * 300) }, () => Math.floor(random() * 256))),
  );
  const records = [
    connectPacket(login),
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    // A hello that is cut off, one that announces more than it has, an alert, and a record of 64 kB.
    Buffer.from([0x16, 3, 1, 2, 0, 1, 0]),
    Buffer.from([0x16, 3, 3, 0, 4, 1, 0xff, 0xff, 0xff]),
    Buffer.from([0x15, 3, 3, 0, 2, 2, 40]),
    Buffer.concat([Buffer.from([0x16, 3, 3, 0xff, 0xff]), Buffer.alloc(65_535)]),
  ];
  const standing = connectTls({ port: broker.port, host: '127.0.0.1', ca: tls.caPem });
  await new Promise<void>(resolve => standing.once('secureConnect', () => resolve()));
  standing.write(connectPacket({ id: 'cellar', password: 'right' }));
  for (const bytes of [...records, ...noise]) await plain(bytes);
  await expect.poll(() => broker.counters().connections).toBe(1);
  expect(broker.counters()).toMatchObject({
    connects: 3,
    loginsFailed: 0,
    strangers: 0,
    gatewaysConnected: 1,
  });
  expect(heard).toEqual([]);
  standing.destroy();
  console.log(
    `  bad TLS at the port of MQTT: ${cases.length} kinds of handshake and ${records.length + noise.length} of what is no TLS, ${letIn} got through, 0 passwords heard in plain`,
  );
});

test('there is no way around it: the port without TLS is not open', async () => {
  await expect(loggedIn(broker.port, login)).rejects.toThrow();
  expect(broker.url.startsWith('mqtts:')).toBe(true);
});
