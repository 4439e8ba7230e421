import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile, ModbusRegister } from './profile.ts';

const input = { fc: 4, order: 'wordSwapped' } as const satisfies Partial<ModbusRegister>;

/**
 * Peacefair PZEM-004T v3.0, one phase, import only: it measures no direction. Sources: esphome `components/pzemac`,
 * mandulaj/PZEM-004T-v30. Values of two registers come least significant word first. A single device answers at
 * 248 (0xF8), whatever its own address is.
 */
export const peacefairPzem004tV3: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'peacefair-pzem-004t-v3',
  manufacturer: 'Peacefair',
  model: 'PZEM-004T v3.0',
  defaults: { baud: 9600, parity: 'none', stopBits: 1, address: 1 },
  limits: { maxRegistersPerRead: 10, maxHoleRegisters: 0 },
  registers: [
    { ...input, quantity: 'voltageV', address: 0, type: 'uint16', scale: 0.1 },
    { ...input, quantity: 'currentA', address: 1, type: 'uint32', scale: 0.001 },
    { ...input, quantity: 'powerW', address: 3, type: 'uint32', scale: 0.1 },
    { ...input, quantity: 'energyImportWh', address: 5, type: 'uint32', scale: 1, resolution: 1 },
    { ...input, quantity: 'frequencyHz', address: 7, type: 'uint16', scale: 0.1 },
    { ...input, quantity: 'powerFactor', address: 8, type: 'uint16', scale: 0.01 },
  ],
});
