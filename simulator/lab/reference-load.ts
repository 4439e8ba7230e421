import { deepFreeze } from '#core/freeze.ts';
import type { QuantityId } from '#core/quantities.ts';

/** The twelve values of each meter of the reference load (10 gateways × 8 meters × 12 values every 5 s). */
export const loadGauges = deepFreeze([
  'powerW',
  'powerL1W',
  'powerL2W',
  'powerL3W',
  'voltageL1V',
  'voltageL2V',
  'voltageL3V',
  'currentL1A',
  'currentL2A',
  'currentL3A',
] as const satisfies readonly QuantityId[]);

export const loadCounters = deepFreeze([
  'energyImportWh',
  'energyExportWh',
] as const satisfies readonly QuantityId[]);

export const loadQuantities: readonly QuantityId[] = deepFreeze([...loadGauges, ...loadCounters]);
