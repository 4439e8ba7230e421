import type { EnergyTable, Totals } from '../api/contract.ts';

/** A table's columns as rows, by meter and period. */
export const totalsOfTable = ({ zone, startMs, endMs, meters }: EnergyTable): Totals[] =>
  meters.map(({ meter, ...columns }) => ({
    meter,
    zone,
    periods: startMs.map((atMs, index) => ({
      startMs: atMs,
      endMs: endMs[index] as number,
      importWh: columns.importWh[index] ?? null,
      exportWh: columns.exportWh[index] ?? null,
      importEstimatedWh: columns.importEstimatedWh[index] ?? null,
      exportEstimatedWh: columns.exportEstimatedWh[index] ?? null,
      coverage: columns.coverage[index] ?? 0,
    })),
  }));
