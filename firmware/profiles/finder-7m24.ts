import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf, unstatedLimits } from './register-table.ts';

const float = { fc: 4, type: 'float32' } as const;

/**
 * Finder 7M.24, one phase. Counters are floats in Wh.
 */
export const finder7m24: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'finder-7m24',
  manufacturer: 'Finder',
  model: '7M.24',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/finder7m24.go; https://star.ke.st/library/finder-7m-24-7m-38-energy-meter',
  defaults: {},
  limits: unstatedLimits,
  registers: [
    ...registersOf(float, {
      voltageV: 0x09c4,
      currentA: 0x09d4,
      powerW: 0x09e8,
      reactivePowerVar: 0x09f0,
      apparentPowerVA: 0x09f8,
      powerFactor: 0x0a00,
      phaseAngleDegrees: 0x0a10,
      frequencyHz: 0x0a18,
    }),
    ...registersOf({ ...float, ...eachWindow }, { energyImportWh: 0x0ac0, energyExportWh: 0x0ac4 }),
    ...registersOf(
      { ...float, ...eachMinute },
      {
        thdVoltagePercent: 0x0a22,
        reactiveEnergyImportVarh: 0x0ac2,
        reactiveEnergyExportVarh: 0x0ac6,
      },
    ),
  ],
});
