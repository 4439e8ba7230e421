import type { Lane } from './lane.ts';
import { ledgerOfMeter } from './late-windows.ts';
import { ledgerKinds, ledgerOf, ledgerSlotS, startsIn, touching } from './ledger-build.ts';
import { dayBounds } from './periods.ts';
import type { Shelves } from './series-parts.ts';
import { tiers } from './tier-tables.ts';

/** Seconds and a count by day (its number in the range) and kind of `ledgerKinds`. */
export interface LedgerSum {
  readonly day: number;
  readonly kind: number;
  readonly seconds: number;
  readonly count: number;
}

/** Whole seconds since 1970, the end exclusive. */
export interface Interval {
  readonly fromS: number;
  readonly toS: number;
}

/** All that the ledger has of a meter. */
export interface LedgerRows {
  /** Start of its first window of all, and end of the newest up to now. */
  readonly firstS: number;
  readonly lastS: number;
  readonly sums: readonly LedgerSum[];
  /** In order of time: where no window came, before its first and after its last one too. */
  readonly holes: readonly Interval[];
}

export interface LedgerRange {
  /** Bounds of the civil days. */
  readonly bounds: readonly number[];
  readonly nowS: number;
}

/** Civil days that cover a range, with the range's last at most the day of now. */
export async function ledgerRange(
  lane: Lane,
  zone: string,
  fromMs: number,
  toMs: number,
  nowS: number,
): Promise<LedgerRange> {
  const toS = Math.min(Math.ceil(toMs / 1000), nowS + 1);
  const fromS = Math.floor(fromMs / 1000);
  if (fromS >= toS) return { bounds: [], nowS };
  return { bounds: await lane.use(connection => dayBounds(connection, zone, fromS, toS)), nowS };
}

const quarter = tiers.find(({ name }) => name === '900') as (typeof tiers)[number];
/** Beyond those of the ledger: the meter's first second and its last. */
const edges = 5000;

/**
 * What the ledger has of meters (their numbers), up to now and to the second: from its table where that tells all, else
 * from raw rows. `asked` get sums and holes by day; the others only their first second and their last.
 */
export async function ledgerRows(
  lane: Lane,
  shelves: Shelves,
  { bounds, nowS }: LedgerRange,
  meters: readonly number[],
  asked: ReadonlySet<number>,
): Promise<Map<number, LedgerRows>> {
  const [fromS, toS] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  if (meters.length === 0) return new Map();
  const sql = statement(shelves, { bounds, nowS, fromS, toS }, meters, asked);
  const [numbers = [], ats = [], kinds = [], seconds = [], counts = []] = await lane.columns(sql);
  const rows = new Map<number, { firstS: number; lastS: number; sums: LedgerSum[]; holes: Interval[] }>();
  const dayOf = new Map(bounds.map((bound, index) => [bound, index]));
  for (const [index, meter] of numbers.entries()) {
    const [at, kind, length] = [ats[index] as number, kinds[index] as number, seconds[index] as number];
    const row = rows.get(meter) ?? { firstS: 0, lastS: 0, sums: [], holes: [] };
    rows.set(meter, row);
    if (kind === edges) {
      row.firstS = at;
      row.lastS = length;
    } else if (kind === ledgerKinds.hole) row.holes.push({ fromS: at, toS: at + length });
    else row.sums.push({ day: dayOf.get(at) ?? 0, kind, seconds: length, count: counts[index] as number });
  }
  // A meter that only has holes has never sent anything.
  for (const [meter, { lastS }] of rows) if (lastS === 0) rows.delete(meter);
  return rows;
}

function statement(
  shelves: Shelves,
  { bounds, nowS, fromS, toS }: LedgerRange & Interval,
  meters: readonly number[],
  asked: ReadonlySet<number>,
): string {
  const { hole } = ledgerKinds;
  const horizonS = shelves.tiers.horizon('900');
  const nowSlotS = Math.floor(nowS / ledgerSlotS) * ledgerSlotS;
  const cleanS = (meter: number) =>
    Math.min(shelves.tiers.cleanUntil(quarter, ledgerOfMeter(meter)), nowSlotS);
  const late = meters.filter(meter => cleanS(meter) < Math.min(horizonS, nowSlotS));
  const lateS = Math.min(...late.map(cleanS));
  const raw = (startS: number, only: string) =>
    `SELECT * FROM (${ledgerOf(touching(shelves.generations.list, startS, nowS), `${startsIn(startS, nowS)} ${only}`, nowS)})`;
  const fresh = [
    raw(Math.min(horizonS, nowSlotS), late.length > 0 ? `AND meter NOT IN (${late.join(', ')})` : ''),
    ...(late.length > 0 ? [raw(lateS, `AND meter IN (${late.join(', ')})`)] : []),
  ].join(' UNION ALL ');
  const list = (values: readonly number[], type: string) => `unnest([${values.join(', ')}]::${type}[])`;
  const within = `startS >= ${fromS} AND startS < ${toS}`;
  const askedMeters = meters.filter(meter => asked.has(meter));
  return `WITH asked AS (
      SELECT ${list(meters, 'UINTEGER')} AS meter, ${list(meters.map(cleanS), 'BIGINT')} AS cleanS),
    fresh AS (SELECT meter, slotS AS startS, kind, seconds, count FROM (${fresh}) AS fresh JOIN asked USING (meter)
      WHERE slotS >= cleanS),
    ends AS (SELECT meter, min(startS) AS firstS, max(startS) AS lastS FROM (
        SELECT meter, startS FROM ledger_900 JOIN asked USING (meter) WHERE startS < cleanS
        UNION ALL SELECT meter, startS FROM fresh) GROUP BY meter),
    rows AS (SELECT ledger_900.* FROM ledger_900 JOIN asked USING (meter) WHERE startS < cleanS AND ${within}
      UNION ALL SELECT * FROM fresh WHERE ${within}),
    edgeRows AS (SELECT ledger_900.* FROM ledger_900 JOIN asked USING (meter) JOIN ends USING (meter)
        WHERE startS < cleanS AND kind >= ${hole} AND (startS = firstS OR startS = lastS)
      UNION ALL SELECT fresh.* FROM fresh JOIN ends USING (meter) WHERE kind >= ${hole} AND (startS = firstS OR startS = lastS)),
    days AS (SELECT ${list(bounds, 'BIGINT')} AS dayS),
    wanted AS (SELECT ${list(askedMeters, 'UINTEGER')} AS meter),
    slots AS (
      SELECT DISTINCT meter, startS::BIGINT AS startS FROM rows
      UNION ALL SELECT meter, ${fromS - ledgerSlotS} FROM wanted UNION ALL SELECT meter, ${toS} FROM wanted),
    told AS (
      SELECT meter, dayS AS atS, kind, sum(seconds) AS seconds, sum(count) AS count
      FROM rows ASOF JOIN days ON startS >= dayS WHERE kind < ${hole} GROUP BY ALL
      UNION ALL SELECT meter, startS + kind - ${hole}, ${hole}, seconds, 0 FROM rows WHERE kind >= ${hole}
      UNION ALL SELECT meter, atS, ${hole}, untilS - atS, 0 FROM (
        SELECT meter, startS + ${ledgerSlotS} AS atS, lead(startS) OVER (PARTITION BY meter ORDER BY startS) AS untilS FROM slots)
        WHERE untilS > atS),
    spans AS (
      SELECT ends.meter, firstS + coalesce(max(seconds) FILTER (startS = firstS AND kind = ${hole}), 0) AS atS,
        lastS + ${ledgerSlotS}
          - coalesce(max(seconds) FILTER (startS = lastS AND kind - ${hole} + seconds = ${ledgerSlotS}), 0) AS lastS
      FROM ends LEFT JOIN edgeRows USING (meter) GROUP BY ends.meter, firstS, lastS)
    SELECT meter::DOUBLE, atS::DOUBLE, kind::DOUBLE, seconds::DOUBLE, count::DOUBLE FROM (
      SELECT * FROM told SEMI JOIN wanted ON wanted.meter = told.meter
      UNION ALL SELECT meter, atS, ${edges}, lastS, 0 FROM spans)
    ORDER BY meter, atS, kind`;
}
