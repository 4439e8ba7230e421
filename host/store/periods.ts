import type { DuckDBConnection } from '@duckdb/node-api';
import type { Lane } from './lane.ts';
import type { Period } from './types.ts';

/** A query that cannot be answered as asked; `field` is the parameter to change. */
export class QueryError extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.name = 'QueryError';
    this.field = field;
  }
}

const mostPeriods = 10_000;
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
  const bounds =
    period === 'hour' ? await hours(lane, zone, fromS, toS) : await civil(lane, zone, fromS, toS, period);
  const end = bounds.findIndex(bound => bound >= toS);
  return bounds.slice(0, end + 1);
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

/** Days and months are counted on the local calendar and only then made instants. */
async function civil(
  lane: Lane,
  zone: string,
  fromS: number,
  toS: number,
  period: 'day' | 'month',
): Promise<number[]> {
  const step = `INTERVAL 1 ${period}`;
  const [bounds = []] = await lane.columns(
    `SELECT epoch(local AT TIME ZONE $2) AS bound FROM (SELECT unnest(generate_series(
       date_trunc('${period}', to_timestamp($1::DOUBLE) AT TIME ZONE $2),
       (to_timestamp($3::DOUBLE) AT TIME ZONE $2) + ${step}, ${step})) AS local) ORDER BY bound`,
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
  const reader = await connection.runAndReadAll(
    `SELECT DISTINCT epoch(local AT TIME ZONE $2) AS bound FROM (SELECT unnest(generate_series(
       date_trunc('day', to_timestamp($1::DOUBLE) AT TIME ZONE $2),
       (to_timestamp($3::DOUBLE) AT TIME ZONE $2) + INTERVAL 1 DAY, INTERVAL 1 DAY)) AS local) ORDER BY bound`,
    [fromS, zone, toS],
  );
  const bounds = (reader.getColumns()[0] ?? []).map(Number);
  const end = bounds.findIndex(bound => bound >= toS);
  return end < 0 ? bounds : bounds.slice(0, end + 1);
}
