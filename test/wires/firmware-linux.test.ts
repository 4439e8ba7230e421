import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Static } from 'typebox';
import { expect, onTestFinished, test } from 'vitest';
import type { Gateway, Meter, Readings } from '../../host/api/contract.ts';
import { isSocatInstalled, openPty } from '../../simulator/meters/pty.ts';
import { SiteHost } from '../faults/site-host.ts';
import { seed } from '../seed.ts';
import { serveSite, sitePlant } from '../site.ts';

const hasScreen = process.env.DISPLAY !== undefined || spawnSync('xvfb-run', ['--help']).status === 0;
const lacks =
  process.env.MODDABLE === undefined
    ? 'MODDABLE is not set'
    : !isSocatInstalled()
      ? 'no socat'
      : hasScreen
        ? undefined
        : 'no screen and no xvfb';

const buildMs = 240_000;
const runMs = 45_000;
const outageMs = 20_000;
const windowMs = 5000;

/**
 * The whole firmware on XS, as the SDK builds it for Linux: its serial ports are pseudo-terminals of the simulated bus
 * and head, its broker the real host's, and the host is away for a while.
 */
test.skipIf(lacks !== undefined)(
  `the firmware on XS brings a bus and a head into the database, also over an outage of the host${lacks === undefined ? '' : ` (skipped: ${lacks})`}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'joulegate-xs-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const served = await serveSite(sitePlant(seed, Date.now() - 10_000));
    const [bus, head] = await Promise.all([
      openPty(join(folder, 'bus'), served.rs485.port),
      openPty(join(folder, 'head'), served.ir.port),
    ]);
    onTestFinished(() => bus.close());
    onTestFinished(() => head.close());
    const host = await SiteHost.start();
    onTestFinished(() => host.remove());
    const password = await host.addGateway('xs');
    const site = served.settings({ windowS: windowMs / 1000, sampleMs: 1000 });
    // The SDK has no I2C on Linux.
    const lines = site.lines
      .filter(({ kind }) => kind !== 'i2c')
      .map(line => ({ ...line, port: line.kind === 'ir' ? head.path : bus.path }));
    const meters = site.meters.filter(({ line }) => lines.some(({ id }) => id === line));
    await host.put('/api/v1/gateways/xs/settings', { ...site, lines, meters });

    const firmware = spawn(
      process.execPath,
      [
        ...['dist/host/cli.js', 'firmware', 'linux', 'gateway=xs', 'broker=127.0.0.1'],
        ...[`port=${host.mqttPort}`, `password=${password}`, `dataFolder=${join(folder, 'gateway')}`],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let log = '';
    firmware.stdout.on('data', bytes => (log += bytes));
    firmware.stderr.on('data', bytes => (log += bytes));
    onTestFinished(async () => {
      firmware.kill('SIGTERM');
      if (firmware.exitCode === null) await new Promise(resolve => firmware.once('exit', resolve));
    });

    const gateway = () => host.get<Static<typeof Gateway>>('/api/v1/gateways/xs');
    const wellMeters = async (): Promise<number> => {
      const all = await host.get<Static<typeof Meter>[]>('/api/v1/meters');
      return all.filter(
        ({ state, lastWindowMs }) => state === 'well' && (lastWindowMs ?? 0) > Date.now() - 15_000,
      ).length;
    };
    try {
      await expect.poll(wellMeters, { timeout: buildMs, interval: 500 }).toBe(meters.length);
    } catch (error) {
      throw new Error(`${String(error)}; the firmware said:\n${log.slice(-3000)}`);
    }
    const before = await gateway();
    await pause(runMs);
    await host.close();
    await pause(outageMs);
    await host.open();
    await expect.poll(wellMeters, { timeout: 90_000, interval: 500 }).toBe(meters.length);
    await expect
      .poll(async () => (await gateway()).journal?.records, { timeout: 30_000, interval: 500 })
      .toBeLessThan(3);

    const after = await gateway();
    expect(after.uptimeS).toBeGreaterThan((before.uptimeS ?? 0) + (runMs + outageMs) / 1000 - 1);
    expect(after).toMatchObject({ journal: { dropped: 0 }, ingest: { lost: 0, malformed: 0 } });
    const toMs = Math.floor(Date.now() / windowMs) * windowMs - 2 * windowMs;
    const fromMs = toMs - runMs - outageMs;
    let values = 0;
    for (const { id } of meters) {
      const { startMs, last } = await host.get<Static<typeof Readings>>('/api/v1/readings', {
        ...{ series: `xs.${id}.energyImportWh`, from: fromMs, to: toMs, points: 1000 },
      });
      // Every window of the run, also those of the outage.
      expect(startMs.length, id).toBe((toMs - fromMs) / windowMs);
      expect(
        last.every(reading => reading !== null),
        id,
      ).toBe(true);
      values += last.length;
    }
    const counted = Object.values(after.lines);
    const { requests = 0, retries = 0, answers = 0 } = counted.find(counts => 'requests' in counts) ?? {};
    // On a busy machine the slaves answer late: what counts is that a question that was asked once more is answered then.
    const questions = requests - retries;
    expect(questions).toBeGreaterThan(0);
    expect(answers).toBeGreaterThan(0.9 * questions);
    // A head sends whenever it likes: no byte of it may be lost, busy or not.
    const { telegrams = 0, valid = 0 } = counted.find(counts => 'telegrams' in counts) ?? {};
    expect(telegrams).toBeGreaterThan((runMs + outageMs) / 2000);
    expect(valid).toBe(telegrams);
    console.log(
      `  ${meters.length} meters on XS for ${after.uptimeS} s, ${outageMs / 1000} s without a host: ${requests} requests, ` +
        `${answers} answers, ${telegrams} telegrams, ${values} readings of counters in the database of ${values} due, 0 lost`,
    );
  },
  buildMs + 300_000,
);

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
