import type { DuckDBConnection } from '@duckdb/node-api';
import type { Plan } from '../corrections/plan.ts';
import { correctedParts } from './corrections-sql.ts';
import type { Generations } from './generations.ts';
import { dayBounds } from './periods.ts';
import type { Kept } from './retention.ts';
import { type Horizons, type Kind, partsOfTier, type Tier, tiers, tierTable } from './tier-tables.ts';

/** What the buckets that one build makes are made by. */
export interface Basis {
  readonly generations: Generations;
  /** IANA zone of the site. */
  readonly zone: string;
  /** From when on each level still has its rows. */
  readonly kept: Kept;
  /** Of the corrections that stand. */
  readonly plan: Plan;
  /** Up to where each tier was built before. */
  readonly horizons: Horizons;
}

/** Everything that starts in `[fromS, toS)`. */
export interface Span {
  readonly fromS: number;
  readonly toS: number;
}

/** SQL for what the buckets of a tier are made of, by their span: parts of the finer one, or corrected windows; of `series`, if given. */
export function sourceOf(
  { generations, kept, plan }: Basis,
  kind: Kind,
  tier: Tier,
  series?: readonly number[],
): (fromS: number, toS: number) => string {
  const finer = tiers[tiers.indexOf(tier) - 1];
  const only = series === undefined ? '' : ` AND series IN (${series.join(', ')})`;
  return (fromS, toS) => {
    const where = `${within(fromS, toS)}${only}`;
    if (tier.name === 'day') return partsOfDays(kind, kept, where);
    if (finer !== undefined)
      return `SELECT ${partsOfTier[kind]} FROM ${tierTable(kind, finer)} WHERE ${where}`;
    return correctedParts(plan, kind, generations.readable(fromS, toS), where, { fromS, toS }, series);
  };
}

/** Days are made of quarters of an hour, and of hours where no quarters are kept: some zones are half an hour off. */
function partsOfDays(kind: Kind, kept: Kept, where: string): string {
  const [quarter, hour] = [tiers[1], tiers[2]];
  const quarters = `SELECT ${partsOfTier[kind]} FROM ${tierTable(kind, quarter)} WHERE ${where}`;
  const keptFromS = kept.fromS(quarter.name);
  if (keptFromS === 0) return quarters;
  const untilS = `${Math.ceil(keptFromS / hour.lengthS) * hour.lengthS}::UINTEGER`;
  return `${quarters} AND startS >= ${untilS} UNION ALL
    SELECT ${partsOfTier[kind]} FROM ${tierTable(kind, hour)} WHERE ${where} AND startS < ${untilS}`;
}

const within = (fromS: number, toS: number): string =>
  `startS >= ${Math.max(fromS, 0)}::UINTEGER AND startS < ${toS}::UINTEGER`;

/** Rows, and the expression of their bucket's start: civil days are looked up in a list. */
export async function withBucket(
  connection: DuckDBConnection,
  zone: string,
  tier: Tier,
  rows: string,
  { fromS, toS }: Span,
): Promise<{ readonly rows: string; readonly bucket: string }> {
  if (tier.name !== 'day')
    return { rows, bucket: `startS // ${tier.lengthS}::UINTEGER * ${tier.lengthS}::UINTEGER` };
  const bounds = await dayBounds(connection, zone, fromS, toS);
  const days = `SELECT unnest([${bounds.join(', ')}])::UINTEGER AS dayS`;
  return { rows: `SELECT * FROM (${rows}) ASOF JOIN (${days}) ON startS >= dayS`, bucket: 'dayS' };
}
