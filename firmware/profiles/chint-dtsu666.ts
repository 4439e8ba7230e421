import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf, unstatedLimits } from './register-table.ts';

const float = { fc: 3, type: 'float32' } as const;

/**
 * Chint DTSU666 and DSSU666 whose floats are tenths of V and W, thousandths of A and hundredths of Hz
 * (mbmd). Others of the name give V, A and W: `chint-dtsu666-unscaled`. The wrong one of the two shows 23 V
 * or 2300 V.
 */
export const chintDtsu666: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'chint-dtsu666',
  manufacturer: 'Chint',
  model: 'DTSU666 / DSSU666 (voltage in tenths)',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/dtsu666.go; https://www.easymanua.ls/chint/dtsu666-ct/manual?p=13; https://star.ke.st/library/chint-dtsu666-power-meter',
  note: 'Two variants are sold: choose the one that shows 230 V.',
  defaults: { baud: 9600, parity: 'none', stopBits: 1, address: 1 },
  limits: unstatedLimits,
  registers: [
    ...registersOf(
      { ...float, scale: 0.1 },
      {
        voltageL1V: 0x2006,
        voltageL2V: 0x2008,
        voltageL3V: 0x200a,
        powerW: 0x2012,
        powerL1W: 0x2014,
        powerL2W: 0x2016,
        powerL3W: 0x2018,
        reactivePowerVar: 0x201a,
        reactivePowerL1Var: 0x201c,
        reactivePowerL2Var: 0x201e,
        reactivePowerL3Var: 0x2020,
      },
    ),
    ...registersOf(
      { ...float, scale: 0.001 },
      {
        currentL1A: 0x200c,
        currentL2A: 0x200e,
        currentL3A: 0x2010,
        powerFactor: 0x202a,
        powerFactorL1: 0x202c,
        powerFactorL2: 0x202e,
        powerFactorL3: 0x2030,
      },
    ),
    ...registersOf({ ...float, scale: 0.01 }, { frequencyHz: 0x2044 }),
    ...registersOf(
      { ...float, scale: 1000, ...eachWindow },
      {
        energyImportWh: 0x101e,
        energyExportWh: 0x1028,
      },
    ),
    ...registersOf(
      { ...float, scale: 1000, ...eachMinute },
      {
        energyImportL1Wh: 0x1020,
        energyImportL2Wh: 0x1022,
        energyImportL3Wh: 0x1024,
        energyExportL1Wh: 0x102a,
        energyExportL2Wh: 0x102c,
        energyExportL3Wh: 0x102e,
      },
    ),
  ],
});
