import type { DuckDBConnection } from '@duckdb/node-api';
import { deepFreeze } from '#core/freeze.ts';
import { limits } from '#core/limits.ts';
import type { Generation } from './generations.ts';
import { newRows, rawRows } from './raw-windows.ts';

/** What a row of the ledger counts, of one meter and quarter of an hour. */
export const ledgerKinds = deepFreeze({
  /** Seconds with a value, and windows with one that start here. */
  received: 0,
  /** Of these seconds, those of which nothing came within `lateAfterS` after the window's end. */
  late: 1,
  /** Of these seconds, those that were only dated when the gateway's clock was set later. */
  backdated: 2,
  /** Of these seconds, those that were imported from a file. */
  imported: 3,
  /** Plus the number of a reason: seconds of windows without any value, for that reason most of all. */
  missing: 10,
  /** Plus 300 and the number of a reason: failed samples of windows that have values all the same. */
  failed: 300,
  /** Plus the second at which it begins: seconds of which no window came. A quarter without any row is all hole. */
  hole: 1000,
} as const);

/** What `isBackdated` of a span says where it is not 0. */
export const spanMarks = deepFreeze({ backdated: 1, imported: 2 } as const);

/** A window's end, its batch, the way here: what comes later than this came out of a journal. */
export const lateAfterS = 120;

/** Windows are at most as long, so that one touches two quarters at the most. */
export const ledgerSlotS = 900;
const longestS = limits.windowMaxS;

const slotOf = (atS: string): string => `((${atS}) // ${ledgerSlotS} * ${ledgerSlotS})::UINTEGER`;

/**
 * SQL for the ledger of raw rows up to `untilS`: a function of them alone, whatever their order. Each second counts once,
 * for the best that came of it: a value, one in time, one dated at once. Where windows overlap (a journal begun anew, a
 * window of another length) it is counted second by second.
 */
export function ledgerOf(generations: readonly Generation[], where: string, untilS?: number): string {
  const spans = rawRows('span', generations, 'meter, startS, windowS, lateS, isWhole, isBackdated', where);
  const missing = rawRows('missing', generations, 'meter, startS, windowS, reason, samples, isWhole', where);
  const { received, late, backdated, imported, missing: none, failed, hole } = ledgerKinds;
  const endS = untilS === undefined ? 'startS + windowS' : `least(startS + windowS, ${untilS})`;
  const said = 'hasValue, isLate, isBackdated, isImported, reason, weight';
  const ofParts = (kind: string, condition: string) =>
    `SELECT meter, slotS, ${kind} AS kind, toS - fromS AS seconds, 0 AS count FROM parts WHERE ${condition}`;
  const ofWindows = (kind: string, condition: string) =>
    `SELECT meter, ${slotOf('fromS')} AS slotS, ${kind} AS kind, 0 AS seconds, 1 AS count FROM windows WHERE ${condition}`;
  const both = (kind: string, condition: string) =>
    `${ofParts(kind, condition)} UNION ALL ${ofWindows(kind, condition)}`;
  return `WITH spans AS (${spans}), missing AS (${missing}),
    windows AS (
      SELECT meter, startS::BIGINT AS fromS, ${endS} AS toS, true AS hasValue, min(lateS) > ${lateAfterS} AS isLate,
        min(isBackdated) = ${spanMarks.backdated} AS isBackdated, min(isBackdated) = ${spanMarks.imported} AS isImported, 0::UTINYINT AS reason, 0::BIGINT AS weight
      FROM spans WHERE isWhole = 0 GROUP BY meter, startS, windowS
      UNION ALL
      SELECT meter, startS, ${endS}, false, false, false, false, arg_max(reason, weight), max(weight)
      FROM (SELECT *, samples::BIGINT * 256 + 255 - reason AS weight FROM missing WHERE isWhole = 1)
      GROUP BY meter, startS, windowS),
    pieces AS (
      SELECT meter, ${slotOf('fromS')} AS slotS, fromS, least(toS, slotS + ${ledgerSlotS}) AS toS, ${said} FROM windows
      UNION ALL
      SELECT meter, ${slotOf('fromS')} + ${ledgerSlotS} AS slotS, slotS, toS, ${said} FROM windows WHERE toS > slotS),
    crowded AS (
      SELECT DISTINCT meter, slotS FROM (SELECT meter, slotS,
          fromS < lag(toS) OVER (PARTITION BY meter, slotS ORDER BY fromS, toS) AS isOver FROM pieces)
      WHERE isOver),
    parts AS (
      SELECT meter, slotS, fromS, toS, hasValue, isLate, isBackdated, isImported, reason FROM pieces
      ANTI JOIN crowded ON crowded.meter = pieces.meter AND crowded.slotS = pieces.slotS
      UNION ALL
      SELECT meter, slotS, second, second + 1, bool_or(hasValue), bool_and(isLate) FILTER (hasValue),
        bool_and(isBackdated) FILTER (hasValue), bool_and(isImported) FILTER (hasValue), arg_max(reason, weight) FILTER (NOT hasValue)
      FROM (SELECT *, unnest(range(fromS, toS)) AS second FROM pieces
        SEMI JOIN crowded ON crowded.meter = pieces.meter AND crowded.slotS = pieces.slotS)
      GROUP BY meter, slotS, second),
    tries AS (
      SELECT meter, startS, windowS, reason, max(samples) AS samples FROM missing WHERE isWhole = 0 GROUP BY ALL),
    holes AS (
      SELECT meter, slotS, coalesce(lag(toS) OVER (PARTITION BY meter, slotS ORDER BY fromS), slotS) AS fromS, fromS AS toS
      FROM parts
      UNION ALL SELECT meter, slotS, max(toS), slotS + ${ledgerSlotS} FROM parts GROUP BY meter, slotS)
    SELECT meter, slotS, kind::USMALLINT AS kind, sum(seconds)::UINTEGER AS seconds, sum(count)::UINTEGER AS count FROM (
      ${both(`${received}`, 'hasValue')}
      UNION ALL ${both(`${late}`, 'hasValue AND isLate')}
      UNION ALL ${both(`${backdated}`, 'hasValue AND isBackdated')}
      UNION ALL ${both(`${imported}`, 'hasValue AND isImported')}
      UNION ALL ${both(`${none} + reason`, 'NOT hasValue')}
      UNION ALL SELECT meter, ${slotOf('startS')}, ${failed} + reason, 0, samples FROM tries
      UNION ALL SELECT meter, slotS, ${hole} + fromS - slotS, toS - fromS, 0 FROM holes WHERE toS > fromS)
    GROUP BY ALL`;
}

/** Raw rows that have a part in `[fromS, toS)`, and more. */
export const startsIn = (fromS: number, toS: number): string =>
  `startS > ${Math.max(fromS - longestS, 0)}::UINTEGER AND startS < ${Math.max(toS, 0)}::UINTEGER`;

/** Generations with such rows. */
export const touching = (generations: readonly Generation[], fromS: number, toS: number) =>
  generations.filter(generation => generation.fromS < toS && generation.toS > fromS - longestS);

/**
 * Moves the ledger on from `fromS` to `toS`, and mends the quarters of an hour that new rows have touched before, or those
 * of a generation that is `gone`.
 */
export async function buildLedger(
  connection: DuckDBConnection,
  generations: readonly Generation[],
  {
    fromS,
    toS,
    gone,
  }: { readonly fromS: number; readonly toS: number; readonly gone?: Generation | undefined },
): Promise<void> {
  const slots = `meter, unnest([${slotOf('startS')}, ${slotOf('startS + windowS - 1')}]) AS slotS`;
  const touched = (['span', 'missing'] as const).flatMap(name => [
    newRows(name, generations, slots, `startS < ${fromS}`),
    ...(gone === undefined ? [] : [rawRows(name, [gone], slots, `startS < ${fromS}`)]),
  ]);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE lateMeter AS SELECT DISTINCT meter, slotS FROM (${touched.join(' UNION ALL ')}) WHERE slotS < ${fromS}`,
  );
  const [row] = (
    await connection.runAndReadAll('SELECT min(slotS)::DOUBLE, max(slotS)::DOUBLE FROM lateMeter')
  ).getRows();
  if (row !== undefined && row[0] !== null) {
    const [firstS, endS] = [Number(row[0]), Number(row[1]) + ledgerSlotS];
    await connection.run(
      'DELETE FROM ledger_900 USING lateMeter WHERE ledger_900.meter = lateMeter.meter AND ledger_900.startS = slotS',
    );
    await connection.run(
      `INSERT INTO ledger_900 SELECT ledger.* FROM (${ledgerOf(touching(generations, firstS, endS), startsIn(firstS, endS))}) AS ledger
       SEMI JOIN lateMeter ON ledger.meter = lateMeter.meter AND ledger.slotS = lateMeter.slotS`,
    );
  }
  if (toS <= fromS) return;
  await connection.run(
    `INSERT INTO ledger_900 SELECT * FROM (${ledgerOf(touching(generations, fromS, toS), startsIn(fromS, toS))})
     WHERE slotS >= ${fromS} AND slotS < ${toS}`,
  );
}
