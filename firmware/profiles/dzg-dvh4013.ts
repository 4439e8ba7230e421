import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf, unstatedLimits } from './register-table.ts';

const uint32 = { fc: 3, type: 'uint32' } as const;

/**
 * DZG DVH4013, three phases. It shows power by direction, never signed. Its address is the last two digits
 * of its serial number plus one, read as hexadecimal (mbmd).
 */
export const dzgDvh4013: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'dzg-dvh4013',
  manufacturer: 'DZG',
  model: 'DVH4013',
  source: 'volkszaehler/mbmd fb8f9c2 meters/rs485/dzg.go; mbmd README (meter table)',
  note: 'The address follows from the serial number.',
  defaults: { baud: 9600, parity: 'even', stopBits: 1 },
  limits: unstatedLimits,
  registers: [
    ...registersOf({ ...uint32, scale: 0.1 }, { powerImportW: 0x0000, powerExportW: 0x0002 }),
    ...registersOf(
      { ...uint32, scale: 0.01 },
      {
        voltageL1V: 0x0004,
        voltageL2V: 0x0006,
        voltageL3V: 0x0008,
      },
    ),
    ...registersOf(
      { ...uint32, scale: 0.001 },
      {
        currentL1A: 0x000a,
        currentL2A: 0x000c,
        currentL3A: 0x000e,
        powerFactor: 0x0010,
        frequencyHz: 0x0012,
      },
    ),
    ...registersOf({ ...uint32, ...eachWindow }, { energyImportWh: 0x4000, energyExportWh: 0x4100 }),
    ...registersOf(
      { ...uint32, ...eachMinute },
      {
        energyImportL1Wh: 0x4020,
        energyImportL2Wh: 0x4040,
        energyImportL3Wh: 0x4060,
        energyExportL1Wh: 0x4120,
        energyExportL2Wh: 0x4140,
        energyExportL3Wh: 0x4160,
      },
    ),
  ],
});
