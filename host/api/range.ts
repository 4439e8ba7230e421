import { quantities } from '#core/quantities.ts';
import { type LocalClock, localClock } from '../export/local-time.ts';
import { Turns } from '../import/turns.ts';
import { bucketLengths } from '../store/export-types.ts';
import type { ReadingColumns } from '../store/types.ts';
import { Type } from '../typebox.ts';
import { type Missing, RangeQuery, RangeRow } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { Csv, csvOf, csvType } from './plain-csv.ts';
import { type Span, spanOf } from './plain-span.ts';
import type { Routes } from './routes.ts';
import { knownSeries } from './series.ts';

const rowsByDefault = 1000;
const rowsMost = 10_000;
const columns = Object.keys(RangeRow.properties);

export const rangeRoutes: Routes = (api, { store, nowMs }) => {
  const clock = localClock(store.zone);
  api.get(
    '/api/v1/range',
    {
      config: { access: { role: 'viewer', of: 'series', in: 'query.series' } },
      schema: {
        tags: ['plain'],
        summary:
          'One series over a range as rows without a hole, as JSON or CSV; the last 24 hours without one',
        querystring: RangeQuery,
        response: { 200: Type.Union([Type.Array(RangeRow), Csv]) },
      },
    },
    async (request, reply) => {
      const { series, step, form } = request.query;
      const { quantity, meterKey, lastMs } = knownSeries(store, series);
      const asked = spanOf(request.query, '24h', store.zone, nowMs());
      const stepMs = step === undefined ? undefined : bucketLengths[step] * 1000;
      const { points, ...span } = bucketsOf(asked, stepMs);
      const found = await store.readings({ series, ...span, points });
      const missing = await store.missing({ meter: meterKey, ...span });
      const reasons = missing.filter(one => one.quantity === undefined || one.quantity === quantity);
      const rows = await rowsOf(
        found,
        span,
        reasons,
        Math.max(lastMs, 0),
        nowMs(),
        quantities[quantity],
        clock,
      );
      if (form !== 'csv') return rows;
      reply.type(csvType);
      return await csvOf(columns, rows);
    },
  );
};

/** Whole buckets of the length that was asked for. @throws ApiFailure range.tooLong */
function bucketsOf(span: Span, stepMs: number | undefined): Span & { readonly points: number } {
  if (stepMs === undefined) return { ...span, points: rowsByDefault };
  const fromMs = Math.floor(span.fromMs / stepMs) * stepMs;
  const toMs = Math.ceil(span.toMs / stepMs) * stepMs;
  const points = (toMs - fromMs) / stepMs;
  if (points <= rowsMost) return { fromMs, toMs, points: Math.max(points, 2) };
  throw new ApiFailure('range.tooLong', {
    message: `step: ${points} rows asked for; at most ${rowsMost} are allowed.`,
    field: 'step',
    help: 'Choose a longer step or a shorter range; GET /api/v1/exports/readings sends any number.',
  });
}

/** From the first bucket that the range touches to the last; of the future none. In turns: there may be thousands. */
async function rowsOf(
  found: ReadingColumns,
  { fromMs, toMs }: Span,
  reasons: Missing,
  lastMs: number,
  nowMs: number,
  { unit, kind }: { readonly unit: string; readonly kind: 'gauge' | 'counter' },
  clock: LocalClock,
): Promise<RangeRow[]> {
  const turns = new Turns();
  const { bucketMs, startMs } = found;
  const at = new Map(startMs.map((start, index) => [start, index]));
  const endMs = Math.min(toMs, Math.max(nowMs, lastMs));
  const rows: RangeRow[] = [];
  let reason = 0;
  for (let start = Math.floor(fromMs / bucketMs) * bucketMs; start < endMs; start += bucketMs) {
    if (turns.isOver) await turns.next();
    const end = start + bucketMs;
    while ((reasons[reason]?.endMs ?? Number.POSITIVE_INFINITY) <= start) reason++;
    const index = at.get(start) ?? -1;
    const coverage = found.coverage[index] ?? 0;
    const stretch = reasons[reason];
    const told = stretch !== undefined && stretch.startMs < end ? stretch.reason : 'noData';
    rows.push({
      start: clock.local(start / 1000),
      end: clock.local(end / 1000),
      value: (kind === 'gauge' ? found.mean[index] : found.delta[index]) ?? null,
      min: found.min[index] ?? null,
      max: found.max[index] ?? null,
      last: found.last[index] ?? null,
      unit,
      coverage,
      estimated: found.estimated[index] ?? 0,
      missing: coverage >= 1 ? null : end > nowMs && coverage > 0 ? null : told,
    });
  }
  return rows;
}
