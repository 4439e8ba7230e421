import { isQuantityId, quantities } from '#core/quantities.ts';
import type { ImportGate } from '../../store/import-gate.ts';
import type { Store } from '../../store/store.ts';
import type { SqlRow } from '../../store/types.ts';
import { storedUntilMs } from '../stored-until.ts';
import type { HeldWindow } from './taken.ts';
import { type SentWindow, textOfValue } from './windows.ts';

/** What is asked of the store about one connector. */
export interface Disk {
  /** Grows when a file was imported, or taken back: what was known of windows need not hold any more. Undefined while that goes on. */
  changesByFiles(): number | undefined;
  /** Keeps imports from coming between the look and what is stored after it. */
  readonly gate: Pick<ImportGate, 'begun' | 'waitFor'>;
  /** Resolves once an import has ended that is being written over one of these; undefined where none is. */
  importOver(windows: readonly SentWindow[]): Promise<void> | undefined;
  /** End of the newest window of a meter that is on disk, s: behind it there is nothing. Infinity while nobody knows. */
  endS(meter: string): number;
  /** What is there of windows of this length that begin then. @throws Error of the store */
  windows(meter: string, windowS: number, startsS: readonly number[]): Promise<Map<number, HeldWindow>>;
}

export function diskOf(store: Pick<Store, 'all' | 'imports' | 'seriesOfMeter'>, gateway: string): Disk {
  return {
    changesByFiles: () => store.imports.changes,
    gate: store.imports.gate,
    importOver(windows) {
      for (const { meter, windowS, startS } of windows) {
        const ended = store.imports.gate.over(
          `${gateway}.${meter}`,
          startS * 1000,
          (startS + windowS) * 1000,
        );
        if (ended !== undefined) return ended;
      }
      return undefined;
    },
    endS: meter =>
      store.imports.changes === undefined
        ? Number.POSITIVE_INFINITY
        : Math.ceil(storedUntilMs(store, gateway, meter) / 1000),
    async windows(meter, windowS, startsS) {
      const found = new Map<number, HeldWindow>(startsS.map(startS => [startS, new Map()]));
      const starts = JSON.stringify(startsS);
      const [fromS, toS] = [Math.min(...startsS), Math.max(...startsS) + windowS];
      for (const [kind, columns] of [
        ['gauge', 'mean, min, max, last'],
        ['counter', 'last'],
      ] as const) {
        const rows = await store.all(
          // Each row at the windows of this length that it touches: of as many as there are, a join by equality.
          `WITH own AS (SELECT series.number AS series, quantity FROM series
             JOIN meter ON meter.number = series.meter WHERE meter.gateway = ? AND meter.id = ?),
           rows AS (SELECT *, unnest(range(startS::BIGINT // ${windowS} * ${windowS}, startS::BIGINT + windowS, ${windowS})) AS wantedS
             FROM ${kind} JOIN own USING (series)
             WHERE startS > ${Math.max(fromS - longestS, 0)} AND startS < ${toS})
           SELECT wantedS::DOUBLE AS wantedS, quantity, startS, windowS, ${columns} FROM rows
           JOIN (SELECT unnest(?::BIGINT[]) AS wantedS) AS wanted USING (wantedS)`,
          [gateway, meter, starts],
        );
        for (const row of rows) hold(found, row, windowS);
      }
      return found;
    },
  };
}

/** No window is longer than its column holds. */
const longestS = 65_535;

function hold(found: ReadonlyMap<number, HeldWindow>, row: SqlRow, windowS: number): void {
  const quantity = String(row.quantity);
  const held = found.get(Number(row.wantedS));
  if (held === undefined || !isQuantityId(quantity)) return;
  const isSame = row.startS === row.wantedS && row.windowS === windowS;
  const number = (name: string) => Number(row[name]);
  const last = number('last');
  const value =
    quantities[quantity].kind === 'counter'
      ? { last }
      : { last, mean: number('mean'), min: number('min'), max: number('max') };
  // A window of another length there holds other values than any of this one.
  const text = isSame ? textOfValue(quantity, value) : 'another window';
  if (!held.has(quantity) || isSame) held.set(quantity, { text });
}
