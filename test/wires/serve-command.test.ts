import modbusSerial from 'modbus-serial';
import { expect, it } from 'vitest';
import { createHeadSource } from '#app/head-reader.ts';
import { smlMeter } from '#profiles/sml-meter.ts';
import { runCommand } from '../../simulator/commands.ts';
import { openNodeSerial } from '../../simulator/gateway/node-serial.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import { meterSettings, noLog, recordingSink } from '../firmware/app/line-rig.ts';

interface Served {
  readonly lines: readonly {
    readonly kind: string;
    readonly port: string;
    readonly further: readonly string[];
  }[];
}

const until = async (isSo: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 2000 && !isSo(); tries++) await new Promise(resolve => setTimeout(resolve, 10));
  expect(isSo()).toBe(true);
};

it('serve puts any meter on the bus as Modbus TCP, and a head with quirks beside it', async () => {
  const out: string[] = [];
  let stop = () => {};
  const stopped = new Promise<void>(resolve => {
    stop = resolve;
  });
  const terminal = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void out.push(line),
    stopped,
  };
  const wanted = [
    '--modbus-port',
    '0',
    '--meters',
    'abb-b23@20,sunspec@22',
    '--head',
    'sml+kermit-crc+bare-time',
  ];
  const code = runCommand(['serve', '--json', '--seed', '7', ...wanted], terminal);
  await until(() => out.some(line => line.startsWith('{')));
  const { lines }: Served = JSON.parse(out.find(line => line.startsWith('{')) ?? '{}');
  const bus = lines.find(({ kind }) => kind === 'rs485');
  const ir = lines.find(({ kind }) => kind === 'ir');
  const modbusPort = /:(\d+) +Modbus TCP/.exec(bus?.further.join('\n') ?? '')?.[1];
  const client = new modbusSerial.default();
  await client.connectTCP('127.0.0.1', { port: Number(modbusPort) });
  client.setTimeout(3000);
  client.setID(20);
  const { data } = await client.readHoldingRegisters(0x5b00, 2);
  const voltage = ((data[0] ?? 0) * 65_536 + (data[1] ?? 0)) / 10;
  expect(voltage).toBeGreaterThan(200);
  expect(voltage).toBeLessThan(260);
  client.setID(22);
  expect((await client.readHoldingRegisters(40_000, 2)).buffer.toString('latin1')).toBe('SunS');
  const { sink, samples, failures } = recordingSink();
  const source = createHeadSource({
    time: nodeTime,
    line: { id: 'ir', kind: 'ir', port: ir?.port ?? '' },
    openSerial: openNodeSerial,
    meter: { settings: meterSettings('grid', 1), profile: smlMeter, sink },
    log: noLog,
  });
  source.start();
  await until(() => samples.length >= 2);
  expect(samples[0]?.values.energyImportWh).toBeGreaterThanOrEqual(0);
  expect(samples[0]?.values).toHaveProperty('powerW');
  expect(failures.length).toBeLessThanOrEqual(1);
  source.stop();
  await new Promise<void>(resolve => client.close(() => resolve()));
  stop();
  expect(await code).toBe(0);
});
