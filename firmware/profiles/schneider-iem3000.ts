import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf, unstatedLimits } from './register-table.ts';

/**
 * Schneider Electric iEM3155, iEM3255 and iEM3355. Power comes in kW, energy as whole Wh of 64 bits. The
 * iEM3150, 3250 and 3350 have neither export nor reactive energy. Speed and parity are set at the meter.
 */
export const schneiderIem3000: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'schneider-iem3000',
  manufacturer: 'Schneider Electric',
  model: 'iEM3155 / iEM3255 / iEM3355',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/iem3000.go; http://homeappliance.manualsonline.com/manuals/mfg/schneider_electric/iem3200.html?p=52; https://manualsbrain.com/it/manuals/1082014/?page=51',
  defaults: {},
  limits: unstatedLimits,
  registers: [
    ...registersOf(
      { fc: 3, type: 'float32' },
      {
        currentL1A: 0x0bb7,
        currentL2A: 0x0bb9,
        currentL3A: 0x0bbb,
        currentA: 0x0bc1,
        voltageL1V: 0x0bd3,
        voltageL2V: 0x0bd5,
        voltageL3V: 0x0bd7,
        voltageV: 0x0bdb,
        frequencyHz: 0x0c25,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'float32', scale: 1000 },
      {
        powerL1W: 0x0bed,
        powerL2W: 0x0bef,
        powerL3W: 0x0bf1,
        powerW: 0x0bf3,
        reactivePowerVar: 0x0bfb,
        apparentPowerVA: 0x0c03,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'int64', ...eachWindow },
      {
        energyImportWh: 0x0c83,
        energyExportWh: 0x0c87,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'int64', ...eachMinute },
      {
        reactiveEnergyImportVarh: 0x0c93,
        reactiveEnergyExportVarh: 0x0c97,
        energyImportL1Wh: 0x0dbd,
        energyImportL2Wh: 0x0dc1,
        energyImportL3Wh: 0x0dc5,
      },
    ),
  ],
});
