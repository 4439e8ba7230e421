import { deepFreeze } from '../core/freeze.ts';
import { float } from './eastron.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf } from './register-table.ts';

/**
 * Eastron SDM72D-M of the first version: power and energy only. It starts anew when it is asked too fast;
 * 500 ms after each answer are enough (reaper7/SDM_Energy_Meter#50).
 */
export const eastronSdm72dM: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'eastron-sdm72d-m',
  manufacturer: 'Eastron',
  model: 'SDM72D-M (V1)',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/sdm72.go; reaper7/SDM_Energy_Meter SDM.h; https://manualshive.com/en/manual/eastron/sdm72dm/522602?page=15',
  defaults: { baud: 9600, parity: 'none', stopBits: 1, address: 1 },
  limits: { maxRegistersPerRead: 80, maxHoleRegisters: 18, turnaroundMs: 500 },
  registers: [
    ...registersOf(float, { powerW: 0x0034 }),
    ...registersOf({ ...float, scale: 1000 }, { energyImportWh: 0x0048, energyExportWh: 0x004a }),
    ...registersOf({ ...float, scale: 1000, ...eachWindow }, { energyTotalWh: 0x0156 }),
    ...registersOf({ ...float, ...eachWindow }, { powerImportW: 0x0500, powerExportW: 0x0502 }),
    ...registersOf(
      { ...float, scale: 1000, ...eachMinute },
      {
        energyTotalResettableWh: 0x0180,
        energyImportResettableWh: 0x0184,
        energyExportResettableWh: 0x0186,
        reactiveEnergyImportResettableVarh: 0x0188,
        reactiveEnergyExportResettableVarh: 0x018a,
      },
    ),
  ],
});
