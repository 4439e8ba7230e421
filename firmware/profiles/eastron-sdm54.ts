import { deepFreeze } from '../core/freeze.ts';
import { float, perPhase } from './eastron.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf } from './register-table.ts';

/**
 * Eastron SDM54, three phases, two tariffs. Defaults are those that others try first; the maker's were not
 * read.
 */
export const eastronSdm54: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'eastron-sdm54',
  manufacturer: 'Eastron',
  model: 'SDM54',
  source: 'volkszaehler/mbmd fb8f9c2 meters/rs485/sdm54.go',
  defaults: { baud: 9600, parity: 'none', stopBits: 1, address: 1 },
  limits: { maxRegistersPerRead: 80, maxHoleRegisters: 18 },
  registers: [
    ...registersOf(float, {
      ...perPhase,
      powerW: 0x0034,
      apparentPowerVA: 0x0038,
      reactivePowerVar: 0x003c,
      powerFactor: 0x003e,
      phaseAngleDegrees: 0x0042,
      frequencyHz: 0x0046,
    }),
    ...registersOf({ ...float, scale: 1000 }, { energyImportWh: 0x0048, energyExportWh: 0x004a }),
    ...registersOf({ ...float, scale: 1000, ...eachWindow }, { energyTotalWh: 0x0156 }),
    ...registersOf(
      { ...float, ...eachMinute },
      {
        thdVoltageL1Percent: 0x00ea,
        thdVoltageL2Percent: 0x00ec,
        thdVoltageL3Percent: 0x00ee,
        thdVoltagePercent: 0x00f8,
      },
    ),
    ...registersOf(
      { ...float, scale: 1000, ...eachMinute },
      {
        reactiveEnergyTotalVarh: 0x0158,
        energyImportL1Wh: 0x015a,
        energyImportL2Wh: 0x015c,
        energyImportL3Wh: 0x015e,
        energyExportL1Wh: 0x0160,
        energyExportL2Wh: 0x0162,
        energyExportL3Wh: 0x0164,
        energyTotalL1Wh: 0x0166,
        energyTotalL2Wh: 0x0168,
        energyTotalL3Wh: 0x016a,
        energyTotalT1Wh: 0x130c,
        energyTotalT2Wh: 0x130e,
        energyImportT1Wh: 0x1314,
        energyImportT2Wh: 0x1316,
        energyExportT1Wh: 0x131c,
        energyExportT2Wh: 0x131e,
        reactiveEnergyTotalT1Varh: 0x1324,
        reactiveEnergyTotalT2Varh: 0x1326,
        reactiveEnergyImportT1Varh: 0x132c,
        reactiveEnergyImportT2Varh: 0x132e,
        reactiveEnergyExportT1Varh: 0x1334,
        reactiveEnergyExportT2Varh: 0x1336,
      },
    ),
  ],
});
