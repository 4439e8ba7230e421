import { isQuantityId, type QuantityId, quantities } from '#core/quantities.ts';
import { localClock } from '../export/local-time.ts';
import { Type } from '../typebox.ts';
import { DailyQuery, DailyRow } from './contract.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { assertMeter } from './meters.ts';
import { Csv, csvOf, csvType } from './plain-csv.ts';
import { type Span, spanOf } from './plain-span.ts';
import type { ApiParts, Routes } from './routes.ts';

/** Each is a question to the database. */
const daysMost = 400;
const columns = Object.keys(DailyRow.properties);

export const dailyRoutes: Routes = (api, parts) => {
  const { store, nowMs } = parts;
  api.get(
    '/api/v1/daily',
    {
      config: { access: { role: 'viewer', of: 'meter', in: 'query.meter' } },
      schema: {
        tags: ['plain'],
        summary:
          "Energy, least, most and mean of a meter by civil days of the site's zone, as JSON or CSV; the last 30 days without a range",
        querystring: DailyQuery,
        response: { 200: Type.Union([Type.Array(DailyRow), Csv]) },
      },
    },
    async (request, reply) => {
      const { meter, quantity = 'powerW', form } = request.query;
      assertMeter(parts, meter, 'query.meter');
      if (!isQuantityId(quantity) || quantities[quantity].kind !== 'gauge')
        throw mistaken('request.invalid', [
          {
            field: 'quantity',
            message: `${quantity} given; a gauge such as powerW or voltageL1V is allowed`,
          },
        ]);
      const span = spanOf(request.query, '30d', store.zone, nowMs());
      if (lengthMs(span, store.zone) > daysMost * 86_400_000)
        throw new ApiFailure('range.tooLong', {
          message: `to: the range has more than ${daysMost} days; a shorter one is allowed.`,
          field: 'to',
        });
      const rows = await rowsOf(parts, meter, quantity, span);
      if (form !== 'csv') return rows;
      reply.type(csvType);
      return await csvOf(columns, rows);
    },
  );
};

/** Clocks that are behind at its end those at its beginning make it no day longer. */
function lengthMs({ fromMs, toMs }: Span, zone: string): number {
  const clock = localClock(zone);
  const backS = clock.offsetS(fromMs / 1000) - clock.offsetS(toMs / 1000);
  return toMs - fromMs - Math.max(backS, 0) * 1000;
}

async function rowsOf(
  { store }: ApiParts,
  meter: string,
  quantity: QuantityId,
  span: Span,
): Promise<DailyRow[]> {
  const clock = localClock(store.zone);
  const { periods } = await store.totals({ meter, ...span, period: 'day' });
  const series = store.seriesOf(`${meter}.${quantity}`);
  const rows: DailyRow[] = [];
  for (const {
    startMs,
    endMs,
    importWh,
    exportWh,
    importEstimatedWh,
    exportEstimatedWh,
    coverage,
  } of periods) {
    const isTold = series !== undefined && series.firstMs < endMs && series.lastMs > startMs;
    const figures = isTold ? await store.statistics(series.key, startMs, endMs) : undefined;
    const start = clock.local(startMs / 1000);
    rows.push({
      day: start.slice(0, 10),
      start,
      end: clock.local(endMs / 1000),
      importWh,
      exportWh,
      estimatedWh:
        importWh === null && exportWh === null ? null : (importEstimatedWh ?? 0) + (exportEstimatedWh ?? 0),
      min: figures?.min ?? null,
      max: figures?.max ?? null,
      mean: figures?.mean ?? null,
      unit: quantities[quantity].unit,
      coverage: figures?.coverage ?? coverage,
    });
  }
  return rows;
}
