import { deepFreeze } from '../core/freeze.ts';
import type { HeadProfile } from './profile.ts';

/**
 * Any household meter with an SML head (9600 8N1, BSI TR-03109 and FNN "Lastenheft EDL"): takes what the meter
 * sends of these, by OBIS code. Which of them come depends on the meter and on whether its PIN was entered.
 */
export const smlMeter: HeadProfile = deepFreeze({
  kind: 'head',
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

/**
 * The same, where the meter shows its power without a sign and says in its status word alone which way it flows (Holley
 * DTZ251). Of the absolute power 1-0:15.7.0 of older EDL meters (EMH ED300L, eHZ-H) every profile takes the sign so.
 */
export const smlMeterUnsigned: HeadProfile = deepFreeze({
  ...smlMeter,
  id: 'sml-meter-unsigned',
  model: 'Smart meter with SML whose power has no sign',
  signFromStatus: true,
});
