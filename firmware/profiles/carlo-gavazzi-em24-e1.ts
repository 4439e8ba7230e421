import { deepFreeze } from '../core/freeze.ts';
import { carloGavazziEm340 } from './carlo-gavazzi-em340.ts';
import type { ModbusProfile } from './profile.ts';

/**
 * Carlo Gavazzi EM24_E1 with Ethernet: the map of the EM340. It speaks Modbus TCP, so it is read behind a
 * converter to RTU.
 */
export const carloGavazziEm24E1: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'carlo-gavazzi-em24-e1',
  manufacturer: 'Carlo Gavazzi',
  model: 'EM24_E1 (Ethernet, behind a converter)',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/carlogavazzi-em24_e1.go; victronenergy/dbus-modbus-client carlo_gavazzi.py',
  note: 'Fed-in energy and negative power need application H.',
  defaults: {},
  limits: { maxRegistersPerRead: 6, maxHoleRegisters: 0 },
  identity: { serial: { fc: 3, address: 0x5000, words: 7, type: 'text', order: 'big' } },
  registers: carloGavazziEm340.registers,
});
