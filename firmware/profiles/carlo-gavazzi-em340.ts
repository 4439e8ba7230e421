import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf } from './register-table.ts';

const int32 = { fc: 4, type: 'int32', order: 'wordSwapped' } as const;

/**
 * Carlo Gavazzi EM330, EM340, ET330 and ET340, and the EM530, EM540 and KEM-C with the same map. Values of
 * two registers come least significant word first. Nobody is known to read more than 8 registers at once.
 */
export const carloGavazziEm340: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'carlo-gavazzi-em340',
  manufacturer: 'Carlo Gavazzi',
  model: 'EM330 / EM340 / ET330 / ET340 / EM530 / EM540',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/carlogavazzi-ex3x0.go; evcc-io/evcc templates/definition/meter/cg-emt3xx.yaml; victronenergy/dbus-cgwacs software/src/ac_sensor_updater.cpp',
  note: 'Negative power needs measurement mode B.',
  defaults: {},
  limits: { maxRegistersPerRead: 8, maxHoleRegisters: 0 },
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
