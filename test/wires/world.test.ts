import { connect } from 'node:net';
import modbusSerial from 'modbus-serial';
import { afterEach, expect, test } from 'vitest';
import { House } from '../../simulator/house/house.ts';
import { startWorld, type World } from '../../simulator/world.ts';

const startMs = Date.UTC(2026, 5, 10, 10, 30);
let world: World | undefined;
afterEach(() => world?.close());

test('an independent Modbus client reads from every meter on the bus what is true in the house', async () => {
  let houseMs = startMs;
  const house = new House({ seed: 12, startMs });
  world = await startWorld({ house, houseMs: () => houseMs });
  const client = new modbusSerial.default();
  await client.connectTelnet('127.0.0.1', { port: world.rs485.port });
  client.setTimeout(5000);
  try {
    houseMs += 3_600_500;
    const float = async (unit: number, register: number): Promise<number> => {
      client.setID(unit);
      return (await client.readInputRegisters(register, 2)).buffer.readFloatBE(0);
    };
    expect(await float(1, 0x34)).toBe(Math.fround(house.points.main.read('powerW') as number));
    expect(house.atMs).toBe(startMs + 3_600_000);
    expect(await float(1, 0x4a)).toBe(
      Math.fround((house.points.main.read('energyExportWh') as number) / 1000),
    );
    expect(await float(2, 0)).toBe(Math.fround(house.points.ev.read('voltageV') as number));
    client.setID(3);
    const kitchen = await client.readInputRegisters(0, 9);
    expect(kitchen.data[0]).toBe(Math.round((house.points.kitchen.read('voltageV') as number) * 10));
    const energyWh = (kitchen.data[5] as number) + (kitchen.data[6] as number) * 65_536;
    expect(energyWh).toBe(house.points.kitchen.read('energyImportWh'));
  } finally {
    client.close(() => {});
  }
});

test('the smart meter sends a telegram each second', async () => {
  world = await startWorld({ house: new House({ seed: 12, startMs }), houseMs: () => startMs });
  const bytes: number[] = [];
  const socket = connect(world.ir.port, '127.0.0.1').on('data', data => bytes.push(...data));
  const starts = () => Buffer.from(bytes).toString('hex').split('1b1b1b1b01010101').length - 1;
  for (let tries = 0; tries < 1000 && starts() < 2; tries++) await new Promise(done => setTimeout(done, 10));
  socket.destroy();
  expect(starts()).toBe(2);
});

test('a port that is taken is told, and nothing stays open', async () => {
  const house = new House({ seed: 12, startMs });
  world = await startWorld({ house, houseMs: () => startMs });
  const { rs485, ir } = world;
  await expect(startWorld({ house, houseMs: () => startMs, rs485Port: rs485.port })).rejects.toThrow(
    'EADDRINUSE',
  );
  await expect(startWorld({ house, houseMs: () => startMs, irPort: ir.port })).rejects.toThrow('EADDRINUSE');
});
