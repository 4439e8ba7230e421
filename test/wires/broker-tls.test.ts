import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { topicOf } from '#core/wire/topics.ts';
import type { MqttConnection } from '#ports';
import { type Broker, startBroker } from '../../host/broker/broker.ts';
import { Secrets } from '../../host/secrets/secrets.ts';
import { issueAuthority } from '../../host/tls/certificate.ts';
import { HostTls } from '../../host/tls/host-tls.ts';
import { nodeMqtt } from '../../simulator/gateway/node-mqtt.ts';

const soon = { interval: 10 };
const dayMs = 86_400_000;
let dataDir: string;
let tls: HostTls;
let broker: Broker;
let refused: string[];
let heard: string[];
let nowMs: number;
const sockets: Socket[] = [];
const connections: MqttConnection[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-tls-'));
  nowMs = Date.now();
  refused = [];
  heard = [];
  tls = await HostTls.open({
    dataDir,
    secrets: await Secrets.open({ dataDir }),
    nowMs: () => nowMs,
    log: () => {},
  });
  broker = await startBroker({
    host: '127.0.0.1',
    port: undefined,
    tls: { port: 0, tls },
    authenticate: async (_gateway, password) => password === 'right',
    onMessage: (gateway, channel) => heard.push(`${gateway} ${channel}`),
    onConnection: () => {},
    onRefused: (_gateway, code) => refused.push(code),
  });
});
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  await broker.close();
  tls.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** A gateway of the simulator that trusts this authority, and what it told. */
function gateway(id: string, caDer: string, host = '127.0.0.1') {
  const told: string[] = [];
  const port = nodeMqtt({ host, port: broker.port, username: id, password: 'right', caDer });
  const will = { topic: topicOf(id, 'status'), payload: new Uint8Array(Buffer.from('gone')), retain: true };
  const connection = port.connect(
    { clientId: id, keepAliveS: 30, will },
    {
      onConnected: () => told.push('connected'),
      onMessage: () => {},
      onClosed: why => told.push(`closed: ${why}`),
    },
  );
  connections.push(connection);
  return { told, connection };
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

test('where plain MQTT is off, only TLS is listened for, and its port is told', () => {
  expect(broker.url).toBe(`mqtts://127.0.0.1:${broker.tlsPort}`);
  expect(broker.port).toBe(broker.tlsPort);
});

test('a gateway that trusts the host’s authority gets in; with another authority it leaves before it says who it is', async () => {
  const { told, connection } = gateway('attic', base64(tls.caDer));
  await expect.poll(() => told, soon).toEqual(['connected']);
  connection.publish(topicOf('attic', 'about'), new Uint8Array(Buffer.from('{}')), { qos: 1, retain: false });
  await expect.poll(() => heard, soon).toEqual(['attic about']);
  const other = issueAuthority('Joulegate at elsewhere', nowMs + dayMs).certificate;
  const stranger = gateway('cellar', other.replace(/-----[A-Z ]+-----|\n/g, ''));
  await expect.poll(() => stranger.told.join(), soon).toMatch(/closed: .*(certificate|verify|issuer)/);
  expect(broker.counters()).toMatchObject({ connects: 1, loginsFailed: 0 });
});

test('whoever speaks plain MQTT, or nonsense, to the port of TLS is hung up on and counted', async () => {
  for (const bytes of [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    Buffer.from([0x10, 12, 0, 4, 77, 81, 84, 84, 4, 2, 0, 30, 0, 0]),
  ]) {
    const socket = connectTcp(broker.port, '127.0.0.1', () => socket.write(bytes));
    sockets.push(socket);
    socket.on('error', () => {});
    await new Promise(resolve => socket.once('close', resolve));
  }
  await expect.poll(() => broker.counters().handshakesFailed, soon).toBe(2);
  expect(refused).toEqual(['mqtt.tls', 'mqtt.tls']);
  expect(broker.counters()).toMatchObject({ strangers: 0, connections: 0 });
});

test('a connection is a stranger from before its handshake until it has logged in, once', async () => {
  const mute = connectTcp(broker.port, '127.0.0.1');
  sockets.push(mute);
  await expect.poll(() => broker.counters().strangers, soon).toBe(1);
  const shaken = connectTls({ port: broker.port, host: '127.0.0.1', ca: tls.caPem });
  sockets.push(shaken);
  await new Promise(resolve => shaken.once('secureConnect', resolve));
  await expect.poll(() => broker.counters().strangers, soon).toBe(2);
  const { told } = gateway('attic', base64(tls.caDer));
  await expect.poll(() => told, soon).toEqual(['connected']);
  expect(broker.counters()).toMatchObject({ strangers: 2, gatewaysConnected: 1, connections: 3 });
  mute.destroy();
  shaken.destroy();
  await expect.poll(() => broker.counters().strangers, soon).toBe(0);
});

test('a certificate that is renewed is shown to who comes next, and ends nobody’s connection', async () => {
  const serialOf = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connectTls({ port: broker.port, host: '127.0.0.1', ca: tls.caPem }, () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      });
      socket.on('error', reject);
    });
  const { told, connection } = gateway('attic', base64(tls.caDer));
  await expect.poll(() => told, soon).toEqual(['connected']);
  const before = await serialOf();
  nowMs += 340 * dayMs;
  await tls.renew();
  expect(await serialOf()).not.toBe(before);
  connection.publish(topicOf('attic', 'about'), new Uint8Array(Buffer.from('{}')), { qos: 1, retain: false });
  await expect.poll(() => heard, soon).toEqual(['attic about']);
  expect(told).toEqual(['connected']);
});
