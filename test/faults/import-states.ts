import { writeFile } from 'node:fs/promises';
import { quantities } from '#core/quantities.ts';
import type { ImportTask } from '../../host/store/import-types.ts';
import { Store } from '../../host/store/store.ts';
import { batchOf, counterWindow, gaugeWindow } from '../host/store/memory-store.ts';

const startMs = Date.UTC(2026, 0, 5);
/** What every host of these tests takes for now. */
export const killClockMs = startMs + 10 * 86_400_000;

export const openStore = (dataDir: string): Promise<Store> =>
  Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0, nowMs: () => killClockMs });

/** A database with a day of windows of one meter, its first half in a closed generation. */
export async function makeLived(dataDir: string): Promise<void> {
  const store = await openStore(dataDir);
  for (const half of [0, 1]) {
    const windows = Array.from({ length: 72 }, (_, index) => startMs + (half * 72 + index) * 600_000);
    const records = windows.flatMap((ms, index) => [
      gaugeWindow(ms, 100 + index, 600),
      counterWindow(ms, 5_000_000 + (half * 72 + index) * 20, 600),
    ]);
    const mark = { gateway: 'attic', epoch: '00000000000000aa', sequence: (half + 1) * 144 };
    await store.commit(
      batchOf(store, { windows: records.map(record => ({ gateway: 'attic', record })), watermarks: [mark] }),
    );
    await store.upkeep({ isWeekOver: half === 0 });
  }
  await store.close();
}

/** A file with four days around that one, and what is to be made of it: what lies between the windows. */
export async function makeFile(path: string): Promise<void> {
  const lines = Array.from({ length: 4 * 96 }, (_, index) => {
    const time = new Date(startMs - 2 * 86_400_000 + index * 900_000).toISOString();
    return `${time},${300 + index},${4000 + index / 8}`;
  });
  await writeFile(path, `time,power,energy\n${lines.join('\n')}\n`);
}

export function importTask(path: string): ImportTask {
  const series = (['powerW', 'energyImportWh'] as const).map((quantity, index) => {
    return { number: index + 1, meter: 1, key: `attic.main.${quantity}`, quantity, isNew: false };
  });
  return {
    path,
    order: {
      format: { delimiter: ',', decimal: '.', encoding: 'utf-8', hasHeader: true, empty: [] },
      time: { columns: ['time'], format: 'iso', zone: 'UTC', means: 'start' },
      columns: series.map(({ quantity }) => ({
        column: quantities[quantity].kind === 'gauge' ? 'power' : 'energy',
        meter: 'attic.main',
        quantity,
        factor: quantity === 'powerW' ? '1' : '1000',
      })),
      windowS: undefined,
      overlap: 'fill',
      mistakes: 'refuse',
    },
    series,
    seriesOfColumn: [0, 1],
  };
}

/** Everything that is kept and answered, with the tiers brought up to date. */
export async function stateOf(dataDir: string): Promise<string> {
  const store = await openStore(dataDir);
  await store.upkeep();
  const held: unknown[] = [];
  const tiers = ['gauge', 'counter'].flatMap(kind =>
    ['60', '900', '3600', 'day'].map(tier => `${kind}_${tier}`),
  );
  const others = ['ledger_900', 'series', 'gauge', 'counter', 'span', 'tier', 'imported_series'];
  for (const table of [...tiers, ...others])
    held.push(await store.all(`SELECT * FROM ${table} ORDER BY ALL`));
  held.push(await store.all('SELECT id, who, undoneBy FROM imported'));
  const range = { fromMs: startMs - 3 * 86_400_000, toMs: startMs + 3 * 86_400_000 };
  held.push(await store.totals({ meter: 'attic.main', ...range, period: 'day' }));
  held.push(await store.readings({ series: 'attic.main.powerW', ...range, points: 1000 }));
  held.push(store.series(), store.newest('attic.main'));
  await store.close();
  return JSON.stringify(held);
}
