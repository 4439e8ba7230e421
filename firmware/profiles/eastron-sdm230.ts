import { deepFreeze } from '../core/freeze.ts';
import { float, onePhase } from './eastron.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, registersOf } from './register-table.ts';

/**
 * Eastron SDM230-Modbus, one phase. Defaults are those that others try first; the maker's were not read.
 */
export const eastronSdm230: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'eastron-sdm230',
  manufacturer: 'Eastron',
  model: 'SDM230-Modbus',
  source: 'volkszaehler/mbmd fb8f9c2 meters/rs485/sdm230.go; reaper7/SDM_Energy_Meter SDM.h',
  defaults: { baud: 9600, parity: 'none', stopBits: 1, address: 1 },
  limits: { maxRegistersPerRead: 80, maxHoleRegisters: 18 },
  registers: [
    ...onePhase,
    ...registersOf(
      { ...float, ...eachMinute },
      {
        demandW: 0x0054,
        demandMaxW: 0x0056,
        demandImportW: 0x0058,
        demandImportMaxW: 0x005a,
        demandExportW: 0x005c,
        demandExportMaxW: 0x005e,
        demandCurrentL1A: 0x0102,
        demandCurrentMaxL1A: 0x0108,
      },
    ),
    ...registersOf(
      { ...float, scale: 1000, ...eachMinute },
      {
        reactiveEnergyTotalVarh: 0x0158,
        energyTotalResettableWh: 0x0180,
        reactiveEnergyTotalResettableVarh: 0x0182,
      },
    ),
  ],
});
