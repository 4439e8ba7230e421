import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { placesOf } from '../../host/store/recovery-files.ts';
import type { HostCalls } from './bench-host.ts';
import { CalledProcess } from './calls.ts';
import { loadLine, rssMb } from './machine.ts';
import { median, rounded } from './numbers.ts';
import { storePeers } from './peers/peers.ts';
import { tableBytes } from './year/table-bytes.ts';
import { yearFile } from './year/year.ts';

const starts = 5;

/**
 * What a stored year of 10 s windows of 100 series takes: disk for each value, and time for a host to start with it.
 * `--days 30` takes less, `--fresh` makes the year anew.
 */
export async function bench(args: readonly string[]): Promise<Record<string, number>> {
  const { values } = parseArgs({
    args: [...args],
    options: { days: { type: 'string', default: '365' }, fresh: { type: 'boolean', default: false } },
  });
  const year = await yearFile(Number(values.days), values.fresh);
  const dir = await mkdtemp(join(tmpdir(), 'joulegate-bench-'));
  console.log(loadLine('before'));
  try {
    const dataDir = join(dir, 'data');
    await mkdir(dataDir);
    await copyFile(year.path, placesOf(dataDir).database);
    const readyMs: number[] = [];
    const startMs: number[] = [];
    let rss = 0;
    for (let round = 0; round < starts; round++) {
      const fromMs = performance.now();
      const host = new CalledProcess<HostCalls>(new URL('./bench-host.js', import.meta.url));
      const ready = await host.call('start', { dataDir, gateways: [] });
      readyMs.push(performance.now() - fromMs);
      startMs.push(ready.startMs);
      rss = rssMb(host.pid);
      await host.call('reopen', { gateways: [], epoch: '' });
      await host.end();
    }
    const stored = year.gauges + year.counters;
    const tables = await tableBytes(placesOf(dataDir).database);
    for (const [name, bytes] of Object.entries(tables)) console.log(`${name}: ${Math.round(bytes / 1e6)} MB`);
    const raw = (tables.gauge ?? 0) + (tables.counter ?? 0);
    const peers = await storePeers(dir);
    console.log(loadLine('after'));
    return {
      days: Number(values.days),
      values: stored,
      bytesPerValue: rounded(raw / stored, 2),
      bytesPerValueWithAll: rounded(year.usedBytes / stored, 2),
      fileMb: Math.round(year.bytes / 1e6),
      fileUsedMb: Math.round(year.usedBytes / 1e6),
      processToReadyMs: Math.round(median(readyMs)),
      startToReadyMs: Math.round(median(startMs)),
      startToReadyMaxMs: Math.round(Math.max(...startMs)),
      rssReadyMb: Math.round(rss),
      weekClosedInS: year.weekClosedInS,
      yearMadeInS: year.madeInS,
      ...peers,
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
