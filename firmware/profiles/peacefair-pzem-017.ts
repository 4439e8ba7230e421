import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { registersOf } from './register-table.ts';

/**
 * Peacefair PZEM-017 and PZEM-003, direct current in one direction, by a shunt. Registers 6 and 7, the
 * alarms, are no measurements.
 */
export const peacefairPzem017: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'peacefair-pzem-017',
  manufacturer: 'Peacefair',
  model: 'PZEM-017 / PZEM-003 (DC)',
  source:
    'esphome/esphome components/pzemdc/pzemdc.cpp and tests/components/pzemdc; https://www.eevblog.com/forum/testgear/dc-v-a-logging/; https://scribd.com/document/635136752/PZEM-003-Manual',
  defaults: { baud: 9600, parity: 'none', stopBits: 2, address: 1 },
  limits: { maxRegistersPerRead: 8, maxHoleRegisters: 0 },
  registers: [
    ...registersOf({ fc: 4, type: 'uint16', scale: 0.01 }, { voltageV: 0x0000, currentA: 0x0001 }),
    ...registersOf({ fc: 4, type: 'uint32', order: 'wordSwapped', scale: 0.1 }, { powerW: 0x0002 }),
    ...registersOf({ fc: 4, type: 'uint32', order: 'wordSwapped' }, { energyImportWh: 0x0004 }),
  ],
  commands: [
    {
      id: 'alarm-high-voltage',
      name: 'Alarm above this voltage',
      fc: 6,
      address: 0x0000,
      type: 'uint16',
      order: 'big',
      scale: 0.01,
      min: 5,
      max: 350,
      unit: 'V',
    },
    {
      id: 'alarm-low-voltage',
      name: 'Alarm below this voltage',
      fc: 6,
      address: 0x0001,
      type: 'uint16',
      order: 'big',
      scale: 0.01,
      min: 1,
      max: 350,
      unit: 'V',
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
    {
      id: 'shunt-range',
      name: 'Shunt: 0 100 A, 1 50 A, 2 200 A, 3 300 A',
      fc: 6,
      address: 0x0003,
      type: 'uint16',
      order: 'big',
      scale: 1,
      min: 0,
      max: 3,
    },
  ],
});
