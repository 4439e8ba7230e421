import { reasons } from '#core/wire/reasons.ts';
import type { Missing } from '../api/contract.ts';
import { type Lane, startSecond } from './lane.ts';
import type { MeterEntry } from './series-book.ts';
import type { MissingRange } from './types.ts';

const mostRuns = 10_000;

/**
 * Windows that came without any value, joined where they touch and have the same reason: of several reasons, the one
 * of most samples. `unknown` is where the gateway gave none.
 */
export async function missingOf(lane: Lane, meter: MeterEntry, range: MissingRange): Promise<Missing> {
  const [starts = [], ends = [], numbers = []] = await lane.columns(
    `WITH lost AS (
       SELECT startS::BIGINT AS startS, max(startS::BIGINT + windowS) AS endS, arg_max(reason, samples) AS reason
       FROM missing WHERE meter = ?::UINTEGER AND isWhole = 1 AND startS >= ?::UINTEGER AND startS < ?::UINTEGER GROUP BY startS),
     marked AS (
       SELECT *, CASE WHEN startS = lag(endS) OVER byTime AND reason = lag(reason) OVER byTime THEN 0 ELSE 1 END AS isNew
       FROM lost WINDOW byTime AS (ORDER BY startS)),
     runs AS (SELECT *, sum(isNew) OVER (ORDER BY startS) AS run FROM marked)
     SELECT min(startS)::DOUBLE AS startS, max(endS)::DOUBLE, any_value(reason)::DOUBLE
     FROM runs GROUP BY run ORDER BY 1 LIMIT ${mostRuns}`,
    [meter.number, startSecond(range.fromMs / 1000), startSecond(range.toMs / 1000)],
  );
  return starts.map((startS, index) => ({
    startMs: startS * 1000,
    endMs: (ends[index] as number) * 1000,
    reason: reasons[numbers[index] as number] ?? 'unknown',
  }));
}
