import { deepFreeze } from '../core/freeze.ts';
import { float } from './eastron.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf } from './register-table.ts';

/**
 * Eastron SDM120-Modbus, one phase. At its factory's 2400 baud a register costs 8 ms, so big holes are not
 * read.
 */
export const eastronSdm120: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'eastron-sdm120',
  manufacturer: 'Eastron',
  model: 'SDM120-Modbus',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/sdm120.go; reaper7/SDM_Energy_Meter SDM.h; SolarNetwork wiki on SDM meters',
  note: "The line speed is written in the meter's SET mode only.",
  defaults: { baud: 2400, parity: 'none', stopBits: 1, address: 1 },
  limits: { maxRegistersPerRead: 80, maxHoleRegisters: 18 },
  registers: [
    ...registersOf(float, {
      voltageV: 0x0000,
      currentA: 0x0006,
      powerW: 0x000c,
      apparentPowerVA: 0x0012,
      reactivePowerVar: 0x0018,
      powerFactor: 0x001e,
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
  commands: [
    {
      id: 'baud-code',
      name: 'Line speed: 0 2400, 1 4800, 2 9600 baud',
      fc: 16,
      address: 0x001c,
      type: 'float32',
      order: 'big',
      scale: 1,
      min: 0,
      max: 2,
    },
  ],
});
