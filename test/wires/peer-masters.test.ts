import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import modbusSerial from 'modbus-serial';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planReads } from '#core/modbus/plan.ts';
import type { ByteOrder, RegisterType } from '#core/modbus/register.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import type { ModbusProfile, ModbusRegister } from '#profiles/profile.ts';
import { findProfile } from '#profiles/registry.ts';
import { type AttachedSerial, attachSerial } from '../../simulator/attach-serial.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import type { TcpListener } from '../../simulator/line/tcp-listener.ts';
import { serveModbusTcp } from '../../simulator/meters/modbus-tcp-server.ts';
import { isSocatInstalled, openPtyCable, type Pty } from '../../simulator/meters/pty.ts';
import { type RtuTcpServer, serveRtuOverTcp } from '../../simulator/meters/rtu-tcp-server.ts';
import { simulatedIdentity } from '../../simulator/meters/simulated-identity.ts';
import { sunspecSlave } from '../../simulator/meters/sunspec-device.ts';
import { until } from '../comes-true.ts';
import { patienceMs } from '../patience.ts';

/** Of every type and order that meters have, one. */
const ids = [
  'eastron-sdm630',
  'peacefair-pzem-004t-v3',
  'abb-b23',
  'schneider-iem3000',
  'siemens-pac2200',
  'carlo-gavazzi-em340',
  'finder-7m38',
  'growatt-rtu',
  'orno-we516',
];

const trueValue = (quantity: QuantityId, register: ModbusRegister): number => {
  const { unit, wire, kind } = quantities[quantity];
  if (kind === 'counter') return wire * 1000;
  return (unit === '1' ? 0.5 : wire) * (register.scale < 0 ? -1 : 1);
};

const modbus = (id: string): ModbusProfile => {
  const profile = findProfile(id);
  if (profile?.kind !== 'modbus') throw new Error(`there is no ${id}`);
  return profile;
};
const slaves = ids.map((id, index) => {
  const address = index + 1;
  return { address, profile: modbus(id), read: trueValue, identity: simulatedIdentity(modbus(id), address) };
});
const sunspecAddress = 40;
const sunspec = sunspecSlave({
  address: sunspecAddress,
  manufacturer: 'Joulegate',
  parts: [{ models: [203], read: () => 1234 }],
});

const hasMbpoll = spawnSync('mbpoll', ['-V'], { stdio: 'ignore' }).error === undefined;
const hasSocat = isSocatInstalled();
if (!hasMbpoll) console.log('  mbpoll is not installed: what it reads is not tested');
if (!hasSocat) console.log('  socat is not installed: what is read over a serial port is not tested');

let bus: RtuTcpServer;
let tcp: TcpListener;
let folder: string;
let cable: Pty | undefined;
let serial: AttachedSerial | undefined;
const masterPort = () => join(folder, 'master');

beforeAll(async () => {
  const uart = { baud: 115_200, parity: 'none', stopBits: 1 } as const;
  bus = await serveRtuOverTcp({
    ...uart,
    slaves: [...slaves, sunspec],
    time: nodeTime,
    seed: 1,
    turnaroundMs: 2,
    port: 0,
  });
  tcp = await serveModbusTcp({ ...bus, time: nodeTime, port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'joulegate-masters-'));
  if (!hasSocat) return;
  cable = await openPtyCable(masterPort(), join(folder, 'meters'));
  serial = attachSerial({ time: nodeTime, bus: { path: cable.path, uart, server: bus }, say: console.log });
});
afterAll(async () => {
  serial?.close();
  await cable?.close();
  await tcp?.close();
  await bus?.close();
  await rm(folder, { recursive: true, force: true });
});

type Client = InstanceType<typeof modbusSerial.default>;
type Read = (fc: 3 | 4, start: number, count: number) => Promise<readonly number[]>;

/** What registers hold, by the meters' manuals and not by the firmware's code. */
function valueIn(words: readonly number[], type: RegisterType, order: ByteOrder): number {
  const inOrder = order === 'wordSwapped' || order === 'little' ? [...words].reverse() : words;
  const bytes = Buffer.alloc(words.length * 2);
  for (const [index, word] of inOrder.entries()) {
    if (order === 'byteSwapped' || order === 'little') bytes.writeUInt16LE(word, index * 2);
    else bytes.writeUInt16BE(word, index * 2);
  }
  if (type === 'float32') return bytes.readFloatBE(0);
  if (type === 'float64') return bytes.readDoubleBE(0);
  if (type === 'uint64') return Number(bytes.readBigUInt64BE(0));
  if (type === 'int64') return Number(bytes.readBigInt64BE(0));
  if (type.startsWith('bcd')) return Number(bytes.toString('hex'));
  return type.startsWith('int') ? bytes.readIntBE(0, bytes.length) : bytes.readUIntBE(0, bytes.length);
}

const wordsOf: Readonly<Record<string, number>> = { '16': 1, '32': 2, '64': 4 };

async function expectTrue(profile: ModbusProfile, read: Read): Promise<number> {
  let values = 0;
  for (const { fc, start, count, registers } of planReads(profile.registers, profile.limits)) {
    if (fc !== 3 && fc !== 4) throw new Error('none of these has coils');
    const words = await read(fc, start, count);
    expect(words).toHaveLength(count);
    for (const { quantity, address, type, order, scale, offset = 0, ...rest } of registers) {
      const size = wordsOf[/\d+$/.exec(type)?.[0] ?? ''] ?? 1;
      const raw = valueIn(words.slice(address - start, address - start + size), type, order);
      const expected = trueValue(quantity, { quantity, address, type, order, scale, offset, ...rest });
      const step = type.startsWith('float') ? Math.abs(expected) * 1e-6 : Math.abs(scale) / 2;
      expect(Math.abs(raw * scale + offset - expected), `${profile.id} ${quantity}`).toBeLessThanOrEqual(
        step + 1e-9,
      );
      values++;
    }
  }
  return values;
}

describe('modbus-serial', () => {
  const ways: readonly (readonly [string, boolean, (client: Client) => Promise<unknown>])[] = [
    ['Modbus TCP', true, client => client.connectTCP('127.0.0.1', { port: tcp.port })],
    ['RTU over TCP', true, client => client.connectTelnet('127.0.0.1', { port: bus.port })],
    ['a serial port', hasSocat, client => client.connectRTUBuffered(masterPort(), { baudRate: 115_200 })],
  ];

  it.for(ways)('reads the meters over %s as they are', async ([, canRun, open], { skip }) => {
    skip(!canRun, 'needs socat');
    const client: Client = new modbusSerial.default();
    await open(client);
    client.setTimeout(patienceMs);
    try {
      for (const { address, profile } of slaves) {
        client.setID(address);
        const values = await expectTrue(profile, async (fc, start, count) => {
          const { data } = await (fc === 3
            ? client.readHoldingRegisters(start, count)
            : client.readInputRegisters(start, count));
          return data;
        });
        expect(values).toBe(profile.registers.length);
      }
      client.setID(sunspecAddress);
      const { buffer } = await client.readHoldingRegisters(40_000, 2);
      expect(buffer.toString('latin1')).toBe('SunS');
      // A parameter, written and read back, and what is refused.
      client.setID(1);
      await client.writeRegisters(0x0002, [0x4120, 0x0000]);
      expect((await client.readHoldingRegisters(0x0002, 2)).buffer.readFloatBE(0)).toBe(10);
      await expect(client.writeRegisters(0x0002, [0x43ff, 0])).rejects.toMatchObject({ modbusCode: 3 });
      await expect(client.readInputRegisters(0, 81)).rejects.toMatchObject({ modbusCode: 3 });
    } finally {
      await new Promise<void>(resolve => client.close(() => resolve()));
    }
  });

  it('hears from a Modbus TCP gateway what it cannot reach', async () => {
    const client: Client = new modbusSerial.default();
    await client.connectTCP('127.0.0.1', { port: tcp.port });
    client.setTimeout(patienceMs);
    try {
      client.setID(77);
      await expect(client.readInputRegisters(0, 2)).rejects.toMatchObject({ modbusCode: 0x0b });
      client.setID(250);
      await expect(client.readInputRegisters(0, 2)).rejects.toMatchObject({ modbusCode: 0x0a });
      client.setID(1);
      bus.line.setFaults({ bitErrorRate: 0.2 });
      await expect(client.readInputRegisters(0, 2)).rejects.toMatchObject({ modbusCode: 0x0b });
      bus.line.setFaults({ bitErrorRate: 0, deadAddresses: [1] });
      await expect(client.readInputRegisters(0, 2)).rejects.toMatchObject({ modbusCode: 0x0b });
      bus.line.setFaults({ deadAddresses: [] });
      expect((await client.readInputRegisters(0, 2)).data).toHaveLength(2);
    } finally {
      bus.line.setFaults({ bitErrorRate: 0, deadAddresses: [] });
      await new Promise<void>(resolve => client.close(() => resolve()));
    }
  });
});

describe.skipIf(!hasMbpoll)('mbpoll (needs mbpoll)', () => {
  const run = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('mbpoll', ['-1', '-0', '-o', '2', ...args]);
    return stdout;
  };
  const ways = [
    ['Modbus TCP', true, () => ['-m', 'tcp', '-p', String(tcp.port), '127.0.0.1']],
    ['a serial port', hasSocat, () => ['-m', 'rtu', '-b', '115200', '-P', 'none', masterPort()]],
  ] as const;

  it.for(ways)('reads the meters over %s as they are', async ([, canRun, where], { skip }) => {
    skip(!canRun, 'needs socat');
    // A process for each read: of the longest tables the first is enough.
    for (const { address, profile } of slaves.slice(0, 6)) {
      const [block] = planReads(profile.registers, profile.limits);
      if (block === undefined) throw new Error(`${profile.id} has no registers`);
      const read: Read = async (fc, start, count) => {
        const said = await run(
          '-a',
          `${address}`,
          '-t',
          `${fc === 3 ? 4 : 3}:hex`,
          '-r',
          `${start}`,
          '-c',
          `${count}`,
          ...where(),
        );
        return [...said.matchAll(/^\[\d+\]:\s+0x([0-9A-F]{4})/gim)].map(found =>
          Number.parseInt(found[1] ?? '', 16),
        );
      };
      expect(await expectTrue({ ...profile, registers: block.registers }, read)).toBe(block.registers.length);
    }
    // Its own idea of floats.
    const floats = await run('-a', '1', '-t', '3:float', '-B', '-r', '0', '-c', '3', ...where());
    expect([...floats.matchAll(/^\[\d+\]:\s+(\S+)/gm)].map(found => Number(found[1]))).toEqual(
      (['voltageL1V', 'voltageL2V', 'voltageL3V'] as const).map(id => quantities[id].wire),
    );
  });
});

it('a Modbus TCP client that sends in pieces, and several at once, gets the answer of each transaction', async () => {
  const requests = [0x0101, 0x0202, 0x0303].map((transaction, index) => {
    const head = Buffer.from([0, 0, 0, 0, 0, 6, 1 + (index % 2), 4, 0, 0, 0, index === 1 ? 1 : 2]);
    head.writeUInt16BE(transaction, 0);
    return head;
  });
  // A protocol that is not Modbus gets no answer and disturbs none.
  const foreign = Buffer.from([9, 9, 0, 1, 0, 3, 1, 4, 0]);
  const socket = connect({ port: tcp.port, host: '127.0.0.1', noDelay: true });
  const heard: Buffer[] = [];
  socket.on('data', bytes => heard.push(bytes));
  const all = Buffer.concat([...requests.slice(0, 2), foreign, ...requests.slice(2)]);
  for (let at = 0; at < all.length; at += 5) {
    socket.write(all.subarray(at, at + 5));
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  const want = 6 + 3 + 4 + (6 + 3 + 2) + (6 + 3 + 4);
  await until(() => Buffer.concat(heard).length >= want);
  const told = Buffer.concat(heard);
  expect(told.length).toBe(want);
  expect([told.readUInt16BE(0), told.readUInt16BE(13), told.readUInt16BE(24)]).toEqual([
    0x0101, 0x0202, 0x0303,
  ]);
  expect([told[6], told[19], told[30]]).toEqual([1, 2, 1]);
  // A length that is none: nothing more can be found in the stream.
  const closed = new Promise(resolve => socket.on('close', resolve));
  socket.write(Buffer.from([0, 1, 0, 0, 9, 9]));
  await closed;
});
