import { deepFreeze } from '../core/freeze.ts';
import type { Ina219Profile } from './profile.ts';

/**
 * Texas Instruments INA219 (SBOS448G): DC voltage, current and power by a shunt. Defaults are those of the common
 * breakout board: 0.1 ohm, and 3.2 A at the 320 mV range.
 */
export const ina219: Ina219Profile = deepFreeze({
  kind: 'ina219',
  id: 'ina219',
  manufacturer: 'Texas Instruments',
  model: 'INA219',
  defaults: { address: 0x40, shuntOhm: 0.1, maxCurrentA: 3.2 },
  quantities: [
    'voltageV',
    'currentA',
    'powerW',
    'shuntVoltageV',
    'energyImportWh',
    'energyExportWh',
    'chargeAh',
    'chargeExportAh',
    'currentPeakA',
    'powerPeakW',
  ],
});
