import type { EnergyTable } from '../../host/api/contract.ts';

/** Energy of a meter over a time, in whole thousandths of a watt-hour, so that sums are exact. */
export interface MeterTotals {
  /** null: nothing was measured. */
  readonly imported: number | null;
  readonly exported: number | null;
  /** Of these, what was shared out or concluded. */
  readonly estimated: number;
  /** Share of the time that was measured. */
  readonly coverage: number;
}

export const stepsPerWh = 1000;

const stepsOf = (wh: number): number => Math.round(wh * stepsPerWh);

/**
 * The columns of a table, each summed up over all its periods. What is after `nowMs` is not expected to be measured, nor
 * what may be on its way: `lateMs` of a meter.
 */
export function totalsOfTable(
  { startMs, endMs, meters }: EnergyTable,
  nowMs: number,
  lateMs: (meter: string) => number = () => 0,
): ReadonlyMap<string, MeterTotals> {
  const lengths = startMs.map((start, index) => (endMs[index] ?? start) - start);
  const pastMsOf = (arrivedMs: number) =>
    startMs.reduce(
      (sum, start, index) => sum + Math.max(0, Math.min(endMs[index] ?? start, arrivedMs) - start),
      0,
    );
  return new Map(
    meters.map(column => {
      const { meter, importWh, exportWh, importEstimatedWh, exportEstimatedWh, coverage } = column;
      const pastMs = pastMsOf(nowMs - lateMs(meter));
      const coveredMs = coverage.reduce((sum, share, index) => sum + share * (lengths[index] ?? 0), 0);
      const totals: MeterTotals = {
        imported: sumOf(importWh),
        exported: sumOf(exportWh),
        estimated: (sumOf(importEstimatedWh) ?? 0) + (sumOf(exportEstimatedWh) ?? 0),
        coverage: pastMs === 0 ? Number(coveredMs > 0) : Math.min(1, coveredMs / pastMs),
      };
      return [meter, totals];
    }),
  );
}

function sumOf(cells: readonly (number | null)[]): number | null {
  const known = cells.filter(cell => cell !== null);
  return known.length === 0 ? null : known.reduce((sum, wh) => sum + stepsOf(wh), 0);
}
