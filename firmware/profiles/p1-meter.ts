import { deepFreeze } from '../core/freeze.ts';
import type { HeadProfile } from './profile.ts';

/**
 * A smart meter's P1 socket (DSMR P1 companion standard 5.0.2; Belgium, Luxembourg, Sweden alike) with the gas, water and
 * heat meters behind it. Versions 4 and 5 send at 115200 8N1, each second or each ten; 2 and 3 at 9600 7E1, read as 8N1.
 */
export const p1Meter: HeadProfile = deepFreeze({
  kind: 'head',
  id: 'p1-meter',
  manufacturer: 'any',
  model: 'Smart meter with DSMR P1 socket',
  defaults: { baud: 115_200, parity: 'none', stopBits: 1 },
  quantities: [
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
    'energyImportWh',
    'energyImportT1Wh',
    'energyImportT2Wh',
    'energyExportWh',
    'energyExportT1Wh',
    'energyExportT2Wh',
    'reactiveEnergyImportVarh',
    'reactiveEnergyExportVarh',
    'gasVolumeM3',
    'waterVolumeM3',
    'heatEnergyJ',
  ],
});
