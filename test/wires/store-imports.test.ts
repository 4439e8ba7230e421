import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportOrder } from '../../host/import/order.ts';
import { ledgerKinds } from '../../host/store/ledger-build.ts';
import { placesOf } from '../../host/store/recovery-files.ts';
import { keepAll } from '../../host/store/retention.ts';
import { migrations } from '../../host/store/schema.ts';
import { Store } from '../../host/store/store.ts';
import { batchOf, counterWindow, gaugeWindow, memoryStore } from '../host/store/memory-store.ts';

const dayMs = 86_400_000;
/** Winter in Berlin, well before now. */
const t0 = Date.UTC(2026, 0, 5);
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'joulegate-import-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const signature = { who: 'ada', why: 'the old system', fileName: 'old.csv' };

const order = (change: Partial<ImportOrder> = {}): ImportOrder => ({
  format: { delimiter: ',', decimal: '.', encoding: 'utf-8', hasHeader: true, empty: [] },
  time: { columns: ['time'], format: 'iso', zone: 'Europe/Berlin', means: 'start' },
  columns: [
    { column: 'power', meter: 'attic.main', quantity: 'powerW', factor: '1' },
    { column: 'energy', meter: 'attic.main', quantity: 'energyImportWh', factor: '1000' },
  ],
  windowS: undefined,
  overlap: 'refuse',
  mistakes: 'refuse',
  ...change,
});

async function file(name: string, lines: readonly string[]): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

/** A day of quarters of an hour: 400 W and what is counted of it, in kWh. */
const dayLines = (fromMs: number, quarters = 96) => [
  'time,power,energy',
  ...Array.from({ length: quarters }, (_, index) => {
    const time = new Date(fromMs + index * 900_000).toISOString();
    return `${time},${400 + index}.125,${(1000 + index / 10).toFixed(4)}`;
  }),
];

/** Everything that is kept, in an order of its own. */
async function all(store: Store): Promise<Record<string, unknown>> {
  const tables = ['gauge', 'counter'].flatMap(kind =>
    ['60', '900', '3600', 'day'].map(tier => `${kind}_${tier}`),
  );
  const held: Record<string, unknown> = {};
  for (const table of [...tables, 'ledger_900', 'series', 'meter', 'gauge', 'counter', 'span', 'missing']) {
    held[table] = await store.all(`SELECT * FROM ${table} ORDER BY ALL`);
  }
  // How far they have come is told by the clock, which goes on.
  held.tier = await store.all('SELECT name, zone FROM tier ORDER BY ALL');
  return held;
}

const answers = async (store: Store) => ({
  series: store.series(),
  newest: store.newest('attic.main'),
  power: await store.readings({
    series: 'attic.main.powerW',
    fromMs: t0 - dayMs,
    toMs: t0 + 4 * dayMs,
    points: 500,
  }),
  energy: await store.readings({
    series: 'attic.main.energyImportWh',
    fromMs: t0 - dayMs,
    toMs: t0 + 4 * dayMs,
    points: 500,
  }),
  days: await store.totals({ meter: 'attic.main', fromMs: t0 - dayMs, toMs: t0 + 4 * dayMs, period: 'day' }),
});

/** A store with windows of two days, a gap of an hour in the first of them. */
async function lived() {
  const { store, write } = await memoryStore();
  const windows = Array.from({ length: 2 * 144 }, (_, index) => t0 + dayMs + index * 600_000).filter(
    startMs => startMs < t0 + dayMs + 3_600_000 * 5 || startMs >= t0 + dayMs + 3_600_000 * 6,
  );
  await write(windows.map(startMs => gaugeWindow(startMs, 250, 600)));
  await write(windows.map((startMs, index) => counterWindow(startMs, 2_000_000 + index * 40, 600)));
  await store.upkeep();
  return { store, write };
}

describe('an import', () => {
  it('becomes windows that every answer has at once, and the tiers afterwards the same', async () => {
    const { store } = await lived();
    const prepared = await store.imports.prepare(await file('day.csv', dayLines(t0)), order());
    expect(prepared.report).toMatchObject({
      lines: 96,
      windows: 192,
      fromMs: t0,
      toMs: t0 + dayMs,
      obstacles: [],
      overlaps: [],
      mistakes: { count: 0 },
      implausible: { count: 0 },
    });
    expect(prepared.report.series).toEqual([
      {
        key: 'attic.main.powerW',
        isNew: false,
        windows: 96,
        values: 96,
        fromMs: t0,
        toMs: t0 + dayMs,
        windowS: 900,
        overlapping: 0,
      },
      {
        key: 'attic.main.energyImportWh',
        isNew: false,
        windows: 96,
        values: 96,
        fromMs: t0,
        toMs: t0 + dayMs,
        windowS: 900,
        overlapping: 0,
      },
    ]);
    const revision = store.revisionOf('attic.main.powerW');
    const entry = await prepared.write(signature);
    await prepared.end();
    expect(entry).toMatchObject({ id: 1, who: 'ada', why: 'the old system', windows: 192, undone: null });
    expect(store.imports.of('attic.main.powerW')).toEqual([1]);
    expect(store.revisionOf('attic.main.powerW')).toBeGreaterThan(revision);
    expect(store.seriesOf('attic.main.powerW')?.firstMs).toBe(t0);
    const before = await answers(store);
    expect(before.power.mean.slice(0, 2)).toEqual([400.125, 401.125]);
    expect(before.days.periods[1]).toMatchObject({ startMs: t0 - 3_600_000, importWh: 9100 });
    await store.upkeep();
    await store.upkeep();
    expect(await answers(store)).toEqual(before);
    const [row] = await store.all('SELECT count(*) AS n, sum(mean) AS mean FROM gauge WHERE startS < ?', [
      t0 / 1000 + 86_400,
    ]);
    expect(row).toEqual({ n: 96, mean: 96 * 400.125 + (95 * 96) / 2 });
    await store.close();
  });

  it.each(['at once', 'after the tiers were built', 'after it was sorted'])(
    'undone %s leaves everything as it was',
    async when => {
      const { store, write } = await lived();
      // So that what was, too, is sorted.
      await store.upkeep({ isWeekOver: true });
      const before = [await all(store), await answers(store)];
      const path = await file('gap.csv', dayLines(t0 - dayMs / 2, 200));
      const prepared = await store.imports.prepare(path, order({ overlap: 'fill' }));
      expect(prepared.report.series.map(({ overlapping }) => overlapping)).toEqual([52, 52]);
      expect(prepared.report.overlaps.length).toBe(4);
      await prepared.write(signature);
      await prepared.end();
      if (when !== 'at once') await store.upkeep();
      if (when === 'after it was sorted') await store.upkeep({ isWeekOver: true });
      expect(await answers(store)).not.toEqual(before[1]);
      const undone = await store.imports.undo(1, 'grace');
      expect(undone).toMatchObject({ entry: { undone: { who: 'grace' } } });
      expect([await all(store), await answers(store)]).toEqual(before);
      await store.upkeep();
      expect([await all(store), await answers(store)]).toEqual(before);
      expect(store.imports.of('attic.main.powerW')).toEqual([]);
      expect(await store.imports.undo(1, 'grace')).toMatchObject({ refused: 'undone' });
      expect(await store.imports.undo(7, 'grace')).toMatchObject({ refused: 'unknown' });
      // And the same may come again.
      const again = await store.imports.prepare(path, order({ overlap: 'fill' }));
      await again.write(signature);
      await again.end();
      await write([gaugeWindow(t0 + 3 * dayMs, 100, 600)]);
      expect(store.imports.list().map(({ id, undone: gone }) => [id, gone === null])).toEqual([
        [1, false],
        [2, true],
      ]);
      await store.close();
    },
  );

  it('of meters that were not there makes them, and its undoing leaves nothing of them to be seen', async () => {
    const { store } = await memoryStore();
    const columns = [{ column: 'power', meter: 'old.roof', quantity: 'powerW', factor: '-1' }] as const;
    const prepared = await store.imports.prepare(await file('roof.csv', dayLines(t0)), order({ columns }));
    expect(prepared.report.series[0]).toMatchObject({ key: 'old.roof.powerW', isNew: true });
    expect(store.metersOf('old').size).toBe(0);
    await prepared.write(signature);
    await prepared.end();
    expect(store.newest('old.roof')).toMatchObject({ values: { powerW: -495.125 } });
    await store.upkeep();
    await store.imports.undo(1, 'ada');
    expect(store.series()).toEqual([]);
    expect(store.newest('old.roof')).toBeUndefined();
    await store.close();
  });
});

describe('an import beside a host that lives', () => {
  const power = [{ column: 'power', meter: 'attic.main', quantity: 'powerW', factor: '1' }] as const;

  it('does not write where windows came in since it was looked at', async () => {
    const { store, write } = await memoryStore();
    await write([gaugeWindow(t0 - dayMs, 1)]);
    const prepared = await store.imports.prepare(
      await file('day.csv', dayLines(t0)),
      order({ columns: power }),
    );
    expect(prepared.report.obstacles).toEqual([]);
    await write([gaugeWindow(t0 + dayMs / 2, 1)]);
    await expect(prepared.write(signature)).rejects.toThrow('1 windows came in meanwhile');
    await prepared.end();
    expect(store.imports.list()).toEqual([]);
    expect(await store.all('SELECT count(*) AS n FROM gauge')).toEqual([{ n: 2 }]);
    await store.close();
  });

  it('and windows that come in while it writes are all there, each once', async () => {
    const { store, write } = await memoryStore();
    const prepared = await store.imports.prepare(
      await file('long.csv', dayLines(t0, 3000)),
      order({ columns: power }),
    );
    let isWritten = false;
    const done = prepared.write(signature).then(() => {
      isWritten = true;
    });
    let live = 0;
    while (!isWritten || live < 20) await write([gaugeWindow(t0 + 60 * dayMs + live++ * 10_000, 5)]);
    await done;
    await prepared.end();
    await store.upkeep({ isWeekOver: true });
    const [row] = await store.all(
      'SELECT count(*) AS n, count(DISTINCT startS) AS starts, count(*) FILTER (windowS = 10) AS live FROM gauge',
    );
    expect(row).toEqual({ n: 3000 + live, starts: 3000 + live, live });
    await store.close();
  });

  it('is told apart in the ledger, by the second', async () => {
    const { store, write } = await memoryStore();
    await write([gaugeWindow(t0 + 2 * dayMs, 1)]);
    const columns = [{ column: 'power', meter: 'attic.main', quantity: 'powerW', factor: '1' }] as const;
    const prepared = await store.imports.prepare(
      await file('hour.csv', dayLines(t0, 8)),
      order({ columns, windowS: 600 }),
    );
    await prepared.write(signature);
    await prepared.end();
    await store.upkeep();
    const sums = await store.all(
      'SELECT kind, sum(seconds) AS seconds FROM ledger_900 WHERE kind < 10 GROUP BY kind ORDER BY kind',
    );
    expect(sums.map(({ kind, seconds }) => [kind, Number(seconds)])).toEqual([
      [ledgerKinds.received, 8 * 600 + 10],
      [ledgerKinds.imported, 8 * 600],
    ]);
    await store.close();
  });

  it('is undone from the archive, too, and its files are gone', async () => {
    const dataDir = join(dir, 'archived');
    const nowMs = t0 + 100 * dayMs;
    let clockMs = nowMs;
    const keeping = { ...keepAll, archiveAfterMonths: 1 };
    const store = await Store.open({
      dataDir,
      zone: 'Europe/Berlin',
      upkeepMs: 0,
      nowMs: () => clockMs,
      keeping,
    });
    const prepared = await store.imports.prepare(await file('far.csv', dayLines(t0)), order());
    await prepared.write(signature);
    await prepared.end();
    const records = [gaugeWindow(clockMs, 1)].map(record => ({ gateway: 'attic', record }));
    const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence: 1 }];
    await store.commit(batchOf(store, { windows: records, watermarks }));
    await store.upkeep({ isWeekOver: true });
    clockMs += 70 * dayMs;
    for (let times = 0; times < 4; times++) await store.upkeep();
    const files = async () =>
      (await readdir(join(dataDir, 'archive'), { recursive: true })).filter(name =>
        name.endsWith('.parquet'),
      );
    const [imported] = await store.all(
      'SELECT state FROM generation WHERE number = (SELECT generation FROM imported)',
    );
    expect(imported).toEqual({ state: 'archived' });
    const before = (await files()).length;
    expect(await store.imports.undo(1, 'ada')).not.toHaveProperty('refused');
    expect((await files()).length).toBeLessThan(before);
    expect(store.series().map(({ firstMs }) => firstMs)).toEqual([nowMs]);
    const range = { fromMs: t0 - dayMs, toMs: t0 + 2 * dayMs };
    expect((await store.readings({ series: 'attic.main.powerW', ...range, points: 300 })).startMs).toEqual(
      [],
    );
    expect(await store.all('SELECT count(*) AS n FROM counter_day')).toEqual([{ n: 0 }]);
    await store.close();
  });
});

describe('which series gateways have told', () => {
  const nowMs = t0 + 10 * dayMs;
  const powerOf = (gateway: string) =>
    order({ columns: [{ column: 'power', meter: `${gateway}.main`, quantity: 'powerW', factor: '1' }] });
  const heard = (store: Store) =>
    Object.fromEntries(store.series().map(({ meterKey, isHeard }) => [meterKey, isHeard]));
  const told = { 'attic.main': true, 'cellar.main': true, 'old.main': false };

  /** A gateway told `attic` alone; a file `old` alone, and days before `cellar`, which a gateway told, too. */
  async function heardStore(dataDir: string) {
    const openStore = () =>
      Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0, nowMs: () => nowMs, keeping: keepAll });
    const store = await openStore();
    let sequence = 0;
    const tell = async (gateway: string) => {
      const windows = [{ gateway, record: gaugeWindow(nowMs, 1) }];
      const watermarks = [{ gateway, epoch: '00000000000000aa', sequence: ++sequence }];
      await store.commit(batchOf(store, { windows, watermarks }));
    };
    await tell('attic');
    for (const gateway of ['old', 'cellar']) {
      const prepared = await store.imports.prepare(await file('heard.csv', dayLines(t0)), powerOf(gateway));
      await prepared.write(signature);
      await prepared.end();
    }
    expect(heard(store)).toEqual({ ...told, 'cellar.main': false });
    await tell('cellar');
    expect(heard(store)).toEqual(told);
    return { store, openStore };
  }

  it.each(['as they came', 'summarised'])('is known again where its database is opened, %s', async how => {
    const { store, openStore } = await heardStore(join(dir, `heard ${how}`));
    if (how === 'summarised') await store.upkeep({ isWeekOver: true });
    await store.close();
    const again = await openStore();
    expect(heard(again)).toEqual(told);
    await again.imports.undo(2, 'ada');
    expect(heard(again)).toEqual(told);
    await again.close();
  });

  it.each(['as they came', 'summarised'])(
    'is found out where a version before did not keep it, %s',
    async how => {
      const dataDir = join(dir, `heard before ${how}`);
      const { store, openStore } = await heardStore(dataDir);
      if (how === 'summarised') await store.upkeep({ isWeekOver: true });
      await store.close();
      const instance = await DuckDBInstance.create(placesOf(dataDir).database, {
        storage_compatibility_version: 'v1.5.0',
      });
      const connection = await instance.connect();
      const step = migrations.findIndex(statements => statements.join().includes('isHeard'));
      await connection.run('ALTER TABLE series DROP COLUMN isHeard');
      await connection.run('DELETE FROM migration WHERE number > ?', [step]);
      connection.closeSync();
      instance.closeSync();
      const again = await openStore();
      expect(heard(again)).toEqual(told);
      await again.close();
    },
  );
});

describe('what is refused', () => {
  it('is what lies over windows that are there, to the second', async () => {
    const { store, write } = await memoryStore();
    await write([gaugeWindow(t0 + 900_000, 1, 10)]);
    const power = [{ column: 'power', meter: 'attic.main', quantity: 'powerW', factor: '1' }] as const;
    const report = async (fromMs: number) => {
      const path = await file('over.csv', ['time,power', `${new Date(fromMs).toISOString()},5`]);
      const prepared = await store.imports.prepare(path, order({ columns: power, windowS: 60 }));
      await prepared.end();
      return prepared.report;
    };
    expect((await report(t0 + 840_000)).obstacles).toEqual([]);
    expect((await report(t0 + 910_000)).obstacles).toEqual([]);
    for (const fromMs of [t0 + 841_000, t0 + 900_000, t0 + 909_000]) {
      const { obstacles, overlaps } = await report(fromMs);
      expect(obstacles[0]).toContain(
        '1 windows lie over windows that are there already; choose overlap: fill',
      );
      expect(overlaps).toEqual([{ series: 'attic.main.powerW', fromMs, toMs: fromMs + 60_000, windows: 1 }]);
    }
    await store.close();
  });

  it('is told by line and column, with what is allowed, and what cannot be true is left out', async () => {
    const { store } = await memoryStore();
    const path = await file('wrong.csv', [
      'time,power,energy',
      '2026-01-05T00:00:00Z,1,1',
      'yesterday,1,1',
      '2026-01-05T00:15:00Z,one,2',
      '2026-01-05T00:30:00Z,1e9,3',
      '2026-01-05T00:45:00Z,5',
      '2026-01-05T00:00:00Z,7,4',
      '2026-01-05T01:00:00Z,8,',
    ]);
    const { report, end } = await store.imports.prepare(path, order());
    await end();
    expect(report.mistakes.count).toBe(5);
    const told = report.mistakes.first.map(({ line, column, message }) => `${line} ${column}: ${message}`);
    expect(told[0]).toBe(
      '3 time: "yesterday" given; a time such as 2026-03-29T01:00:00Z or 2026-03-29 01:00 is allowed',
    );
    expect(told[1]).toBe(
      '4 power: "one" given; a number such as 1234.5 without separators of thousands is allowed',
    );
    expect(told[2]).toBe('6 : 2 cells; 3, as in the first line, are allowed');
    expect(told[3]).toBe('7 attic.main.powerW: the same time as line 2; each time once is allowed');
    expect(report.implausible).toMatchObject({ count: 1, first: [{ line: 5, column: 'power' }] });
    expect(report.obstacles[0]).toContain('5 mistakes in the file');
    const rest = await store.imports.prepare(path, order({ mistakes: 'leaveOut' }));
    expect(rest.report).toMatchObject({ obstacles: [], windows: 5 });
    expect(await rest.write(signature)).toMatchObject({ leftOut: 6, windows: 5 });
    await rest.end();
    await store.close();
  });
});
