import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Store } from '../../host/store/store.ts';
import { Publisher } from '../wires/publisher.ts';
import { windowAt } from '../wires/windows.ts';
import { HostProcess } from './host-process.ts';

const gateways = ['attic', 'cellar', 'garage'];
const kills = 6;
const burst = 40;
const epoch = '00000000000000aa';

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

test('a host killed again and again under load has every record in its table once', {
  timeout: 120_000,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-kill-'));
  let host = await HostProcess.start(dataDir, gateways);
  const publishers = gateways.map(
    gateway =>
      new Publisher({
        gateway,
        password: host.ready.passwords[gateway] ?? '',
        port: host.ready.mqttPort,
        epoch,
        perMessage: 20,
        inFlight: 4,
        resendMs: 500,
      }),
  );
  let next = 0;
  const load = setInterval(() => {
    // Always work on its way, never a mountain of it.
    if (next - Math.min(...publishers.map(({ acked }) => acked)) > 2000) return;
    const windows = Array.from({ length: burst }, (_, index) => windowAt('main', next + index));
    next += burst;
    for (const publisher of publishers) publisher.add(...windows);
  }, 20);
  const ackedAtKill: number[] = [];
  for (let round = 0; round < kills; round++) {
    const floor = publishers[0]?.acked ?? 0;
    // Not before it has work, and then at any moment of it.
    await expect.poll(() => publishers[0]?.acked, { timeout: 20_000 }).toBeGreaterThan(floor);
    await pause(Math.random() * 400);
    await host.end('SIGKILL');
    ackedAtKill.push(...publishers.map(({ acked }) => acked));
    host = await HostProcess.start(dataDir, gateways);
    for (const [index, publisher] of publishers.entries()) {
      await publisher.moveTo(host.ready.mqttPort, host.ready.passwords[gateways[index] as string] ?? '');
    }
  }
  clearInterval(load);
  await Promise.all(publishers.map(publisher => publisher.settled()));
  for (const publisher of publishers) await publisher.close();
  await host.end('SIGTERM');

  const store = await Store.open({ dataDir, zone: 'UTC' });
  for (const gateway of gateways) {
    expect(store.watermark(gateway, epoch)).toBe(next);
    for (const [table, perWindow] of [
      ['gauge', 2],
      ['counter', 1],
    ] as const) {
      const [row] = await store.all(
        `SELECT count(*) AS rows, count(DISTINCT (startS, series)) AS once, min(startS) AS fromS, max(startS) AS toS
         FROM ${table} JOIN series ON series.number = ${table}.series JOIN meter ON meter.number = series.meter
         WHERE gateway = ?`,
        [gateway],
      );
      expect(row).toEqual({
        rows: next * perWindow,
        once: next * perWindow,
        fromS: windowAt('main', 0).startMs / 1000,
        toS: windowAt('main', next - 1).startMs / 1000,
      });
    }
    const [wrong] = await store.all(
      `SELECT count(*) AS rows FROM counter JOIN series ON series.number = counter.series
       JOIN meter ON meter.number = series.meter
       WHERE gateway = ? AND last <> (startS - ?) / 10 + 0.5`,
      [gateway, windowAt('main', 0).startMs / 1000],
    );
    expect(wrong).toEqual({ rows: 0 });
    expect(store.newest(`${gateway}.main`)?.values.energyImportWh).toBe(next - 0.5);
  }
  expect(Math.max(...ackedAtKill)).toBeGreaterThan(0);
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});
