import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf, unstatedLimits } from './register-table.ts';

/**
 * ABB B23 and B24, and the A43 and A44 with the same map. What the meter does not have is all ones, or the
 * greatest number of a signed type (mbmd).
 */
export const abbB23: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'abb-b23',
  manufacturer: 'ABB',
  model: 'B23 / B24 / A43 / A44',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/abb.go; evcc-io/evcc templates/definition/meter/abb-ab.yaml; https://star.ke.st/library/abb-b23-b24-energy-meter',
  defaults: {},
  limits: unstatedLimits,
  registers: [
    ...registersOf(
      { fc: 3, type: 'uint32', scale: 0.1, absentRaw: [0xffff_ffff] },
      {
        voltageL1V: 0x5b00,
        voltageL2V: 0x5b02,
        voltageL3V: 0x5b04,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'uint32', scale: 0.01, absentRaw: [0xffff_ffff] },
      {
        currentL1A: 0x5b0c,
        currentL2A: 0x5b0e,
        currentL3A: 0x5b10,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'int32', scale: 0.01, absentRaw: [0x7fff_ffff] },
      {
        powerW: 0x5b14,
        powerL1W: 0x5b16,
        powerL2W: 0x5b18,
        powerL3W: 0x5b1a,
      },
    ),
    ...registersOf({ fc: 3, type: 'uint16', scale: 0.01, absentRaw: [0xffff] }, { frequencyHz: 0x5b2c }),
    ...registersOf(
      { fc: 3, type: 'int16', scale: 0.001, absentRaw: [0x7fff] },
      {
        powerFactor: 0x5b3a,
        powerFactorL1: 0x5b3b,
        powerFactorL2: 0x5b3c,
        powerFactorL3: 0x5b3d,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'uint64', scale: 10, absentRaw: ['ffffffffffffffff'], ...eachWindow },
      {
        energyImportWh: 0x5000,
        energyExportWh: 0x5004,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'uint64', scale: 10, absentRaw: ['ffffffffffffffff'], ...eachMinute },
      {
        energyImportL1Wh: 0x5460,
        energyImportL2Wh: 0x5464,
        energyImportL3Wh: 0x5468,
        energyExportL1Wh: 0x546c,
        energyExportL2Wh: 0x5470,
        energyExportL3Wh: 0x5474,
      },
    ),
  ],
});
