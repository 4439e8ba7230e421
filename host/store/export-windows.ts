import { quantities } from '#core/quantities.ts';
import type { ExportSeries, Slices } from './export-types.ts';
import type { Lane } from './lane.ts';
import { rawRows } from './raw-windows.ts';
import { kindOf, type Shelves, second } from './series-parts.ts';
import { kinds } from './tier-tables.ts';
import type { SeriesRef } from './types.ts';

/** Rows of a slice: enough to hide the cost of a query, few enough that writing them holds nothing else up. */
const sliceRows = 4096;

const columns = {
  gauge: `startS, windowS, samples, low * step + mean AS mean, low * step AS min, (low + high) * step AS max,
    (low + last) * step AS last`,
  counter: 'startS, windowS, samples, last * step AS last',
} as const;
const names = { gauge: ['start', 'window_s', 'samples', 'mean', 'min', 'max', 'last'] } as const;
const counterNames = ['start', 'window_s', 'samples', 'last'] as const;

/** Raw windows that start in `[fromS, toS)`, series by series in order of time, never more than a slice in memory. */
export async function* windowSlices(
  lane: Lane,
  shelves: Shelves,
  series: readonly ExportSeries[],
  fromS: number,
  toS: number,
): Slices {
  for (const { ref, texts } of series) {
    const { decimals } = quantities[ref.quantity];
    let atS = Math.max(fromS, ref.firstS);
    let spanS = sliceRows;
    while (atS < toS) {
      // Behind a series' end there is nothing, or what a clock that was ahead has dated there.
      if (atS >= ref.endS) spanS = toS - atS;
      const untilS = Math.min(atS + spanS, atS < ref.endS ? Math.min(toS, ref.endS) : toS);
      const found = await windowsOf(lane, shelves, ref, atS, untilS);
      const [starts = []] = found;
      const isCut = starts.length > sliceRows;
      const rows = isCut ? wholeStarts(starts) : starts.length;
      const nextS = isCut ? (starts[rows] as number) : untilS;
      const kept = kindOf([ref]) === 'gauge' ? names.gauge : counterNames;
      const byName = Object.fromEntries(kept.map((name, index) => [name, found[index] ?? []]));
      if (rows > 0) yield { texts, rows, columns: byName, decimals };
      // As much time as gave few rows may be asked for at once; where there is nothing, ever more of it.
      spanS = rows === 0 ? spanS * 4 : Math.max(Math.floor(((nextS - atS) * sliceRows) / rows), 1);
      atS = nextS;
    }
  }
}

/** How many rows a slice that was cut off has, so that windows of one start stay together. */
function wholeStarts(starts: readonly number[]): number {
  const last = starts.at(-1);
  const rows = last === undefined ? -1 : starts.indexOf(last);
  if (rows > 0) return rows;
  throw new Error(`more than ${sliceRows} windows of one series start at ${last} s`);
}

function windowsOf(
  lane: Lane,
  { generations }: Shelves,
  ref: SeriesRef,
  fromS: number,
  toS: number,
): Promise<number[][]> {
  const kind = kindOf([ref]);
  const where = `series = ${ref.number}::UINTEGER AND startS >= ${second(fromS)} AND startS < ${second(toS)}`;
  const touching = generations.touching(fromS, toS);
  if (touching.length === 0) return Promise.resolve([]);
  const rows = rawRows(kind, touching, columns[kind], where);
  return lane.columns(`SELECT * FROM (${rows}) ORDER BY startS, windowS LIMIT ${sliceRows + 1}`);
}

/** How many windows start in `[fromS, toS)`. */
export async function countWindows(
  lane: Lane,
  { generations }: Shelves,
  series: readonly ExportSeries[],
  fromS: number,
  toS: number,
): Promise<number> {
  let rows = 0;
  for (const kind of kinds) {
    const numbers = series.filter(({ ref }) => kindOf([ref]) === kind).map(({ ref }) => ref.number);
    const touching = generations.touching(fromS, toS);
    if (numbers.length === 0 || touching.length === 0) continue;
    const where = `series IN (${numbers.join(', ')}) AND startS >= ${second(fromS)} AND startS < ${second(toS)}`;
    const [counts = []] = await lane.columns(
      `SELECT count(*) FROM (${rawRows(kind, touching, 'series', where)})`,
    );
    rows += counts[0] ?? 0;
  }
  return rows;
}
