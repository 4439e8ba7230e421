import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { registersOf } from './register-table.ts';

/**
 * What Peacefair's meters of alternating current have in common. Register 9, the alarm, is no measurement. Ranges of the
 * commands (PZEM-004T V3.0 User Manual): addresses are 1 to 247 (2.2), the alarm counts whole watts of the 0 to 23 kW
 * that the 100 A version measures (1.3.1).
 */
export const pzemAc = deepFreeze({
  defaults: { baud: 9600, parity: 'none', stopBits: 1, address: 1 },
  limits: { maxRegistersPerRead: 10, maxHoleRegisters: 0 },
  registers: [
    ...registersOf({ fc: 4, type: 'uint16', scale: 0.1 }, { voltageV: 0x0000, frequencyHz: 0x0007 }),
    ...registersOf({ fc: 4, type: 'uint32', order: 'wordSwapped', scale: 0.001 }, { currentA: 0x0001 }),
    ...registersOf({ fc: 4, type: 'uint32', order: 'wordSwapped', scale: 0.1 }, { powerW: 0x0003 }),
    ...registersOf({ fc: 4, type: 'uint32', order: 'wordSwapped' }, { energyImportWh: 0x0005 }),
    ...registersOf({ fc: 4, type: 'uint16', scale: 0.01 }, { powerFactor: 0x0008 }),
  ],
  commands: [
    {
      id: 'alarm-power',
      name: 'Alarm from this power on',
      fc: 6,
      address: 0x0001,
      type: 'uint16',
      order: 'big',
      scale: 1,
      min: 0,
      max: 23_000,
      unit: 'W',
    },
    {
      id: 'address',
      name: 'Address on the line',
      fc: 6,
      address: 0x0002,
      type: 'uint16',
      order: 'big',
      scale: 1,
      min: 1,
      max: 247,
    },
  ],
} as const satisfies Partial<ModbusProfile>);
