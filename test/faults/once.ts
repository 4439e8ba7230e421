import type { Store } from '../../host/store/store.ts';
import { windowAt } from '../wires/windows.ts';

/** How the tables differ from each window of `windowAt` once, by values. */
export interface Once {
  lost: number;
  doubled: number;
  /** Rows whose numbers are not those of their window. */
  wrong: number;
}

const firstS = windowAt('main', 0).startMs / 1000;

/**
 * Counts a gateway's windows in the tables: there should be those of its meter `main` from number 0 on, `expected` of
 * them, each value once with its own numbers.
 */
export async function countOnce(store: Pick<Store, 'all'>, gateway: string, expected: number): Promise<Once> {
  const found: Once = { lost: 0, doubled: 0, wrong: 0 };
  const names = `JOIN series ON series.number = rows.series JOIN meter ON meter.number = series.meter
    WHERE meter.id = 'main' AND gateway = ?`;
  const at = `(startS - ${firstS}) / 10.0`;
  const watts = `(${at} % 5000 + 0.125)`;
  const tables = [
    ['gauge', 'powerW', `[mean, min, max, last] <> [${watts}, ${watts} - 100, ${watts} + 100, ${watts} + 1]`],
    ['gauge', 'voltageV', '[mean, min, max, last] <> [230, 229.5, 231.25, 230.125]'],
    ['counter', 'energyImportWh', `last <> ${at} + 0.5`],
  ] as const;
  for (const [table, quantity, isWrong] of tables) {
    const [row] = await store.all(
      `SELECT count(*) AS rows, count(DISTINCT startS) AS once,
         count(*) FILTER (${isWrong} OR windowS <> 10 OR ${at} NOT BETWEEN 0 AND ?) AS wrong
       FROM ${table} AS rows ${names} AND quantity = '${quantity}'`,
      [expected - 1, gateway],
    );
    const [rows, once] = [Number(row?.rows), Number(row?.once)];
    found.lost += expected - once;
    found.doubled += rows - once;
    found.wrong += Number(row?.wrong);
  }
  return found;
}

export const noneLost: Once = Object.freeze({ lost: 0, doubled: 0, wrong: 0 });
