import type { DuckDBConnection } from '@duckdb/node-api';
import { deepFreeze } from '#core/freeze.ts';
import type { Generation } from './generations.ts';
import { newRows, rawRows } from './raw-windows.ts';

/** What a row of the ledger counts. */
export const ledgerKinds = deepFreeze({
  /** Seconds and windows with a value. */
  received: 0,
  /** Of these, what came later than `lateAfterS` after the window's end. */
  late: 1,
  /** Of these, what was dated when the gateway's clock was set later. */
  backdated: 2,
  /** Plus the number of a reason: seconds without any value, for that reason most of all. */
  missing: 10,
  /** Plus 300 and the number of a reason: failed samples of windows that have values all the same. */
  failed: 300,
} as const);

/** A window's end, its batch, the way here: what comes later than this came out of a journal. */
export const lateAfterS = 120;

const slotS = 900;
const slot = `(startS // ${slotS}::UINTEGER * ${slotS}::UINTEGER)::UINTEGER`;

/** SQL for the ledger of raw rows: a function of them alone. */
export function ledgerOf(generations: readonly Generation[], where: string): string {
  const spans = rawRows('span', generations, 'meter, startS, windowS, lateS, isWhole, isBackdated', where);
  const missing = rawRows('missing', generations, 'meter, startS, windowS, reason, samples, isWhole', where);
  const { received, late, backdated, missing: none, failed } = ledgerKinds;
  const ofSpans = (kind: number, condition: string) =>
    `SELECT meter, ${slot} AS slotS, ${kind}::USMALLINT AS kind, sum(windowS)::UINTEGER AS seconds, count(*)::UINTEGER AS count
     FROM spans WHERE isWhole = 0 AND ${condition} GROUP BY ALL`;
  return `WITH spans AS (${spans}), missing AS (${missing})
    ${ofSpans(received, 'true')} UNION ALL ${ofSpans(late, `lateS > ${lateAfterS}`)} UNION ALL ${ofSpans(backdated, 'isBackdated = 1')}
    UNION ALL SELECT meter, ${slot} AS slotS, (${none} + reason)::USMALLINT, sum(windowS)::UINTEGER, count(*)::UINTEGER FROM (
      SELECT meter, startS, max(windowS) AS windowS, arg_max(reason, samples::BIGINT * 256 + 255 - reason) AS reason
      FROM missing WHERE isWhole = 1 GROUP BY meter, startS) GROUP BY ALL
    UNION ALL SELECT meter, ${slot} AS slotS, (${failed} + reason)::USMALLINT, 0::UINTEGER, sum(samples)::UINTEGER
      FROM missing WHERE isWhole = 0 GROUP BY ALL`;
}

/** Moves the ledger on from `fromS` to `toS`, and mends the quarters of an hour that new rows have touched before. */
export async function buildLedger(
  connection: DuckDBConnection,
  generations: readonly Generation[],
  { fromS, toS }: { readonly fromS: number; readonly toS: number },
): Promise<void> {
  const late = ['span', 'missing'] as const;
  const touched = late.map(name =>
    newRows(name, generations, `meter, ${slot} AS slotS`, `startS < ${fromS}`),
  );
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE lateMeter AS SELECT DISTINCT meter, slotS FROM (${touched.join(' UNION ALL ')})`,
  );
  const [row] = (
    await connection.runAndReadAll('SELECT min(slotS)::DOUBLE, max(slotS)::DOUBLE FROM lateMeter')
  ).getRows();
  if (row !== undefined && row[0] !== null) {
    const [firstS, lastS] = [Number(row[0]), Number(row[1])];
    await connection.run(
      'DELETE FROM ledger_900 USING lateMeter WHERE ledger_900.meter = lateMeter.meter AND ledger_900.startS = slotS',
    );
    const where = `startS >= ${firstS}::UINTEGER AND startS < ${lastS + slotS}::UINTEGER`;
    await connection.run(
      `INSERT INTO ledger_900 SELECT ledger.* FROM (${ledgerOf(touching(generations, firstS, lastS + slotS), where)}) AS ledger
       SEMI JOIN lateMeter ON ledger.meter = lateMeter.meter AND ledger.slotS = lateMeter.slotS`,
    );
  }
  if (toS <= fromS) return;
  const where = `startS >= ${fromS}::UINTEGER AND startS < ${toS}::UINTEGER`;
  await connection.run(`INSERT INTO ledger_900 ${ledgerOf(touching(generations, fromS, toS), where)}`);
}

const touching = (generations: readonly Generation[], fromS: number, toS: number): readonly Generation[] =>
  generations.filter(generation => generation.fromS < toS && generation.toS >= fromS);
