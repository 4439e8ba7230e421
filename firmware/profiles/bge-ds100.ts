import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf, unstatedLimits } from './register-table.ts';

/**
 * B+G e-tech DS100, three phases. What is fed in is at 0x118A for mbmd and at 0x0118 for evcc, so neither
 * is read.
 */
export const bgeDs100: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'bge-ds100',
  manufacturer: 'B+G e-tech',
  model: 'DS100',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/ds100.go; evcc-io/evcc templates/definition/meter/bgetech-ds100.yaml',
  note: 'Fed-in energy by phase only: sources disagree on the total.',
  defaults: { baud: 1200 },
  limits: unstatedLimits,
  registers: [
    ...registersOf(
      { fc: 3, type: 'uint32', scale: 0.001 },
      {
        voltageL1V: 0x0400,
        voltageL2V: 0x0402,
        voltageL3V: 0x0404,
        voltageV: 0x040c,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'int32', scale: 0.001 },
      {
        currentL1A: 0x0410,
        currentL2A: 0x0412,
        currentL3A: 0x0414,
        currentA: 0x0418,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'int32' },
      {
        powerL1W: 0x041a,
        powerL2W: 0x041c,
        powerL3W: 0x041e,
        powerW: 0x0420,
        reactivePowerL1Var: 0x042a,
        reactivePowerL2Var: 0x042c,
        reactivePowerL3Var: 0x042e,
        reactivePowerVar: 0x0430,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'uint32' },
      {
        apparentPowerL1VA: 0x0422,
        apparentPowerL2VA: 0x0424,
        apparentPowerL3VA: 0x0426,
        apparentPowerVA: 0x0428,
      },
    ),
    ...registersOf({ fc: 3, type: 'uint16', scale: 0.1 }, { frequencyHz: 0x0435 }),
    ...registersOf(
      { fc: 3, type: 'int16', scale: 0.001 },
      {
        powerFactorL1: 0x0436,
        powerFactorL2: 0x0437,
        powerFactorL3: 0x0438,
        powerFactor: 0x0439,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'uint32', scale: 10, ...eachWindow },
      {
        energyImportWh: 0x010e,
        energyTotalWh: 0x0122,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'uint32', scale: 10, ...eachWindow, isDoubtful: true },
      {
        energyExportWh: 0x118a,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'uint32', scale: 10, ...eachMinute },
      {
        energyTotalL1Wh: 0x0500,
        energyImportL1Wh: 0x050a,
        energyExportL1Wh: 0x0514,
        energyTotalL2Wh: 0x0564,
        energyImportL2Wh: 0x056e,
        energyExportL2Wh: 0x0578,
        energyTotalL3Wh: 0x05c8,
        energyImportL3Wh: 0x05d2,
        energyExportL3Wh: 0x05dc,
      },
    ),
  ],
});
