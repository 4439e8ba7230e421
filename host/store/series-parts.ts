import { quantities } from '#core/quantities.ts';
import { noPlan, type Plan } from '../corrections/plan.ts';
import { correctedParts } from './corrections-sql.ts';
import type { Generations } from './generations.ts';
import type { Lane } from './lane.ts';
import { dayBounds } from './periods.ts';
import { rawRows } from './raw-windows.ts';
import { type Kind, partsOfTier, partsOfWindows, type Tier, tiers, tierTable } from './tier-tables.ts';
import type { Tiers } from './tiers.ts';
import type { SeriesRef } from './types.ts';

/** Where reads find their rows. */
export interface Shelves {
  readonly generations: Generations;
  readonly tiers: Pick<Tiers, 'cleanUntil' | 'isLate' | 'horizon' | 'kept' | 'zone'>;
  /** Its plan is that of the corrections that stand. */
  readonly corrections: { readonly plan: Plan };
}

/**
 * The same as it came from gateways: without corrections and imports. The tiers are built of what has both, and serve only where
 * nothing finer is kept.
 */
export const asCame = ({ generations, tiers: built }: Shelves): Shelves => ({
  generations: generations.asCame(),
  tiers: {
    cleanUntil: () => 0,
    isLate: number => built.isLate(number),
    horizon: name => built.horizon(name),
    kept: built.kept,
    zone: built.zone,
  },
  corrections: { plan: noPlan },
});

const latestSecond = 4_294_967_295;

/**
 * The first whole second from `atS` on, as a bound for `startS`: a literal of the column's own type, for only then
 * are rows outside a range skipped by their zone maps instead of read.
 */
export const second = (atS: number): string =>
  `${Math.min(Math.max(Math.ceil(atS), 0), latestSecond)}::UINTEGER`;

/** From so many series on each row is looked up in a table of them, which takes the planner longer than a list. */
const listedMost = 200;

/** A long IN is a join to the planner, which takes it longer than few rows take; a short range is read at once. */
function among(series: readonly number[]): string {
  if (series.length === 1) return `series = ${series[0]}::UINTEGER`;
  const [least, most] = [Math.min(...series), Math.max(...series)];
  const range = `series >= ${least}::UINTEGER AND series <= ${most}::UINTEGER`;
  if (most - least + 1 === series.length) return range;
  const list = `[${series.join(', ')}]::UINTEGER[]`;
  return series.length > listedMost
    ? `${range} AND series IN (SELECT unnest(${list}))`
    : `${range} AND list_contains(${list}, series)`;
}

const between = (series: readonly number[], fromS: number, toS: number): string =>
  `${among(series)} AND startS >= ${second(fromS)} AND startS < ${second(toS)}`;

/**
 * SQL for all parts of series of one kind that start in `[fromS, toS)`, none coarser than `coarsest` and each whole
 * within the range: where a tier does not tell all yet, and at the edges, finer ones and at last the windows do.
 * `days`: bounds of the civil days that the range touches, where the tier of days may serve.
 */
export function partsOf(
  shelves: Shelves,
  series: readonly SeriesRef[],
  fromS: number,
  toS: number,
  coarsest: Tier | undefined,
  days: readonly number[] = [],
): string {
  return sqlOf(piecesOf(shelves, series, fromS, toS, coarsest, days));
}

/** A piece of SQL for parts, and about how many it gives. */
export interface Piece {
  readonly sql: string;
  readonly rows: number;
}

export const sqlOf = (pieces: readonly Piece[]): string => pieces.map(({ sql }) => sql).join(' UNION ALL ');

export const rowsOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { rows }) => sum + rows, 0);

/** Up to so many parts are joined in the program, which takes a third of the time the database needs for few. */
export const mostFolded = 50_000;

/** Windows are mostly as long as this, s. */
const usualWindowS = 10;

/** What `partsOf` is made of. */
export function piecesOf(
  shelves: Shelves,
  series: readonly SeriesRef[],
  fromS: number,
  toS: number,
  coarsest: Tier | undefined,
  days: readonly number[] = [],
): Piece[] {
  const { generations, tiers: built, corrections } = shelves;
  const kind: Kind = kindOf(series);
  const numbers = series.map(({ number }) => number);
  const pieces: Piece[] = [];
  const add = (sql: string, spanS: number, lengthS: number) =>
    pieces.push({ sql, rows: Math.ceil(spanS / lengthS) * numbers.length });
  // One that has late windows must not have all others read from windows.
  const isLate = (number: number) => built.isLate(number);
  if (numbers.length > 1 && numbers.some(isLate)) {
    const late = series.filter(({ number }) => isLate(number));
    const others = series.filter(({ number }) => !isLate(number));
    return [...late.map(each => [each]), others]
      .filter(group => group.length > 0)
      .flatMap(group => piecesOf(shelves, group, fromS, toS, coarsest, days));
  }
  const cover = (level: number, startS: number, endS: number): void => {
    if (startS >= endS) return;
    const tier = tiers[level];
    if (tier === undefined) {
      const touching = generations.touching(startS, endS);
      const where = between(numbers, startS, endS);
      const span = { fromS: startS, toS: endS };
      const sql = correctedParts(corrections.plan, kind, touching, where, span, numbers);
      add(sql, touching.length === 0 ? 0 : endS - startS, usualWindowS);
      return;
    }
    const { lengthS, name } = tier;
    const isFine = coarsest !== undefined && lengthS <= coarsest.lengthS;
    const builtS = isFine ? Math.min(...numbers.map(number => built.cleanUntil(tier, number))) : 0;
    // Where finer rows are not kept any more, this tier is the finest there is.
    const cleanS = Math.min(endS, Math.max(builtS, built.kept.finerFromS(tier)));
    const isDay = name === 'day';
    const firstS = isDay ? (days.find(day => day >= startS) ?? endS) : Math.ceil(startS / lengthS) * lengthS;
    const lastS = isDay ? lastUpTo(days, cleanS) : Math.floor(cleanS / lengthS) * lengthS;
    if (lastS <= firstS) {
      cover(level - 1, startS, endS);
      return;
    }
    cover(level - 1, startS, firstS);
    const where = between(numbers, firstS, lastS);
    add(`SELECT ${partsOfTier[kind]} FROM ${tierTable(kind, tier)} WHERE ${where}`, lastS - firstS, lengthS);
    cover(level - 1, lastS, endS);
  };
  cover(tiers.length - 1, fromS, toS);
  if (pieces.length === 0) add(rawRows(kind, [], partsOfWindows[kind], 'false'), 0, 1);
  return pieces;
}

/** Bounds of the civil days of a range of which nothing finer is kept; none where all of it is. */
export async function keptDays(
  lane: Lane,
  { tiers: built }: Shelves,
  fromS: number,
  toS: number,
): Promise<number[]> {
  const untilS = Math.min(toS, built.kept.fromS('3600'));
  if (untilS <= fromS) return [];
  return lane.use(connection => dayBounds(connection, built.zone, fromS, untilS));
}

const lastUpTo = (bounds: readonly number[], atS: number): number => {
  let last = Number.NEGATIVE_INFINITY;
  for (const bound of bounds) if (bound <= atS) last = bound;
  return last;
};

/** The coarsest tier whose buckets make up buckets of `bucketS` that begin at multiples of it. */
export const tierFor = (bucketS: number): Tier | undefined =>
  [...tiers].reverse().find(({ name, lengthS }) => name !== 'day' && bucketS % lengthS === 0);

export const kindOf = (series: readonly SeriesRef[]): Kind => {
  const [first] = series;
  return first === undefined ? 'gauge' : quantities[first.quantity].kind;
};
