import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf, unstatedLimits } from './register-table.ts';

const float = { fc: 4, type: 'float32' } as const;

/**
 * Finder 7M.38, three phases. Counters are floats in Wh.
 */
export const finder7m38: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'finder-7m38',
  manufacturer: 'Finder',
  model: '7M.38',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/finder7m38.go; https://star.ke.st/library/finder-7m-24-7m-38-energy-meter',
  defaults: {},
  limits: unstatedLimits,
  registers: [
    ...registersOf(float, {
      voltageL1V: 0x09c4,
      voltageL2V: 0x09c6,
      voltageL3V: 0x09c8,
      currentL1A: 0x09d4,
      currentL2A: 0x09d6,
      currentL3A: 0x09d8,
      powerL1W: 0x09e2,
      powerL2W: 0x09e4,
      powerL3W: 0x09e6,
      powerW: 0x09e8,
      reactivePowerL1Var: 0x09ea,
      reactivePowerL2Var: 0x09ec,
      reactivePowerL3Var: 0x09ee,
      reactivePowerVar: 0x09f0,
      apparentPowerL1VA: 0x09f2,
      apparentPowerL2VA: 0x09f4,
      apparentPowerL3VA: 0x09f6,
      apparentPowerVA: 0x09f8,
      powerFactorL1: 0x09fa,
      powerFactorL2: 0x09fc,
      powerFactorL3: 0x09fe,
      powerFactor: 0x0a00,
      phaseAngleDegrees: 0x0a10,
      frequencyHz: 0x0a18,
    }),
    ...registersOf({ ...float, ...eachWindow }, { energyImportWh: 0x0ac0, energyExportWh: 0x0ac4 }),
    ...registersOf(
      { ...float, ...eachMinute },
      {
        thdVoltageL1Percent: 0x0a22,
        thdVoltageL2Percent: 0x0a24,
        thdVoltageL3Percent: 0x0a26,
        reactiveEnergyImportVarh: 0x0ac2,
        reactiveEnergyExportVarh: 0x0ac6,
      },
    ),
  ],
});
