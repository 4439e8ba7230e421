import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { QuantityId } from '#core/quantities.ts';
import type { WindowValue } from '#core/wire/records.ts';
import { ColumnAppender } from '../../host/store/column-appender.ts';
import { Store } from '../../host/store/store.ts';

const windowS = 10;
const daySeconds = 86_400;
const yearSeconds = 365 * daySeconds;
const fromS = Date.UTC(2025, 0, 1) / 1000;
const gauges: readonly QuantityId[] = [
  'powerW',
  'voltageL1V',
  'voltageL2V',
  'currentL1A',
  'frequencyHz',
  'powerFactor',
];
const counters: readonly QuantityId[] = ['energyImportWh', 'energyExportWh'];
const points = 2000;
const meter = 'attic.main';

/** A random walk of exact decimals, as meters show them; `scale` is ten to the number of decimals. */
function* walk(low: number, high: number, scale: number): Generator<number, never> {
  let state = 12_345;
  let value = (low + high) / 2;
  for (;;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    value = Math.min(high, Math.max(low, value + (state / 2 ** 32 - 0.5) * (high - low) * 0.02));
    yield Math.round(value * scale) / scale;
  }
}

const ranges: Readonly<Record<string, readonly [number, number, number]>> = {
  powerW: [-4000, 9000, 10],
  voltageL1V: [224, 241, 10],
  voltageL2V: [224, 241, 10],
  currentL1A: [0, 32, 100],
  frequencyHz: [49.9, 50.1, 100],
  powerFactor: [0.6, 1, 1000],
};

/** Gives the database its tables and the names of its series, by one stored window. */
async function makeSeries(path: string): Promise<void> {
  const store = await Store.open({ path, zone: 'Europe/Berlin' });
  const values: WindowValue[] = [
    ...gauges.map(quantity => ({ quantity, samples: 10, mean: 0, min: 0, max: 0, last: 0 })),
    ...counters.map(quantity => ({ quantity, samples: 10, last: 0 })),
  ];
  const record = { meter: 'main', startMs: (fromS - windowS) * 1000, windowS, values, failures: [] };
  await store.commit({
    windows: [{ gateway: 'attic', record: { ...record, clock: 'synced' } }],
    watermarks: [{ gateway: 'attic', epoch: '00000000000000aa', sequence: 1 }],
    losses: [],
  });
  await store.close();
}

/** A year of windows in the order they would arrive, a day to a transaction. */
async function fillYear(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const numbers = new Map<string, number>();
  const rows = (await connection.runAndReadAll('SELECT number, quantity FROM series')).getRows();
  for (const [number, quantity] of rows) numbers.set(String(quantity), Number(number));
  const gauge = await ColumnAppender.open(connection, 'gauge');
  const counter = await ColumnAppender.open(connection, 'counter');
  const walks = gauges.map(quantity => walk(...(ranges[quantity] ?? [0, 1, 10])));
  let energyTenths = 0;
  for (let dayS = fromS; dayS < fromS + yearSeconds; dayS += daySeconds) {
    await connection.run('BEGIN TRANSACTION');
    for (let startS = dayS; startS < dayS + daySeconds; startS += windowS) {
      for (const [index, quantity] of gauges.entries()) {
        const mean = walks[index]?.next().value ?? 0;
        const spread = Math.abs(mean) * 0.001;
        const row = [
          numbers.get(quantity) ?? 0,
          startS,
          windowS,
          10,
          mean,
          mean - spread,
          mean + spread,
          mean,
        ];
        for (const [column, value] of row.entries()) gauge.set(column, value);
        gauge.next();
      }
      energyTenths += startS % 7;
      for (const quantity of counters) {
        const row = [numbers.get(quantity) ?? 0, startS, windowS, 10, energyTenths / 10];
        for (const [column, value] of row.entries()) counter.set(column, value);
        counter.next();
      }
    }
    gauge.flush();
    counter.flush();
    await connection.run('COMMIT');
  }
  gauge.close();
  counter.close();
  await connection.run('CHECKPOINT');
  connection.closeSync();
  instance.closeSync();
}

const p95 = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0) * 10) / 10;
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
};

/** One series over `days` to at most 2,000 points, from everywhere in the year, gauges and counters in turn. */
async function ask(store: Store, days: number, rounds: number): Promise<number[]> {
  const all = [...gauges, ...counters];
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const offsetS = Math.floor(((round * 0.618) % 1) * (yearSeconds - days * daySeconds));
    const fromMs = (fromS + offsetS) * 1000;
    const range = {
      series: `${meter}.${all[round % all.length]}`,
      fromMs,
      toMs: fromMs + days * daySeconds * 1000,
      points,
    };
    times.push(
      await timed(async () => {
        const { startMs } = await store.readings(range);
        if (startMs.length === 0 || startMs.length > points) throw new Error(`${startMs.length} points`);
      }),
    );
  }
  return times;
}

/** Reads a stored year of eight series of 10 s windows, as rows arrived, through the store itself. */
export async function bench(): Promise<Record<string, number>> {
  const dir = await mkdtemp(join(tmpdir(), 'joulegate-bench-'));
  const path = join(dir, 'year.duckdb');
  await makeSeries(path);
  await fillYear(path);
  const values = (yearSeconds / windowS) * (gauges.length + counters.length);
  const { size } = await stat(path);
  let store: Store | undefined;
  const openMs = await timed(async () => {
    store = await Store.open({ path, zone: 'Europe/Berlin' });
  });
  if (store === undefined) throw new Error('the store did not open');
  const opened = store;
  await ask(opened, 1, 8);
  const dayTimes = await ask(opened, 1, 40);
  const monthTimes = await ask(opened, 30, 32);
  const yearTimes = await ask(opened, 365, 24);
  const toMs = (fromS + yearSeconds) * 1000;
  const totalsMs: number[] = [];
  for (let round = 0; round < 5; round++) {
    totalsMs.push(await timed(() => opened.totals({ meter, fromMs: fromS * 1000, toMs, period: 'day' })));
  }
  await opened.close();
  await rm(dir, { recursive: true, force: true });
  return {
    dayP95Ms: p95(dayTimes),
    monthP95Ms: p95(monthTimes),
    yearP95Ms: p95(yearTimes),
    bytesPerValue: Math.round((size / values) * 100) / 100,
    yearOfDailyTotalsP95Ms: p95(totalsMs),
    openWithoutSummaryMs: Math.round(openMs),
    values,
  };
}
