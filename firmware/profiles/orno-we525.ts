import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf, unstatedLimits } from './register-table.ts';

/**
 * ORNO OR-WE-525 and OR-WE-526, one phase, two tariffs.
 */
export const ornoWe525: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'orno-we525',
  manufacturer: 'ORNO',
  model: 'OR-WE-525 / OR-WE-526',
  source: 'volkszaehler/mbmd fb8f9c2 meters/rs485/orno1p525.go',
  defaults: {},
  limits: unstatedLimits,
  registers: [
    ...registersOf({ fc: 4, type: 'int32', scale: 0.001 }, { voltageV: 0x0100, currentA: 0x0102 }),
    ...registersOf(
      { fc: 4, type: 'int32' },
      {
        powerW: 0x0104,
        apparentPowerVA: 0x0106,
        reactivePowerVar: 0x0108,
      },
    ),
    ...registersOf({ fc: 4, type: 'int16', scale: 0.1 }, { frequencyHz: 0x010a }),
    ...registersOf({ fc: 4, type: 'int16', scale: 0.001 }, { powerFactor: 0x010b }),
    ...registersOf(
      { fc: 4, type: 'int32', scale: 10, ...eachWindow },
      {
        energyImportWh: 0x010e,
        energyExportWh: 0x0118,
        energyTotalWh: 0x0122,
      },
    ),
    ...registersOf(
      { fc: 4, type: 'int32', scale: 10, ...eachMinute },
      {
        energyImportT1Wh: 0x0110,
        energyImportT2Wh: 0x0112,
        energyExportT1Wh: 0x011a,
        energyExportT2Wh: 0x011c,
        energyTotalT1Wh: 0x0124,
        energyTotalT2Wh: 0x0126,
        reactiveEnergyImportVarh: 0x012c,
        reactiveEnergyImportT1Varh: 0x012e,
        reactiveEnergyImportT2Varh: 0x0130,
        reactiveEnergyExportVarh: 0x0136,
        reactiveEnergyExportT1Varh: 0x0138,
        reactiveEnergyExportT2Varh: 0x013a,
        reactiveEnergyTotalVarh: 0x0140,
        reactiveEnergyTotalT1Varh: 0x0142,
        reactiveEnergyTotalT2Varh: 0x0144,
      },
    ),
  ],
});
