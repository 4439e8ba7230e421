import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import modbusSerial from 'modbus-serial';
import { expect, it } from 'vitest';
import { createHeadSource } from '#app/head-reader.ts';
import { smlMeter } from '#profiles/sml-meter.ts';
import { runCommand } from '../../simulator/commands.ts';
import { LabClient } from '../../simulator/control/lab-client.ts';
import { openNodeSerial } from '../../simulator/gateway/node-serial.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import { until } from '../comes-true.ts';
import { meterSettings, noLog, recordingSink } from '../firmware/app/line-rig.ts';
import { patienceMs } from '../patience.ts';

interface Served {
  readonly laboratory: string;
  readonly lines: readonly {
    readonly kind: string;
    readonly port: string;
    readonly further: readonly string[];
  }[];
}

/** serve with these options, once it says what it serves. */
async function serving(...options: readonly string[]) {
  const out: string[] = [];
  let stop = () => {};
  const stopped = new Promise<void>(resolve => {
    stop = resolve;
  });
  const say = (line: string) => void out.push(line);
  const code = runCommand(['serve', '--json', '--seed', '7', ...options], { out: say, err: say, stopped });
  await until(() => out.some(line => line.startsWith('{')));
  const served: Served = JSON.parse(out.find(line => line.startsWith('{')) ?? '{}');
  return { served, out, stop, code };
}

const modbusPortOf = ({ lines }: Served): number =>
  Number(/:(\d+) +Modbus TCP/.exec(lines.flatMap(({ further }) => further).join('\n'))?.[1]);

it('serve --fault dead: the meter at address 1 is silent, the others are not', async () => {
  const { served, stop, code } = await serving('--fault', 'dead', '--modbus-port', '0');
  const client = new modbusSerial.default();
  await client.connectTCP('127.0.0.1', { port: modbusPortOf(served) });
  client.setTimeout(patienceMs);
  client.setID(2);
  expect((await client.readInputRegisters(0, 2)).data).toHaveLength(2);
  client.setID(1);
  await expect(client.readInputRegisters(0, 2)).rejects.toThrow('Modbus exception 11');
  await new Promise<void>(resolve => client.close(() => resolve()));
  stop();
  expect(await code).toBe(0);
});

it('a schedule goes by the clock of its scenario, however fast serve lets it go', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'joulegate-serve-'));
  const file = join(folder, 'hasty.yaml');
  writeFileSync(
    file,
    `name: Hasty
supply: { kind: single-phase }
circuits: [{ id: socket, load: { kind: steady, powerW: 5 } }]
lines: [{ id: bus, kind: rs485 }]
meters: [{ id: plug, profile: eastron-sdm120, at: socket, line: bus, address: 1 }]
happenings: [{ what: line.echo, at: 10 h, for: 100 h, every: 1000 h }]
`,
  );
  const { served, stop, code } = await serving('--scenario', file, '--speed', '3600');
  const { planned, nowMs } = await LabClient.find(served.laboratory).state();
  expect(planned).toMatchObject([{ what: 'line.echo', forS: 100, everyS: 1000 }]);
  // 10 s of this machine's clock.
  expect((planned[0]?.nextMs ?? Number.POSITIVE_INFINITY) - nowMs).toBeLessThanOrEqual(10_000);
  stop();
  expect(await code).toBe(0);
  rmSync(folder, { recursive: true });
});

it('serve puts any meter on the bus as Modbus TCP, and a head with quirks beside it', async () => {
  const wanted = [
    '--modbus-port',
    '0',
    '--meters',
    'abb-b23@20,sunspec@22',
    '--head',
    'sml+kermit-crc+bare-time',
  ];
  const { served, stop, code } = await serving(...wanted);
  const { lines } = served;
  const ir = lines.find(({ kind }) => kind === 'ir');
  const client = new modbusSerial.default();
  await client.connectTCP('127.0.0.1', { port: modbusPortOf(served) });
  client.setTimeout(patienceMs);
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
