import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { Aedes, type AedesPublishPacket } from 'aedes';
import { afterEach, describe, expect, test } from 'vitest';
import type { MqttHandlers, SerialHandlers } from '#ports';
import { nodePorts } from '../../simulator/gateway/node-ports.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

const listen = (server: Server): Promise<number> =>
  new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
    ended.push(() => new Promise(done => server.close(done)));
  });

async function until(what: string, isTrue: () => boolean): Promise<void> {
  await comesTrue(() => expect(isTrue(), what).toBe(true));
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const bytes = (content: string) => new Uint8Array(Buffer.from(content));

async function startBroker() {
  const sockets = new Set<Socket>();
  const published: AedesPublishPacket[] = [];
  const connects: { id: string; clean: boolean; version: number | undefined }[] = [];
  const aedes = await Aedes.createBroker({
    authenticate: (client, username, password, done) => {
      const isRight = username === client.id && password?.toString() === 'secret';
      done(isRight ? null : Object.assign(new Error('wrong'), { returnCode: 4 }), isRight);
    },
    authorizeSubscribe: (_client, subscription, done) =>
      done(null, subscription.topic.startsWith('forbidden') ? null : subscription),
    preConnect: (_client, packet, done) => {
      connects.push({ id: packet.clientId, clean: packet.clean ?? false, version: packet.protocolVersion });
      done(null, true);
    },
  });
  aedes.on('publish', (packet, client) => {
    if (client !== null || packet.topic.startsWith('joulegate/')) published.push(packet);
  });
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  const port = await listen(server);
  ended.push(() => new Promise<void>(done => aedes.close(() => done())));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  ended.push(cut);
  return { port, aedes, published, connects, cut };
}

const heardBy = () => {
  const heard: string[] = [];
  const handlers: MqttHandlers = {
    onConnected: () => heard.push('connected'),
    onMessage: (topic, payload) => heard.push(`${topic}=${text(payload)}`),
    onClosed: why => heard.push(`closed: ${why}`),
  };
  return { heard, handlers };
};

const options = {
  clientId: 'gw',
  keepAliveS: 30,
  will: { topic: 'joulegate/gw/status', payload: bytes('gone'), retain: true },
};

describe('MQTT', () => {
  const mqttTo = (port: number, password = 'secret') =>
    nodePorts({ broker: { host: '127.0.0.1', port, username: 'gw', password } }).mqtt;

  test('publishes and hears what it subscribed, over MQTT 3.1.1 with a clean session', async () => {
    const { port, published, connects } = await startBroker();
    const { heard, handlers } = heardBy();
    const connection = mqttTo(port).connect(options, handlers);
    await until('the connection', () => heard.includes('connected'));
    connection.subscribe(['joulegate/gw/ack', 'joulegate/gw/command']);
    const reused = bytes('one');
    connection.publish('joulegate/gw/ack', reused, { qos: 1, retain: true });
    reused.fill(0);
    await until('the message', () => heard.length > 1);
    expect(heard).toEqual(['connected', 'joulegate/gw/ack=one']);
    expect(published[0]).toMatchObject({ topic: 'joulegate/gw/ack', qos: 1, retain: true });
    expect(connects).toEqual([{ id: 'gw', clean: true, version: 4 }]);
    connection.close();
  });

  test('a connection that was closed by the gateway leaves no will and says nothing more', async () => {
    const { port, published, aedes } = await startBroker();
    const { heard, handlers } = heardBy();
    const connection = mqttTo(port).connect(options, handlers);
    await until('the connection', () => heard.includes('connected'));
    connection.close();
    connection.close();
    await until('the good-bye', () => aedes.connectedClients === 0);
    expect(published).toEqual([]);
    expect(heard).toEqual(['connected']);
  });

  test('a connection that breaks is told once, the will goes out, and nothing is tried again by itself', async () => {
    const { port, published, connects, cut } = await startBroker();
    const { heard, handlers } = heardBy();
    const connection = mqttTo(port).connect(options, handlers);
    await until('the connection', () => heard.includes('connected'));
    connection.publish('joulegate/gw/records', bytes('lost?'), { qos: 1, retain: false });
    cut();
    await until('the end', () => heard.length > 1);
    await until('the will', () => published.some(packet => packet.topic === 'joulegate/gw/status'));
    connection.publish('joulegate/gw/records', bytes('dropped'), { qos: 1, retain: false });
    connection.subscribe(['joulegate/gw/ack']);
    await new Promise(resolve => setTimeout(resolve, 1500));
    expect(heard).toEqual(['connected', 'closed: connection closed']);
    expect(connects).toHaveLength(1);
    expect(published.some(packet => text(packet.payload as Buffer) === 'dropped')).toBe(false);
  });

  test('a wrong password and a broker that is not there are told with the reason', async () => {
    const { port } = await startBroker();
    const refused = heardBy();
    mqttTo(port, 'wrong').connect(options, refused.handlers);
    await until('the refusal', () => refused.heard.length > 0);
    expect(refused.heard).toEqual([
      expect.stringMatching(/^closed: 127\.0\.0\.1:\d+: .*(refused|authorized)/i),
    ]);
    const nobody = heardBy();
    mqttTo(1).connect(options, nobody.handlers);
    await until('the failure', () => nobody.heard.length > 0);
    expect(nobody.heard).toEqual([expect.stringMatching(/^closed: 127\.0\.0\.1:1: .*ECONNREFUSED/)]);
  });

  test('a subscription that the broker refuses ends the connection with the topic', async () => {
    const { port } = await startBroker();
    const { heard, handlers } = heardBy();
    const connection = mqttTo(port).connect(options, handlers);
    await until('the connection', () => heard.includes('connected'));
    connection.subscribe(['forbidden/topic']);
    await until('the end', () => heard.length > 1);
    expect(heard[1]).toBe('closed: the broker refused to subscribe forbidden/topic');
  });
});

const serialHandlers = () => {
  const heard: number[] = [];
  const closed: string[] = [];
  const handlers: SerialHandlers = {
    onBytes: received => heard.push(...received),
    onClosed: why => closed.push(why),
  };
  return { heard, closed, handlers };
};

const { openSerial } = nodePorts({ broker: { host: '', port: 0, username: '', password: '' } });

describe('a line behind TCP', () => {
  test('carries bytes both ways, and tells once when the other side closes', async () => {
    let other: Socket | undefined;
    const server = createServer(socket => {
      other = socket;
      socket.on('data', received => socket.write(received.map(byte => byte ^ 0xff)));
    });
    const port = await listen(server);
    const { heard, closed, handlers } = serialHandlers();
    const serial = openSerial({ id: 'rs485-1', kind: 'rs485', port: `tcp://127.0.0.1:${port}` }, handlers);
    serial.write(Uint8Array.of(0, 1, 0x0d, 0x0a, 0xff));
    await until('the echo', () => heard.length === 5);
    expect(heard).toEqual([0xff, 0xfe, 0xf2, 0xf5, 0]);
    other?.end();
    await until('the end', () => closed.length > 0);
    serial.write(Uint8Array.of(1));
    serial.close();
    expect(closed).toEqual(['connection closed by the other side']);
  });

  test('nobody there is told as a closed line with the reason', async () => {
    const { closed, handlers } = serialHandlers();
    openSerial({ id: 'rs485-1', kind: 'rs485', port: 'tcp://127.0.0.1:1' }, handlers);
    await until('the end', () => closed.length > 0);
    expect(closed).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });

  test('a line that the gateway closes says nothing more', async () => {
    const sockets: Socket[] = [];
    const port = await listen(createServer(socket => sockets.push(socket)));
    const { closed, heard, handlers } = serialHandlers();
    const serial = openSerial({ id: 'rs485-1', kind: 'rs485', port: `tcp://127.0.0.1:${port}` }, handlers);
    await until('the connection', () => sockets.length === 1);
    serial.close();
    await until(
      'the other side',
      () => sockets[0]?.readableEnded || sockets[0]?.destroyed || sockets[0]?.read() === null,
    );
    expect(closed).toEqual([]);
    expect(heard).toEqual([]);
  });
});

const hasPython = (() => {
  try {
    execFileSync('python3', ['-c', 'import pty'], { stdio: 'ignore' });
    return process.platform === 'linux';
  } catch {
    return false;
  }
})();

/** The other end of a pseudo-terminal: sends back each byte, inverted. */
const ptyEcho = `
import os, sys, tty
master, slave = os.openpty()
print(os.ttyname(slave), flush=True)
while True:
    try:
        data = os.read(master, 256)
    except OSError:
        break
    os.write(master, bytes(byte ^ 0xff for byte in data))
`;

import { comesTrue } from '../comes-true.ts';

describe('a serial port of the machine', () => {
  test.skipIf(!hasPython)('carries every byte value as it is (needs python3 on Linux)', async () => {
    const child: ChildProcess = spawn('python3', ['-c', ptyEcho], { stdio: ['ignore', 'pipe', 'inherit'] });
    ended.push(() => child.kill());
    if (child.stdout === null) throw new Error('no stdout');
    const path = await new Promise<string>(resolve =>
      createInterface(child.stdout as never).once('line', resolve),
    );
    const { heard, closed, handlers } = serialHandlers();
    const serial = openSerial(
      { id: 'rs485-1', kind: 'rs485', port: path, baud: 38_400, parity: 'even', stopBits: 1 },
      handlers,
    );
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    serial.write(all);
    await until('256 bytes', () => heard.length >= 256);
    expect(heard).toEqual([...all].map(byte => byte ^ 0xff));
    expect(closed).toEqual([]);
    child.kill();
    await until('the end', () => closed.length > 0);
    serial.close();
    expect(closed).toHaveLength(1);
  });
});
