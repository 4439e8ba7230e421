import { type QuantityId, quantities } from '#core/quantities.ts';

type Read = (quantity: QuantityId) => number;

/** What follows from other quantities of the same point; 0 for what nothing is known of. */
export function follows(quantity: QuantityId, read: Read): number {
  switch (quantity) {
    case 'powerImportW':
    case 'demandImportW':
      return Math.max(read('powerW'), 0);
    case 'powerExportW':
    case 'demandExportW':
      return Math.max(-read('powerW'), 0);
    case 'energyTotalWh':
      return read('energyImportWh') + read('energyExportWh');
    case 'energyNetWh':
      return read('energyImportWh') - read('energyExportWh');
    case 'powerDcW':
      return Math.max(-read('powerW'), 0) / 0.97;
    case 'voltageDcV':
    case 'voltageDc1V':
    case 'voltageDc2V':
      return 620;
    case 'currentDcA':
      return read('powerDcW') / 620;
    case 'powerDc1W':
    case 'powerDc2W':
      return read('powerDcW') / 2;
    case 'currentDc1A':
    case 'currentDc2A':
      return read('currentDcA') / 2;
    case 'temperatureC':
      return 35;
  }
  // The first tariff counts all, and nobody has ever reset a counter.
  const whole = quantity.replace(/Resettable|T1(?=[VW])/, '');
  return whole !== quantity && whole in quantities ? read(whole as QuantityId) : 0;
}
