import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf } from './register-table.ts';

const float = { fc: 4, type: 'float32' } as const;

/**
 * Eastron SDM220-Modbus, one phase. Defaults are those that others try first; the maker's were not read.
 */
export const eastronSdm220: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'eastron-sdm220',
  manufacturer: 'Eastron',
  model: 'SDM220-Modbus',
  source: 'volkszaehler/mbmd fb8f9c2 meters/rs485/sdm220.go; reaper7/SDM_Energy_Meter SDM.h',
  defaults: { baud: 9600, parity: 'none', stopBits: 1, address: 1 },
  limits: { maxRegistersPerRead: 80, maxHoleRegisters: 18 },
  registers: [
    ...registersOf(float, {
      voltageV: 0x0000,
      currentA: 0x0006,
      powerW: 0x000c,
      apparentPowerVA: 0x0012,
      reactivePowerVar: 0x0018,
      powerFactor: 0x001e,
      phaseAngleDegrees: 0x0024,
      frequencyHz: 0x0046,
    }),
    ...registersOf(
      { ...float, scale: 1000 },
      {
        energyImportWh: 0x0048,
        energyExportWh: 0x004a,
        reactiveEnergyImportVarh: 0x004c,
        reactiveEnergyExportVarh: 0x004e,
      },
    ),
    ...registersOf({ ...float, scale: 1000, ...eachWindow }, { energyTotalWh: 0x0156 }),
    ...registersOf({ ...float, scale: 1000, ...eachMinute }, { reactiveEnergyTotalVarh: 0x0158 }),
  ],
});
