import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRecord, type WindowRecord } from '#core/wire/records.ts';
import { Store } from '../../../host/store/store.ts';
import { rounds } from '../../faults/chance.ts';

const t0 = Date.UTC(2026, 2, 27, 20);
const tierTables = ['gauge', 'counter'].flatMap(kind =>
  ['60', '900', '3600', 'day'].map(tier => `${kind}_${tier}`),
);

interface World {
  readonly store: Store;
  readonly clock: { nowMs: number };
  write(records: readonly WindowRecord[]): Promise<void>;
}

async function world(newRowsMost?: number): Promise<World> {
  const clock = { nowMs: t0 };
  const store = await Store.open({
    zone: 'Europe/Berlin',
    upkeepMs: 0,
    ...(newRowsMost !== undefined && { newRowsMost }),
    nowMs: () => clock.nowMs,
  });
  let sequence = 0;
  return {
    store,
    clock,
    async write(records) {
      sequence += records.length;
      const batch = store.batch();
      // How late a window came is told by the ledger, and is the one thing that may differ.
      for (const record of records) batch.add('attic', encodeRecord(record), t0 / 1000 + 100_000);
      batch.mark({ gateway: 'attic', epoch: '00000000000000aa', sequence });
      await store.commit(batch);
    },
  };
}

/** Two meters with a gauge and a counter each; every now and then nothing, or a window of another length. */
function windows(count: number): WindowRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const meter = index % 2 === 0 ? 'main' : 'solar';
    const at = Math.floor(index / 2);
    const mean = ((at * 7919) % 4000) - 1500 + (at % 10) / 10;
    return {
      meter,
      startMs: t0 + at * 60_000,
      windowS: 60,
      clock: 'synced' as const,
      values:
        at % 17 === 0
          ? []
          : [
              {
                quantity: 'powerW' as const,
                samples: 60,
                mean,
                min: mean - 5,
                max: mean + 7,
                last: mean + 1,
              },
              { quantity: 'energyImportWh' as const, samples: 60, last: 1000 + at * 2.5 },
            ],
      failures: at % 17 === 0 ? [{ reason: 'timeout' as const, count: 60 }] : [],
    };
  });
}

async function everything({ store }: World): Promise<Record<string, unknown>> {
  const tables: Record<string, unknown> = {};
  for (const table of [...tierTables, 'ledger_900', 'tier']) {
    // Numbers of series follow the order of arrival, so they are told by name.
    const isOfSeries = /gauge|counter/.test(table);
    const sql = isOfSeries
      ? `SELECT meter.id AS meterId, quantity, rows.* EXCLUDE (series) FROM ${table} AS rows JOIN series ON series.number = rows.series JOIN meter ON meter.number = series.meter`
      : table === 'ledger_900'
        ? 'SELECT meter.id AS meterId, ledger_900.* EXCLUDE (meter) FROM ledger_900 JOIN meter ON meter.number = ledger_900.meter'
        : 'SELECT * FROM tier';
    tables[table] = await store.all(`SELECT * FROM (${sql}) ORDER BY ALL`);
  }
  return tables;
}

test('tiers are the same byte for byte however late, shuffled and split the windows came', async () => {
  const all = windows(600);
  const ordered = await world();
  ordered.clock.nowMs = t0 + 400 * 60_000;
  await ordered.write(all);
  await ordered.store.upkeep();
  const expected = await everything(ordered);
  await ordered.store.close();
  const shuffles = fc.tuple(
    fc.shuffledSubarray(
      all.map((_, index) => index),
      { minLength: all.length },
    ),
    fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 4, maxLength: 6 }),
    fc.boolean(),
    // In some steps, or all at once.
    fc.constantFrom(40, 300, 10_000),
  );
  await fc.assert(
    fc.asyncProperty(shuffles, async ([order, sizes, isSorted, newRowsMost]) => {
      const late = await world(newRowsMost);
      let from = 0;
      for (const [index, size] of [...sizes, all.length].entries()) {
        await late.write(order.slice(from, from + size).map(at => all[at] as WindowRecord));
        from = Math.min(from + size, all.length);
        late.clock.nowMs = t0 + Math.min(index * 67, 400) * 60_000;
        await late.store.upkeep({ isWeekOver: isSorted && index === 3 });
      }
      late.clock.nowMs = t0 + 400 * 60_000;
      await late.store.upkeep();
      const found = await everything(late);
      await late.store.close();
      for (const [table, rows] of Object.entries(expected))
        expect({ table, rows: found[table] }).toEqual({ table, rows });
    }),
    { numRuns: rounds(2, 20), endOnFailure: true },
  );
});

test('an answer is the same from windows and from tiers, before and after they are built and sorted', async () => {
  const all = windows(2000);
  const site = await world();
  site.clock.nowMs = t0 + 1000 * 60_000;
  const ask = async () => {
    const { store } = site;
    const range = { fromMs: t0, toMs: t0 + 1000 * 60_000 };
    const series = ['attic.main.powerW', 'attic.solar.energyImportWh'];
    const readings = series.flatMap(each =>
      [2000, 300, 70, 20, 1].map(points => store.readings({ series: each, ...range, points })),
    );
    const periods = (['hour', 'day', 'month', 'all'] as const).map(period =>
      store.totals({ meter: 'attic.main', fromMs: t0 + 1_234_567, toMs: t0 + 50_000_000, period }),
    );
    return [await Promise.all(readings), await Promise.all(periods)];
  };
  await site.write(all.filter((_, index) => index % 5 !== 0));
  await site.write(all.filter((_, index) => index % 5 === 0));
  const raw = await ask();
  await site.store.upkeep();
  expect(await ask()).toEqual(raw);
  await site.store.upkeep({ isWeekOver: true });
  expect(await ask()).toEqual(raw);
  expect(await site.store.counters()).toMatchObject({ generations: 2, generationsSorted: 1 });
  await site.store.close();
});

test('a week whose sorting was ended half-way is sorted again, and every answer stays what it was', async () => {
  const site = await world();
  await site.write(windows(2000));
  site.clock.nowMs = t0 + 8 * 86_400_000;
  const range = { fromMs: t0, toMs: t0 + 1000 * 60_000 };
  const ask = () =>
    Promise.all(
      ['attic.main.powerW', 'attic.solar.energyImportWh'].flatMap(series =>
        [300, 70, 20, 1].map(points => site.store.readings({ series, ...range, points })),
      ),
    );
  const raw = await ask();
  const sortedUntil = () => site.store.all('SELECT untilS FROM tier_sorted');
  await site.store.upkeep();
  const [sorted] = await sortedUntil();
  expect(sorted?.untilS).toBe(Date.UTC(2026, 2, 30) / 1000);
  // As a host finds it that was killed between two tables of the week.
  await site.store.run('UPDATE tier_sorted SET untilS = 0');
  await site.store.upkeep();
  expect(await sortedUntil()).toEqual([sorted]);
  expect(await ask()).toEqual(raw);
  await site.store.close();
});

test('a window that comes after its hour was built is in the answer at once, and in the tiers with the next build', async () => {
  const [late = windows(1)[0] as WindowRecord, ...rest] = windows(300).slice(2);
  const site = await world();
  site.clock.nowMs = t0 + 1000 * 60_000;
  await site.write(rest);
  await site.store.upkeep();
  const range = { series: 'attic.main.powerW', fromMs: t0, toMs: t0 + 86_400_000, points: 2 };
  const before = await site.store.readings(range);
  await site.write([late]);
  const after = await site.store.readings(range);
  expect(after.coverage[0]).toBeGreaterThan(before.coverage[0] as number);
  expect(site.store.revisionOf('attic.main.powerW')).toBeGreaterThan(0);
  await site.store.upkeep();
  expect(await site.store.readings(range)).toEqual(after);
  await site.store.close();
});
