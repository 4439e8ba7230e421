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

/** The columns of a table, each summed up over all its periods. */
export function totalsOfTable({ startMs, endMs, meters }: EnergyTable): ReadonlyMap<string, MeterTotals> {
  const lengths = startMs.map((start, index) => (endMs[index] ?? start) - start);
  const wholeMs = lengths.reduce((sum, length) => sum + length, 0);
  return new Map(
    meters.map(({ meter, importWh, exportWh, importEstimatedWh, exportEstimatedWh, coverage }) => {
      const coveredMs = coverage.reduce((sum, share, index) => sum + share * (lengths[index] ?? 0), 0);
      const totals: MeterTotals = {
        imported: sumOf(importWh),
        exported: sumOf(exportWh),
        estimated: (sumOf(importEstimatedWh) ?? 0) + (sumOf(exportEstimatedWh) ?? 0),
        coverage: wholeMs === 0 ? 0 : coveredMs / wholeMs,
      };
      return [meter, totals];
    }),
  );
}

function sumOf(cells: readonly (number | null)[]): number | null {
  const known = cells.filter(cell => cell !== null);
  return known.length === 0 ? null : known.reduce((sum, wh) => sum + stepsOf(wh), 0);
}
