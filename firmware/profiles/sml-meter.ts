import { deepFreeze } from '../core/freeze.ts';
import type { SmlProfile } from './profile.ts';

/**
 * Any household meter with an SML head (9600 8N1, BSI TR-03109 and FNN "Lastenheft EDL"): takes what the meter
 * sends of these, by OBIS code. Which of them come depends on the meter and on whether its PIN was entered.
 */
export const smlMeter: SmlProfile = deepFreeze({
  kind: 'sml',
  id: 'sml-meter',
  manufacturer: 'any',
  model: 'Smart meter with SML on its infrared port',
  defaults: { baud: 9600, parity: 'none', stopBits: 1 },
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
    'frequencyHz',
    'phaseAngleL1Degrees',
    'phaseAngleL2Degrees',
    'phaseAngleL3Degrees',
    'energyImportWh',
    'energyImportT1Wh',
    'energyImportT2Wh',
    'energyExportWh',
    'energyExportT1Wh',
    'energyExportT2Wh',
  ],
});
