import { deepFreeze } from '../core/freeze.ts';
import { float, perPhase } from './eastron.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf } from './register-table.ts';

/**
 * Eastron SDM72D-M V2, three phases. Defaults are those that others try first; the maker's were not read.
 */
export const eastronSdm72dMV2: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'eastron-sdm72d-m-v2',
  manufacturer: 'Eastron',
  model: 'SDM72D-M V2',
  source: 'volkszaehler/mbmd fb8f9c2 meters/rs485/sdm72v2.go; reaper7/SDM_Energy_Meter SDM.h',
  defaults: { baud: 9600, parity: 'none', stopBits: 1, address: 1 },
  limits: { maxRegistersPerRead: 80, maxHoleRegisters: 18 },
  registers: [
    ...registersOf(float, {
      ...perPhase,
      voltageV: 0x002a,
      currentA: 0x002e,
      currentSumA: 0x0030,
      powerW: 0x0034,
      apparentPowerVA: 0x0038,
      reactivePowerVar: 0x003c,
      powerFactor: 0x003e,
      frequencyHz: 0x0046,
    }),
    ...registersOf({ ...float, scale: 1000 }, { energyImportWh: 0x0048, energyExportWh: 0x004a }),
    ...registersOf(
      { ...float, ...eachWindow },
      {
        voltageL1L2V: 0x00c8,
        voltageL2L3V: 0x00ca,
        voltageL3L1V: 0x00cc,
        voltageLineV: 0x00ce,
        currentNeutralA: 0x00e0,
        powerImportW: 0x0500,
        powerExportW: 0x0502,
      },
    ),
    ...registersOf({ ...float, scale: 1000, ...eachWindow }, { energyTotalWh: 0x0156 }),
    ...registersOf(
      { ...float, scale: 1000, ...eachMinute },
      {
        reactiveEnergyTotalVarh: 0x0158,
        energyTotalResettableWh: 0x0180,
        energyImportResettableWh: 0x0184,
        energyExportResettableWh: 0x0186,
        reactiveEnergyImportResettableVarh: 0x0188,
        reactiveEnergyExportResettableVarh: 0x018a,
        energyNetWh: 0x018c,
        reactiveEnergyNetVarh: 0x018e,
      },
    ),
  ],
});
