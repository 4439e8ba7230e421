import { connect, type Socket } from 'node:net';
import modbusSerial from 'modbus-serial';
import { afterEach, describe, expect, it } from 'vitest';
import { createBusSource } from '#app/poller.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import { eastronSdm120 } from '#profiles/eastron-sdm120.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { peacefairPzem004tV3 } from '#profiles/peacefair-pzem-004t-v3.ts';
import { openNodeSerial } from '../../simulator/gateway/node-serial.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import { serveModbusTcp } from '../../simulator/meters/modbus-tcp-server.ts';
import { type RtuTcpServer, serveRtuOverTcp } from '../../simulator/meters/rtu-tcp-server.ts';
import { meterSettings, noLog, recordingSink } from '../firmware/app/line-rig.ts';
import { patienceMs } from '../patience.ts';
import { heldUpMs } from '../processor-time.ts';

const trueValue = (quantity: QuantityId): number =>
  quantities[quantity].unit === '1' ? 0.5 : quantities[quantity].wire;

const slaves = [
  { address: 1, profile: eastronSdm630, read: trueValue },
  { address: 2, profile: eastronSdm120, read: trueValue },
  { address: 3, profile: peacefairPzem004tV3, read: trueValue },
];

type Client = InstanceType<typeof modbusSerial.default>;

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function startServer(): Promise<RtuTcpServer> {
  const server = await serveRtuOverTcp({
    slaves,
    time: nodeTime,
    port: 0,
    baud: 115_200,
    parity: 'none',
    stopBits: 1,
    seed: 1,
    turnaroundMs: 5,
  });
  ended.push(() => server.close());
  return server;
}

/** An independent master: modbus-serial, which calls raw RTU frames over TCP "telnet". */
async function connectClient(port: number, timeoutMs = patienceMs): Promise<Client> {
  const client = new modbusSerial.default();
  await client.connectTelnet('127.0.0.1', { port });
  client.setTimeout(timeoutMs);
  ended.push(() => new Promise<void>(resolve => client.close(() => resolve())));
  return client;
}

describe('the simulated meters over TCP, read by modbus-serial', () => {
  it('refuses with an exception, and is silent on an address that nobody has', async () => {
    const client = await connectClient((await startServer()).port);
    client.setID(1);
    await expect(client.readInputRegisters(0x1000, 2)).rejects.toMatchObject({ modbusCode: 2 });
    await expect(client.readInputRegisters(0, 81)).rejects.toMatchObject({ modbusCode: 3 });
    client.setID(77);
    client.setTimeout(300);
    await expect(client.readInputRegisters(0, 2)).rejects.toMatchObject({ name: 'TransactionTimedOutError' });
  });

  it('serves several clients at a time, each with its own answers', async () => {
    const server = await startServer();
    const clients = await Promise.all([1, 2, 3].map(() => connectClient(server.port)));
    const voltageAt = [0, 0, 0];
    await Promise.all(
      clients.map(async (client, index) => {
        client.setID(index + 1);
        for (let count = 0; count < 20; count++) {
          // The first value of each: two registers of a float, one of the PZEM.
          const { data } = await client.readInputRegisters(0, index === 2 ? 1 : 2);
          voltageAt[index] = data[0] as number;
        }
      }),
    );
    expect(voltageAt).toEqual([0x40c0, 0x40a0, 50]);
    expect(server.line.counts.collisions).toBe(0);
  });
});

describe('the simulated meters over TCP, read by the firmware', () => {
  it('gives true values only, beside another master and on a noisy line', async () => {
    const server = await startServer();
    const sinks = slaves.map(() => recordingSink());
    const source = createBusSource({
      time: nodeTime,
      line: { id: 'bus', kind: 'rs485', port: `tcp://127.0.0.1:${server.port}`, baud: 115_200 },
      openSerial: openNodeSerial,
      meters: slaves.map(({ address, profile }, index) => ({
        settings: meterSettings(`m${address}`, address, { sampleMs: 100 }),
        profile,
        sink: (sinks[index] as (typeof sinks)[number]).sink,
      })),
      log: noLog,
    });
    ended.push(() => source.stop());
    source.start();
    // What noise destroyed gets no answer.
    const client = await connectClient(server.port, 1000);
    client.setID(2);
    server.line.setFaults({ bitErrorRate: 0.0002 });
    const isHeard = () => sinks.every(({ samples }) => samples.length > 5);
    const endMs = performance.now() + patienceMs;
    for (let count = 0; count < 30 || (performance.now() < endMs && !isHeard()); count++) {
      await client.readInputRegisters(0, 2).catch(() => undefined);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    for (const { samples } of sinks) {
      expect(samples.length).toBeGreaterThan(5);
      const values = samples.flatMap(sample => Object.entries(sample.values));
      expect(values.filter(([quantity, value]) => value !== trueValue(quantity as QuantityId))).toEqual([]);
    }
  });
});

describe('Modbus TCP', () => {
  const request = (transaction: number, unit: number, pdu: readonly number[]): number[] => [
    ...[transaction >> 8, transaction & 0xff, 0, 0, 0, pdu.length + 1, unit],
    ...pdu,
  ];
  const readVoltage = [4, 0, 0, 0, 2];

  /** A client of plain bytes: what it sends is as wrong as it likes. */
  async function plainClient(port: number): Promise<{ socket: Socket; heard: number[] }> {
    const heard: number[] = [];
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.on('data', bytes => heard.push(...bytes));
    ended.push(() => socket.destroy());
    await new Promise(resolve => socket.once('connect', resolve));
    return { socket, heard };
  }

  async function startTcp(): Promise<number> {
    const { line, turns } = await startServer();
    const server = await serveModbusTcp({ time: nodeTime, line, turns, port: 0 });
    ended.push(() => server.close());
    return server.port;
  }

  it('forgets what a client asked that has gone, so that others need not wait for it', async () => {
    const port = await startTcp();
    const gone = await plainClient(port);
    // An address that nobody has costs a time-out each.
    gone.socket.write(
      Buffer.from(Array.from({ length: 60 }, (_, at) => request(at, 77, readVoltage)).flat()),
    );
    await new Promise(resolve => setTimeout(resolve, 100));
    gone.socket.destroy();
    const other = await plainClient(port);
    const beganMs = performance.now() - heldUpMs();
    other.socket.write(Buffer.from(request(7, 1, readVoltage)));
    await expect.poll(() => other.heard.length).toBe(13);
    expect(performance.now() - heldUpMs() - beganMs).toBeLessThan(5000);
    expect(other.heard.slice(0, 9)).toEqual([0, 7, 0, 0, 0, 7, 1, 4, 4]);
  });

  it('takes requests in pieces and in one, and cuts off a client whose lengths cannot be', async () => {
    const port = await startTcp();
    const { socket, heard } = await plainClient(port);
    const both = [...request(1, 1, readVoltage), ...request(2, 250, readVoltage)];
    for (const byte of both) {
      socket.write(Uint8Array.of(byte));
      await new Promise(resolve => setImmediate(resolve));
    }
    await expect.poll(() => heard.length).toBe(22);
    // A unit that no line has is refused at once, before the slave has answered.
    expect(heard.slice(0, 9)).toEqual([0, 2, 0, 0, 0, 3, 250, 0x84, 0x0a]);
    for (const length of [0, 1, 255, 0xffff]) {
      const wrong = await plainClient(port);
      const closed = new Promise(resolve => wrong.socket.once('close', resolve));
      wrong.socket.write(Uint8Array.of(0, 1, 0, 0, length >> 8, length & 0xff, 1, 4));
      await closed;
      expect(wrong.heard).toEqual([]);
    }
  });
});
