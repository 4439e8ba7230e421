import { reasons } from '#core/wire/reasons.ts';
import type { Missing } from '../api/contract.ts';
import { withExcluded } from '../corrections/excluded.ts';
import type { Lane } from './lane.ts';
import { rawRows } from './raw-windows.ts';
import { type Shelves, second } from './series-parts.ts';

const mostRuns = 10_000;

/**
 * Windows that came without any value, joined where they touch and have the same reason: of several reasons, the one
 * of most samples. `unknown` is where the gateway gave none.
 */
export async function missingOf(
  lane: Lane,
  { generations, tiers, corrections }: Shelves,
  meter: number,
  fromMs: number,
  toMs: number,
): Promise<Missing> {
  const [fromS, toS] = [fromMs / 1000, toMs / 1000];
  const where = (isWhole: 0 | 1) =>
    `meter = ${meter}::UINTEGER AND isWhole = ${isWhole} AND startS >= ${second(fromS)} AND startS < ${second(toS)}`;
  const touching = generations.touching(fromS, toS);
  const rows = rawRows('missing', touching, '*', where(1));
  // A sender with times of its own may bring the values of a window after it was told to be silent in it.
  const came = rawRows('span', touching, 'startS, windowS', where(0));
  const [starts = [], ends = [], numbers = []] = await lane.columns(
    `WITH lost AS (
       SELECT startS::BIGINT AS startS, max(startS::BIGINT + windowS) AS endS,
         arg_max(reason, samples::BIGINT * 256 + 255 - reason) AS reason
       FROM (${rows}) ANTI JOIN (${came}) USING (startS, windowS) GROUP BY startS),
     marked AS (
       SELECT *, CASE WHEN startS = lag(endS) OVER byTime AND reason = lag(reason) OVER byTime THEN 0 ELSE 1 END AS isNew
       FROM lost WINDOW byTime AS (ORDER BY startS)),
     runs AS (SELECT *, sum(isNew) OVER (ORDER BY startS) AS run FROM marked)
     SELECT min(startS) AS startS, max(endS), any_value(reason)
     FROM runs GROUP BY run ORDER BY 1 LIMIT ${mostRuns}`,
  );
  // Of what is gone nobody knows any more what was missing.
  const keptFromMs = Math.min(tiers.kept.fromS('day') * 1000, toMs);
  const gone = keptFromMs > fromMs ? [{ startMs: fromMs, endMs: keptFromMs, reason: 'notKept' }] : [];
  const found = starts.map((startS, index) => ({
    startMs: startS * 1000,
    endMs: (ends[index] as number) * 1000,
    reason: reasons[numbers[index] as number] ?? 'unknown',
  }));
  const missing = [...gone, ...found.filter(({ startMs }) => startMs >= (gone[0]?.endMs ?? 0))];
  return withExcluded(missing, corrections.plan, meter, fromMs, toMs);
}
