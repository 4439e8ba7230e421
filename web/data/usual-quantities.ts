import type { QuantityId } from '#core/quantities.ts';

/** What people import mostly, before all the rest. */
export const usualQuantities: readonly QuantityId[] = Object.freeze([
  'energyImportWh',
  'energyExportWh',
  'powerW',
  'voltageL1V',
  'currentL1A',
  'frequencyHz',
]);
