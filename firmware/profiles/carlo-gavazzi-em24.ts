import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf } from './register-table.ts';

const int32 = { fc: 4, type: 'int32', order: 'wordSwapped' } as const;

/**
 * Carlo Gavazzi EM24-DIN with RS485. Values of two registers come least significant word first. 0x003E is
 * the total that Victron reads; 0x0042, which mbmd takes for it, is doubted to be the partial counter.
 * On what is fed in, 0x005C, all agree: mbmd, Victron (dbus-cgwacs 003f34f), the maker's protocol as evcc#31736 has it.
 * evcc left it out because meters without application H (or of a variant that lacks it) refuse it with exception 2;
 * here a refused register is asked every 10 minutes and the others go on. Nobody is known to read more than 6
 * registers at once.
 */
export const carloGavazziEm24: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'carlo-gavazzi-em24',
  manufacturer: 'Carlo Gavazzi',
  model: 'EM24-DIN (RS485)',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/carlogavazzi-em24.go; evcc-io/evcc#31736; victronenergy/dbus-cgwacs software/src/ac_sensor_updater.cpp',
  note: 'Fed-in energy and negative power need application H.',
  defaults: {},
  limits: { maxRegistersPerRead: 6, maxHoleRegisters: 0 },
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
        powerFactorL1: 0x0032,
        powerFactorL2: 0x0033,
        powerFactorL3: 0x0034,
        powerFactor: 0x0035,
      },
    ),
    ...registersOf({ fc: 4, type: 'int16', scale: 0.1 }, { frequencyHz: 0x0037 }),
    ...registersOf({ ...int32, scale: 100, ...eachWindow }, { energyImportWh: 0x003e }),
    ...registersOf(
      { ...int32, scale: 100, ...eachMinute },
      {
        energyImportL1Wh: 0x0046,
        energyImportL2Wh: 0x0048,
        energyImportL3Wh: 0x004a,
        energyExportWh: 0x005c,
      },
    ),
    ...registersOf(
      { ...int32, scale: 100, ...eachMinute, isDoubtful: true },
      {
        energyImportResettableWh: 0x0042,
      },
    ),
  ],
});
