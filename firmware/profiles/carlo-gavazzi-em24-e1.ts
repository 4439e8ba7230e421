import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf } from './register-table.ts';

const int32 = { fc: 4, type: 'int32', order: 'wordSwapped' } as const;

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
  registers: [
    ...registersOf(
      { ...int32, scale: 0.1 },
      {
        voltageL1V: 0x0000,
        voltageL2V: 0x0002,
        voltageL3V: 0x0004,
        powerL1W: 0x0012,
        powerL2W: 0x0014,
        powerL3W: 0x0016,
        powerW: 0x0028,
      },
    ),
    ...registersOf(
      { ...int32, scale: 0.001 },
      {
        currentL1A: 0x000c,
        currentL2A: 0x000e,
        currentL3A: 0x0010,
      },
    ),
    ...registersOf(
      { fc: 4, type: 'int16', scale: 0.001 },
      {
        powerFactorL1: 0x002e,
        powerFactorL2: 0x002f,
        powerFactorL3: 0x0030,
        powerFactor: 0x0031,
      },
    ),
    ...registersOf({ fc: 4, type: 'int16', scale: 0.1 }, { frequencyHz: 0x0033 }),
    ...registersOf(
      { ...int32, scale: 100, ...eachWindow },
      {
        energyImportWh: 0x0034,
        energyExportWh: 0x004e,
      },
    ),
    ...registersOf(
      { ...int32, scale: 100, ...eachMinute },
      {
        energyImportL1Wh: 0x0040,
        energyImportL2Wh: 0x0042,
        energyImportL3Wh: 0x0044,
      },
    ),
  ],
});
