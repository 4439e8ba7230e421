import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { QuantityId } from '#core/quantities.ts';
import { encodeRecord } from '#core/wire/records.ts';
import { Forwards } from '../../host/forward/forwards.ts';
import { Secrets } from '../../host/secrets/secrets.ts';
import { Store } from '../../host/store/store.ts';
import { loadLine } from './machine.ts';
import { percentile, rounded } from './numbers.ts';

const gauges: readonly QuantityId[] = [
  'powerW',
  'powerL1W',
  'powerL2W',
  'powerL3W',
  'voltageL1V',
  'currentL1A',
];
const counters: readonly QuantityId[] = ['energyImportWh', 'energyExportWh'];
const valuesOfWindow = gauges.length + counters.length;
const meters = 50;
const beginS = 1_780_000_000;

/** A server that takes everything at once, in a thread of its own. */
const sink = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  const server = createServer((request, reply) => {
    request.resume();
    request.on('end', () => { reply.writeHead(204); reply.end(); });
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

async function commit(store: Store, turn: number, sequence: number): Promise<number> {
  const batch = store.batch();
  const startMs = (beginS + turn * 10) * 1000;
  for (let meter = 0; meter < meters; meter++) {
    const values = [
      ...gauges.map((quantity, index) => {
        const mean = ((turn * 7 + meter * 13 + index * 101) % 4000) / 10;
        return { quantity, samples: 10, mean, min: mean - 1, max: mean + 1, last: mean };
      }),
      ...counters.map(quantity => ({ quantity, samples: 1, last: turn * 10 + meter })),
    ];
    const record = { meter: 'main', startMs, windowS: 10, clock: 'synced', values, failures: [] } as const;
    const added = batch.add(`gw${meter}`, encodeRecord(record), Math.floor(Date.now() / 1000));
    if (!added.ok) throw new Error(added.detail);
  }
  batch.mark({ gateway: 'gw0', epoch: '00000000000000aa', sequence });
  const fromMs = performance.now();
  await store.commit(batch);
  return performance.now() - fromMs;
}

/** Values a second that a backlog is handed on with, and what commits and the event loop notice of it. `--turns 400` is the backlog. */
export async function bench(args: readonly string[]): Promise<Record<string, number>> {
  const { values } = parseArgs({ args: [...args], options: { turns: { type: 'string', default: '1000' } } });
  const turns = Number(values.turns);
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-bench-'));
  const worker = new Worker(sink, { eval: true });
  const [port] = (await once(worker, 'message')) as [number];
  const store = await Store.open({ dataDir, zone: 'Europe/Berlin' });
  const secrets = await Secrets.open({ dataDir, tables: store, log: () => {} });
  const url = `http://127.0.0.1:${port}`;
  const kinds = {
    influx: { url, version: '2', org: 'o', bucket: 'b', secret: 's' },
    http: { url },
  };
  const figures: Record<string, number> = {};
  try {
    console.log(loadLine('before'));
    let turn = 0;
    for (const [kind, settings] of Object.entries(kinds)) {
      const forwards = await Forwards.open({
        store,
        secrets,
        sites: { siteOf: () => 'home', revision: 0 },
        log: (_level, text) => console.log(text),
        nowMs: Date.now,
      });
      const choice = { gateways: null, meters: null, quantities: null };
      const saved = { id: kind, kind, name: kind, site: null, choice, keepDays: 7, settings };
      await forwards.save({ ...saved, isOn: false });
      const alone: number[] = [];
      for (const endTurn = turn + turns; turn < endTurn; turn++)
        alone.push(await commit(store, turn, turn + 1));
      const windows = turns * meters;
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const cpu = process.cpuUsage();
      const fromMs = performance.now();
      await forwards.save({ ...saved, isOn: true });
      const beside: number[] = [];
      let more = 0;
      while ((forwards.get(kind)?.counts.windows ?? 0) < windows) {
        beside.push(await commit(store, turn, ++turn));
        more++;
        await new Promise(resolve => setTimeout(resolve, 50));
      }
      const seconds = (performance.now() - fromMs) / 1000;
      delay.disable();
      const { user, system } = process.cpuUsage(cpu);
      await forwards.close();
      figures[`${kind}ValuesPerS`] = Math.round((windows * valuesOfWindow) / seconds);
      figures[`${kind}CoreShare`] = rounded((user + system) / 1e6 / seconds, 2);
      figures[`${kind}LoopDelayP99Ms`] = rounded(delay.percentile(99) / 1e6, 1);
      figures[`${kind}CommitAloneP50Ms`] = rounded(percentile(alone, 0.5), 1);
      figures[`${kind}CommitBesideP50Ms`] = rounded(percentile(beside, 0.5), 1);
      figures[`${kind}CommitBesideP99Ms`] = rounded(percentile(beside, 0.99), 1);
      figures[`${kind}CommitsBeside`] = more;
      await forwards.remove(kind).catch(() => {});
    }
    console.log(loadLine('after'));
    return { values: turns * meters * valuesOfWindow, ...figures };
  } finally {
    await store.close();
    await worker.terminate();
    await rm(dataDir, { recursive: true, force: true });
  }
}
