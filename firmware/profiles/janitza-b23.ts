import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf, unstatedLimits } from './register-table.ts';

const float = { fc: 3, type: 'float32' } as const;

/**
 * Janitza B23, B21 and B24 with Modbus (-312); UMG meters have these registers too. Counters are floats in
 * Wh.
 */
export const janitzaB23: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'janitza-b23',
  manufacturer: 'Janitza',
  model: 'B23 / B21 / B24 (-312), UMG',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/janitza.go; evcc-io/evcc templates/definition/meter/janitza.yaml',
  defaults: {},
  limits: unstatedLimits,
  registers: [
    ...registersOf(float, {
      voltageL1V: 0x4a38,
      voltageL2V: 0x4a3a,
      voltageL3V: 0x4a3c,
      currentL1A: 0x4a44,
      currentL2A: 0x4a46,
      currentL3A: 0x4a48,
      powerL1W: 0x4a4c,
      powerL2W: 0x4a4e,
      powerL3W: 0x4a50,
      powerW: 0x4a52,
      powerFactorL1: 0x4a64,
      powerFactorL2: 0x4a66,
      powerFactorL3: 0x4a68,
      frequencyHz: 0x4a6a,
    }),
    ...registersOf({ ...float, ...eachWindow }, { energyImportWh: 0x4a7c, energyExportWh: 0x4a84 }),
    ...registersOf(
      { ...float, ...eachMinute },
      {
        energyImportL1Wh: 0x4a76,
        energyImportL2Wh: 0x4a78,
        energyImportL3Wh: 0x4a7a,
        energyExportL1Wh: 0x4a7e,
        energyExportL2Wh: 0x4a80,
        energyExportL3Wh: 0x4a82,
      },
    ),
  ],
});
