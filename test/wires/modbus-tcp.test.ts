import modbusSerial from 'modbus-serial';
import { afterEach, describe, expect, it } from 'vitest';
import { createBusSource } from '#app/poller.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import { eastronSdm120 } from '#profiles/eastron-sdm120.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { peacefairPzem004tV3 } from '#profiles/peacefair-pzem-004t-v3.ts';
import { openNodeSerial } from '../../simulator/gateway/node-serial.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import { type RtuTcpServer, serveRtuOverTcp } from '../../simulator/meters/rtu-tcp-server.ts';
import { meterSettings, noLog, recordingSink } from '../firmware/app/line-rig.ts';

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
async function connectClient(port: number): Promise<Client> {
  const client = new modbusSerial.default();
  await client.connectTelnet('127.0.0.1', { port });
  client.setTimeout(1000);
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
        // They wait for each other, and here for other tests.
        client.setTimeout(10_000);
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
    const client = await connectClient(server.port);
    client.setID(2);
    server.line.setFaults({ bitErrorRate: 0.0002 });
    const isHeard = () => sinks.every(({ samples }) => samples.length > 5);
    for (let count = 0; count < 30 || (count < 600 && !isHeard()); count++) {
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
