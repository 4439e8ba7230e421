import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type QuantityId, quantities, quantityIds } from '#core/quantities.ts';
import { encodeRecord, type WindowRecord } from '#core/wire/records.ts';
import { HostProcess } from '../faults/host-process.ts';
import { Publisher } from '../wires/publisher.ts';

const loadMs = 12_000;
const warmUpMs = 2000;
const gateways = Array.from({ length: 16 }, (_, index) => `gateway-${index + 1}`);
/** A gateway that catches up: five windows of its four meters in a message. */
const perMessage = 20;
const inFlight = 4;
const windowCount = 12_000;

/** What four meters of a house give: a three-phase meter, a small one, a smart meter's head, a DC sensor. */
const meters: Readonly<Record<string, readonly QuantityId[]>> = {
  grid: quantityIds
    .filter(id => quantities[id].wire <= 39 && !id.includes('thd'))
    .concat('energyImportWh', 'energyExportWh'),
  heatpump: [
    'powerW',
    'voltageV',
    'currentA',
    'powerFactor',
    'frequencyHz',
    'energyImportWh',
    'energyExportWh',
  ],
  sml: ['powerW', 'powerL1W', 'powerL2W', 'powerL3W', 'energyImportWh', 'energyExportWh'],
  battery: ['voltageV', 'currentA', 'powerW', 'shuntVoltageV', 'energyImportWh', 'energyExportWh'],
};

function recordOf(meter: string, window: number): WindowRecord {
  const ids = meters[meter] ?? [];
  return {
    meter,
    startMs: Date.UTC(2026, 0, 1) + window * 10_000,
    windowS: 10,
    clock: 'synced',
    failures: [],
    values: ids.map((quantity, index) => {
      const { kind, decimals, max } = quantities[quantity];
      const step = 10 ** -Math.min(decimals, 3);
      const value = Math.min(max * 0.9, 230 + index) - ((window * 37 + index * 11) % 400) * step;
      if (kind === 'counter') return { quantity, samples: 10, last: 1e6 + window * 0.25 };
      const spread = step * ((window + index) % 50);
      return { quantity, samples: 10, mean: value, min: value - spread, max: value + spread, last: value };
    }),
  };
}

const valuesPerWindow = Object.values(meters).reduce((sum, ids) => sum + ids.length, 0);
const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0) * 10) / 10;
}

/**
 * Gateways with full journals send to a host of its own process over TCP as fast as it acknowledges; then the same
 * gateways with one message a second each, for the time an acknowledgement takes when nothing is behind.
 */
export async function bench(): Promise<Record<string, number>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-bench-'));
  const records: Uint8Array[] = [];
  for (let window = 0; window < windowCount; window++) {
    for (const meter of Object.keys(meters)) records.push(encodeRecord(recordOf(meter, window)));
  }
  const host = await HostProcess.start(dataDir, gateways);
  const publishersFor = (epoch: string) =>
    gateways.map(
      gateway =>
        new Publisher({
          gateway,
          password: host.ready.passwords[gateway] ?? '',
          port: host.ready.mqttPort,
          epoch,
          perMessage,
          inFlight,
          resendMs: 10_000,
        }),
    );
  const valuesPerRecord = valuesPerWindow / Object.keys(meters).length;

  const busy = publishersFor('00000000000000aa');
  const ackedRecords = () => busy.reduce((sum, { acked }) => sum + acked, 0);
  for (const publisher of busy) publisher.addEncoded(records);
  await pause(warmUpMs);
  for (const publisher of busy) publisher.ackLatenciesMs.length = 0;
  const [fromRecords, fromMs] = [ackedRecords(), performance.now()];
  await pause(loadMs);
  const [toRecords, toMs] = [ackedRecords(), performance.now()];
  const rssMb =
    Number(execFileSync('ps', ['-o', 'rss=', '-p', String(host.pid)], { encoding: 'utf8' })) / 1024;
  if (toRecords >= records.length * gateways.length) throw new Error('the journals ran dry before the end');
  const resent = busy.reduce((sum, publisher) => sum + publisher.resent, 0);
  for (const publisher of busy) await publisher.close();

  const steady = publishersFor('00000000000000bb');
  for (let round = 0; round < 6; round++) {
    for (const [index, publisher] of steady.entries()) {
      setTimeout(
        () => publisher.addEncoded(records.slice(round * 4, round * 4 + 4)),
        (index * 1000) / steady.length,
      );
    }
    await pause(1000);
  }
  await Promise.all(steady.map(publisher => publisher.settled()));
  for (const publisher of steady) await publisher.close();
  await host.end('SIGTERM');
  await rm(dataDir, { recursive: true, force: true });

  const latencies = (publishers: readonly Publisher[]) => publishers.flatMap(each => each.ackLatenciesMs);
  return {
    valuesPerSecond: Math.round(((toRecords - fromRecords) * valuesPerRecord * 1000) / (toMs - fromMs)),
    ackP50Ms: percentile(latencies(busy), 0.5),
    ackP99Ms: percentile(latencies(busy), 0.99),
    rssMb: Math.round(rssMb),
    steadyAckP50Ms: percentile(latencies(steady), 0.5),
    steadyAckP99Ms: percentile(latencies(steady), 0.99),
    valuesPerMessage: Math.round(valuesPerRecord * perMessage),
    gateways: gateways.length,
    resent,
  };
}
