import type { DuckDBConnection } from '@duckdb/node-api';
import type { Lane } from './lane.ts';
import { numberColumns } from './number-columns.ts';
import { QueryError } from './query-error.ts';
import type { Period } from './types.ts';

const mostPeriods = 10_000;
/** Of all meters together: 15 MB of JSON, which holds up commits for a moment. */
const mostCells = 400_000;
const shortestS = { hour: 3600, day: 23 * 3600, month: 28 * 86_400 } as const;

/**
 * Bounds (s) of the civil periods that cover a range, as clocks in `zone` show them: a day has 23 or 25 hours when
 * they change. `all` is the range itself.
 */
export async function periodBounds(
  lane: Lane,
  zone: string,
  fromMs: number,
  toMs: number,
  period: Period,
): Promise<number[]> {
  const [fromS, toS] = [fromMs / 1000, toMs / 1000];
  if (period === 'all') return [fromS, toS];
  if ((toS - fromS) / shortestS[period] > mostPeriods) {
    throw new QueryError('period', `the range has more than ${mostPeriods} of them; ask for longer periods`);
  }
  const bounds = await boundsOf[period](lane, zone, fromS, toS);
  const end = bounds.findIndex(bound => bound >= toS);
  return bounds.slice(0, end + 1);
}

const boundsOf = Object.freeze({
  hour: hours,
  day: (lane: Lane, zone: string, fromS: number, toS: number) =>
    lane.use(connection => dayBounds(connection, zone, fromS, toS)),
  month: months,
});

/** @throws QueryError where a table of so many meters would be too large */
export function assertCells(meters: number, periods: number): void {
  if (meters * periods <= mostCells) return;
  throw new QueryError(
    'period',
    `${periods} of them for ${meters} meters are more than the ${mostCells} that one answer may have; ask for longer periods, or for a shorter range`,
  );
}

/** Hours run on through a change of the clock; only their start is civil, for zones half an hour off. */
async function hours(lane: Lane, zone: string, fromS: number, toS: number): Promise<number[]> {
  const [offsets = []] = await lane.columns('SELECT epoch(to_timestamp($1::DOUBLE) AT TIME ZONE $2)', [
    fromS,
    zone,
  ]);
  const offsetS = (offsets[0] ?? fromS) - fromS;
  const firstS = Math.floor((fromS + offsetS) / 3600) * 3600 - offsetS;
  return Array.from({ length: Math.ceil((toS - firstS) / 3600) + 1 }, (_, index) => firstS + index * 3600);
}

/** Of a midnight that clocks show twice, for they go back from one o'clock (Azores, Havana), the first. */
const firstInstant = `CASE WHEN ((local AT TIME ZONE $2) - INTERVAL 1 HOUR) AT TIME ZONE $2 = local
  THEN (local AT TIME ZONE $2) - INTERVAL 1 HOUR ELSE local AT TIME ZONE $2 END`;

/** Months are counted on the local calendar and only then made instants; a bound after the range comes with them. */
async function months(lane: Lane, zone: string, fromS: number, toS: number): Promise<number[]> {
  const [bounds = []] = await lane.columns(
    `SELECT epoch(${firstInstant}) AS bound FROM (SELECT unnest(generate_series(
       date_trunc('month', to_timestamp($1::DOUBLE) AT TIME ZONE $2),
       (to_timestamp($3::DOUBLE) AT TIME ZONE $2) + INTERVAL 1 MONTH, INTERVAL 1 MONTH)) AS local) ORDER BY bound`,
    [fromS, zone, toS],
  );
  return bounds;
}

/**
 * Bounds (s) of the civil days of `zone` that cover `[fromS, toS)`, from the start of the first to the end of the
 * last. Midnights that the clock skips are the instant it skips to.
 */
export async function dayBounds(
  connection: DuckDBConnection,
  zone: string,
  fromS: number,
  toS: number,
): Promise<number[]> {
  const days = await daysOf(connection, zone, Math.floor(fromS / chapterS), Math.floor(toS / chapterS));
  const first = days.findLastIndex(day => day <= fromS);
  const end = days.findIndex(day => day >= toS);
  return days.slice(first, end + 1);
}

/** Civil days are asked of the database in so long stretches and kept: it takes 5 ms for any range. */
const chapterS = 400 * 86_400;
const mostChapters = 200;
const chapters = new Map<string, Promise<number[]>>();

/** Days from before these chapters to after them, ascending. */
async function daysOf(
  connection: DuckDBConnection,
  zone: string,
  first: number,
  last: number,
): Promise<number[]> {
  if (chapters.size > mostChapters) chapters.clear();
  const days: number[] = [];
  for (let chapter = first; chapter <= last; chapter++) {
    const key = `${zone} ${chapter}`;
    let own = chapters.get(key);
    if (own === undefined) {
      own = chapterDays(connection, zone, chapter * chapterS);
      chapters.set(key, own);
      // A question that failed is asked again.
      own.catch(() => chapters.delete(key));
    }
    for (const day of await own) if (day > (days.at(-1) ?? Number.NEGATIVE_INFINITY)) days.push(day);
  }
  return days;
}

async function chapterDays(connection: DuckDBConnection, zone: string, fromS: number): Promise<number[]> {
  const [days = []] = await numberColumns(
    await connection.run(
      `SELECT DISTINCT epoch(${firstInstant}) AS bound FROM (SELECT unnest(generate_series(
         date_trunc('day', to_timestamp($1::DOUBLE) AT TIME ZONE $2) - INTERVAL 1 DAY,
         (to_timestamp($3::DOUBLE) AT TIME ZONE $2) + INTERVAL 2 DAY, INTERVAL 1 DAY)) AS local) ORDER BY bound`,
      [fromS, zone, fromS + chapterS],
    ),
  );
  return days;
}
