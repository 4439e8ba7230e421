import type { EnergyTable } from '../api/contract.ts';

const columns = ['importWh', 'exportWh', 'importEstimatedWh', 'exportEstimatedWh', 'coverage'] as const;

/**
 * An energy table as it goes over a port: all numbers in one buffer, which moves, where lists would be copied number by
 * number. Column after column of meter after meter; NaN is null.
 */
export interface EnergyCells extends Pick<EnergyTable, 'zone' | 'startMs' | 'endMs'> {
  readonly meters: readonly string[];
  readonly cells: Float64Array<ArrayBuffer>;
}

export function packEnergy({ zone, startMs, endMs, meters }: EnergyTable): EnergyCells {
  const periods = startMs.length;
  const cells = new Float64Array(meters.length * columns.length * periods);
  let at = 0;
  for (const meter of meters) {
    for (const name of columns) {
      const column = meter[name];
      for (let period = 0; period < periods; period++) cells[at++] = column[period] ?? Number.NaN;
    }
  }
  return { zone, startMs, endMs, meters: meters.map(({ meter }) => meter), cells };
}

export function unpackEnergy({ zone, startMs, endMs, meters, cells }: EnergyCells): EnergyTable {
  const periods = startMs.length;
  let at = 0;
  const next = (): number[] => {
    const column = new Array<number>(periods);
    for (let period = 0; period < periods; period++) column[period] = cells[at++] as number;
    return column;
  };
  const orNull = (column: number[]): (number | null)[] =>
    column.map(cell => (Number.isNaN(cell) ? null : cell));
  return {
    zone,
    startMs,
    endMs,
    meters: meters.map(meter => ({
      meter,
      importWh: orNull(next()),
      exportWh: orNull(next()),
      importEstimatedWh: orNull(next()),
      exportEstimatedWh: orNull(next()),
      coverage: next(),
    })),
  };
}
