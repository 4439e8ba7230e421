import { quantities } from '#core/quantities.ts';
import type { ExportMeter, Slices } from './export-types.ts';
import type { Lane } from './lane.ts';
import { periodBounds } from './periods.ts';
import type { Shelves } from './series-parts.ts';
import { totalsOf } from './totals.ts';
import type { Period } from './types.ts';

/** The most that is asked of one meter at once: hours are many. */
const sliceMs = { hour: 120 * 86_400_000, day: 4000 * 86_400_000, month: Infinity, all: Infinity } as const;

/**
 * Energy meter by meter, by the civil periods that cover `[fromMs, toMs)` as far as there are windows of what it is
 * told from; `all` is one period in any case.
 */
export async function* totalSlices(
  lane: Lane,
  shelves: Shelves,
  zone: string,
  meters: readonly ExportMeter[],
  period: Period,
  fromMs: number,
  toMs: number,
): Slices {
  const { decimals } = quantities.energyImportWh;
  const scale = 10 ** decimals;
  for (const { energy, texts } of meters) {
    const refs = [energy.imported, energy.exported, energy.power].filter(ref => ref !== undefined);
    const isAll = period === 'all';
    const endMs = isAll ? toMs : Math.min(toMs, Math.max(...refs.map(({ endS }) => endS * 1000)));
    let atMs = isAll ? fromMs : Math.max(fromMs, Math.min(...refs.map(({ firstS }) => firstS * 1000)));
    while (atMs < endMs) {
      const untilMs = Math.min(await boundFrom(lane, zone, period, atMs + sliceMs[period]), endMs);
      const [totals] = await totalsOf(lane, shelves, zone, [energy], { fromMs: atMs, toMs: untilMs, period });
      const periods = totals?.periods ?? [];
      const steps = (values: readonly (number | null)[]) =>
        values.map(value => (value === null ? Number.NaN : Math.round(value * scale)));
      const columns = {
        start: periods.map(({ startMs }) => startMs / 1000),
        end: periods.map(({ endMs }) => endMs / 1000),
        import_wh: steps(periods.map(({ importWh }) => importWh)),
        export_wh: steps(periods.map(({ exportWh }) => exportWh)),
        import_estimated_wh: steps(periods.map(({ importEstimatedWh }) => importEstimatedWh)),
        export_estimated_wh: steps(periods.map(({ exportEstimatedWh }) => exportEstimatedWh)),
        coverage_share: periods.map(({ coverage }) => coverage),
      };
      if (periods.length > 0) yield { texts, rows: periods.length, columns, decimals };
      atMs = untilMs;
    }
  }
}

/** The start of the period that an instant is in, so that no period is in two slices. */
async function boundFrom(lane: Lane, zone: string, period: Period, atMs: number): Promise<number> {
  if (!Number.isFinite(atMs)) return atMs;
  const [startS] = await periodBounds(lane, zone, atMs, atMs + 1000, period);
  return startS === undefined ? atMs : startS * 1000;
}
