import { connect } from 'node:net';
import modbusSerial from 'modbus-serial';
import { expect, test } from 'vitest';
import { wireSite } from '../../simulator/scenario/wired-site.ts';
import { serveSite, sitePlant, siteScenario } from '../site.ts';

const startMs = Date.UTC(2026, 5, 10, 10, 30);

test('an independent Modbus client reads from every meter on the bus what is true at its circuit', async () => {
  let plantMs = startMs;
  const plant = sitePlant(12, startMs);
  const served = await serveSite(plant, () => plantMs);
  const client = new modbusSerial.default();
  await client.connectTelnet('127.0.0.1', { port: served.rs485.port });
  // Nothing waits longer than it must, and a busy machine is slow.
  client.setTimeout(60_000);
  try {
    plantMs += 3_600_500;
    const float = async (unit: number, register: number): Promise<number> => {
      client.setID(unit);
      return (await client.readInputRegisters(register, 2)).buffer.readFloatBE(0);
    };
    const supply = plant.point('supply', 'by-phase');
    expect(await float(1, 0x34)).toBe(Math.fround(supply.read('powerW') as number));
    expect(plant.atMs).toBe(startMs + 3_600_000);
    expect(await float(1, 0x4a)).toBe(
      Math.fround(Math.floor(supply.read('energyExportWh') as number) / 1000),
    );
    expect(await float(2, 0)).toBe(Math.fround(plant.point('ev.L1').read('voltageV') as number));
    client.setID(3);
    const circuit = plant.point('kitchen');
    const kitchen = await client.readInputRegisters(0, 9);
    expect(kitchen.data[0]).toBe(Math.round((circuit.read('voltageV') as number) * 10));
    const energyWh = (kitchen.data[5] as number) + (kitchen.data[6] as number) * 65_536;
    expect(energyWh).toBe(Math.floor(circuit.read('energyImportWh') as number));
  } finally {
    client.close(() => {});
  }
});

test('the smart meter sends a telegram each second', async () => {
  const served = await serveSite(sitePlant(12, startMs), () => startMs);
  const bytes: number[] = [];
  const socket = connect(served.ir.port, '127.0.0.1').on('data', data => bytes.push(...data));
  const starts = () => Buffer.from(bytes).toString('hex').split('1b1b1b1b01010101').length - 1;
  await expect.poll(starts).toBeGreaterThanOrEqual(2);
  socket.destroy();
});

test('a port that is taken is told with its line, and nothing stays open', async () => {
  const plant = sitePlant(12, startMs);
  const { rs485, ir } = await serveSite(plant, () => startMs);
  for (const [line, port] of [
    ['rs485-1', rs485.port],
    ['ir-1', ir.port],
  ] as const) {
    const options = { scenario: siteScenario, plant, plantMs: () => startMs, tcpPorts: { [line]: port } };
    await expect(wireSite(options)).rejects.toMatchObject({ name: 'Error', line, port, code: 'EADDRINUSE' });
  }
});
