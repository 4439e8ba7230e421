import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ExportedRow, exportedRows } from '../../simulator/lab/export-rows.ts';
import { Lab } from '../../simulator/lab/lab.ts';
import { freeLabPort } from '../../simulator/lab/lab-port.ts';
import { processFigures } from '../../simulator/lab/process-figures.ts';
import { SimulatedOpcUaServer } from '../../simulator/sources/opcua/opcua-server.ts';
import { comesTrue } from '../comes-true.ts';
import { patienceMs } from '../patience.ts';

let folder = '';
let lab: Lab;
let server: SimulatedOpcUaServer;
let energyWh = 12_345_678_000;

/** 18 MW: each reading is another one. */
const counted = (): bigint => {
  energyWh += 1000;
  return BigInt(energyWh);
};

const start = (port: number) =>
  SimulatedOpcUaServer.start({
    folder: join(folder, 'server'),
    port,
    isSmall: true,
    everyMs: 200,
    users: { ada: 'correct horse' },
    isOpen: false,
    variables: [
      { object: 'House', name: 'Power', type: 'Double', unit: ['KWT', 'kW'], read: () => -1.5 },
      { object: 'House', name: 'Energy', type: 'UInt64', read: counted },
    ],
  });

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  folder = await mkdtemp(join(tmpdir(), 'joulegate-opcua-'));
  [lab, server] = await Promise.all([Lab.start({ folder: join(folder, 'lab') }), freeLabPort().then(start)]);
});
afterAll(async () => {
  await lab?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
  vi.restoreAllMocks();
});

const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  const endMs = performance.now() + patienceMs;
  while (!(await isSo()) && performance.now() < endMs) await new Promise(resolve => setTimeout(resolve, 200));
  expect(await isSo()).toBe(true);
};

async function stored(): Promise<ExportedRow[]> {
  const now = Date.now();
  const { body } = await lab.api.stream(
    'GET',
    `/api/v1/exports/readings?form=csv&resolution=windows&from=${now - 3_600_000}&to=${now + 60_000}`,
  );
  const rows: ExportedRow[] = [];
  if (body !== null) for await (const some of exportedRows(body)) rows.push(...some);
  return rows;
}

test('a built host reads in a thread of its own, through a restart of the server, and has each window once', async () => {
  const before = processFigures(lab.host.pid);
  const value = { id: 'house', name: 'House', everyS: 1 };
  const settings = {
    url: server.url,
    security: 'encrypt',
    login: 'user',
    user: 'ada',
    password: 'correct horse',
    fingerprint: server.fingerprint,
    values: [
      { ...value, nodeId: 'ns=1;s=House.Power', quantity: 'powerW', factor: 1000 },
      { ...value, nodeId: 'ns=1;s=House.Energy', quantity: 'energyImportWh' },
    ],
  };
  // On a busy machine a server is slower than there is time for looking around: then it is asked again.
  await comesTrue(() =>
    expect(lab.api.post('/api/v1/connectors/discover', { kind: 'opcua', settings })).rejects.toThrow(
      'the server does not take the certificate of this client; trust it there',
    ),
  );
  const certificate = await readFile(join(lab.dataDir, 'opcua/client.der'));
  await server.trust(certificate);
  await comesTrue(async () => {
    const { meters, fault } = await lab.api.post<{ meters: { values: object }[]; fault: string | null }>(
      '/api/v1/connectors/probe',
      { kind: 'opcua', settings },
    );
    expect(fault).toBeNull();
    expect(meters[0]?.values).toEqual({ powerW: -1500, energyImportWh: expect.any(Number) });
  });
  await until(() => server.sessions === 0);

  await lab.api.post('/api/v1/connectors', { id: 'plc', kind: 'opcua', name: 'PLC', settings });
  await until(() => server.subscriptions === 1);
  const running = processFigures(lab.host.pid);
  const { port } = server;
  await server.stop(true);
  server = await start(port);
  await server.trust(certificate);
  await until(() => server.subscriptions === 1);
  await until(async () => (await stored()).length >= 4);
  const rows = await stored();
  const keys = rows.map(({ series, startS }) => `${series} ${startS}`);
  expect(new Set(keys).size).toBe(keys.length);
  const of = (quantity: string) =>
    rows.filter(({ series }) => series === `plc.house.${quantity}`).sort((a, b) => a.startS - b.startS);
  for (const { min, max } of of('powerW')) expect([min, max]).toEqual([-1_500_000, -1_500_000]);
  const readings = of('energyImportWh').map(({ last }) => last / 10_000);
  expect(readings.every((reading, index) => reading > (readings[index - 1] ?? 12_345_678_000))).toBe(true);
  expect(readings.every(reading => reading % 1000 === 0 && reading <= energyWh)).toBe(true);

  await lab.api.delete('/api/v1/connectors/plc');
  await until(() => server.sessions === 0 && processFigures(lab.host.pid).threads <= before.threads + 4);
  const after = processFigures(lab.host.pid);
  const told = [before, running, after].map(
    ({ rssMb, threads }) => `${Math.round(rssMb)} MB, ${threads} threads`,
  );
  console.info(`before, with OPC UA, after: ${told.join('; ')}`);
});
