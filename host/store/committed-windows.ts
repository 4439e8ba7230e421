import { type QuantityId, quantities } from '#core/quantities.ts';
import type { Batch } from './batch.ts';
import { getI64 } from './columns.ts';
import type { SeriesBook } from './series-book.ts';

/** A window of one meter, in the units of its quantities. A counter's values are all its last reading. */
export interface StoredWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly values: { readonly [Q in QuantityId]?: WindowValue };
}

export interface WindowValue {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

/** The windows of the meters `gateway.meter` that are wanted, by meter, in the order of their times. */
export type LookAtWindows = (
  isWanted: (meterKey: string) => boolean,
) => ReadonlyMap<string, readonly StoredWindow[]>;

interface Opened extends StoredWindow {
  readonly values: { [Q in QuantityId]?: WindowValue };
}

/** Windows of a batch, without asking the database. */
export function committedWindows(
  { gauges, counters }: Pick<Batch, 'gauges' | 'counters'>,
  book: Pick<SeriesBook, 'meterKeyOf' | 'quantityOf'>,
  isWanted: (meterKey: string) => boolean,
): ReadonlyMap<string, readonly StoredWindow[]> {
  const found = new Map<string, Map<string, Opened>>();
  const put = (series: number, startS: number, windowS: number, value: (scale: number) => WindowValue) => {
    const meter = book.meterKeyOf(series);
    if (!isWanted(meter)) return;
    const windows = found.get(meter) ?? new Map<string, Opened>();
    found.set(meter, windows);
    const key = `${startS} ${windowS}`;
    const window = windows.get(key) ?? {
      startMs: startS * 1000,
      endMs: (startS + windowS) * 1000,
      values: {},
    };
    windows.set(key, window);
    const quantity = book.quantityOf(series);
    window.values[quantity] = value(10 ** quantities[quantity].decimals);
  };
  for (let row = 0; row < gauges.rows; row++) {
    const { low, mean, high, last, series, startS, windowS } = gauges.views;
    const of = (column: Int32Array, scale: number) => (getI64(low, row) + getI64(column, row)) / scale;
    put(series[row] as number, startS[row] as number, windowS[row] as number, scale => ({
      mean: of(mean, scale),
      min: getI64(low, row) / scale,
      max: of(high, scale),
      last: of(last, scale),
    }));
  }
  for (let row = 0; row < counters.rows; row++) {
    const { last, series, startS, windowS } = counters.views;
    put(series[row] as number, startS[row] as number, windowS[row] as number, scale => {
      const reading = getI64(last, row) / scale;
      return { mean: reading, min: reading, max: reading, last: reading };
    });
  }
  return new Map(
    [...found].map(([meter, windows]) => [
      meter,
      [...windows.values()].sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs),
    ]),
  );
}
