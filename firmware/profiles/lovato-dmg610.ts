import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf, unstatedLimits } from './register-table.ts';

/**
 * Lovato DMG610, three phases. Counters have 64 bits.
 */
export const lovatoDmg610: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'lovato-dmg610',
  manufacturer: 'Lovato',
  model: 'DMG610',
  source: 'volkszaehler/mbmd fb8f9c2 meters/rs485/dmg610.go',
  defaults: {},
  limits: unstatedLimits,
  registers: [
    ...registersOf(
      { fc: 4, type: 'uint32', scale: 0.01 },
      {
        voltageL1V: 0x0001,
        voltageL2V: 0x0003,
        voltageL3V: 0x0005,
        apparentPowerL1VA: 0x001f,
        apparentPowerL2VA: 0x0021,
        apparentPowerL3VA: 0x0023,
        apparentPowerVA: 0x003d,
      },
    ),
    ...registersOf(
      { fc: 4, type: 'uint32', scale: 0.0001 },
      {
        currentL1A: 0x0007,
        currentL2A: 0x0009,
        currentL3A: 0x000b,
      },
    ),
    ...registersOf(
      { fc: 4, type: 'int32', scale: 0.01 },
      {
        powerL1W: 0x0013,
        powerL2W: 0x0015,
        powerL3W: 0x0017,
        reactivePowerL1Var: 0x0019,
        reactivePowerL2Var: 0x001b,
        reactivePowerL3Var: 0x001d,
        powerW: 0x0039,
        reactivePowerVar: 0x003b,
      },
    ),
    ...registersOf({ fc: 4, type: 'uint32', scale: 0.001 }, { frequencyHz: 0x0031 }),
    ...registersOf(
      { fc: 4, type: 'uint64', scale: 10, ...eachWindow },
      {
        energyImportWh: 0x1b1f,
        energyExportWh: 0x1b23,
      },
    ),
    ...registersOf(
      { fc: 4, type: 'uint32', scale: 0.01, ...eachMinute },
      {
        thdVoltageL1Percent: 0x0053,
        thdVoltageL2Percent: 0x0055,
        thdVoltageL3Percent: 0x0057,
      },
    ),
    ...registersOf(
      { fc: 4, type: 'uint64', scale: 10, ...eachMinute },
      {
        reactiveEnergyImportVarh: 0x1b27,
        reactiveEnergyExportVarh: 0x1b2b,
        energyImportL1Wh: 0x1e1f,
        energyExportL1Wh: 0x1e23,
        energyImportL2Wh: 0x1e47,
        energyExportL2Wh: 0x1e4b,
        energyImportL3Wh: 0x1e6f,
        energyExportL3Wh: 0x1e73,
      },
    ),
  ],
});
