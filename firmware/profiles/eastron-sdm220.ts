import { deepFreeze } from '../core/freeze.ts';
import { float, onePhase } from './eastron.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, registersOf } from './register-table.ts';

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
    ...onePhase,
    ...registersOf({ ...float, scale: 1000, ...eachMinute }, { reactiveEnergyTotalVarh: 0x0158 }),
  ],
});
