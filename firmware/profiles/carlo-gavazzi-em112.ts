import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachWindow, registersOf } from './register-table.ts';

const int32 = { fc: 4, type: 'int32', order: 'wordSwapped' } as const;

/**
 * Carlo Gavazzi EM110, EM111, EM112 and ET112, one phase. evcc reads the values most significant word
 * first, Victron least significant first as in the rest of the family, which is what its gateways do in the
 * field. Whether the counter of what is fed in runs up or down is told in both ways, so it is not read.
 */
export const carloGavazziEm112: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'carlo-gavazzi-em112',
  manufacturer: 'Carlo Gavazzi',
  model: 'EM110 / EM111 / EM112 / ET112',
  source:
    'evcc-io/evcc templates/definition/meter/cg-emt1xx.yaml; victronenergy/dbus-modbus-client carlo_gavazzi.py; victronenergy/dbus-cgwacs software/src/ac_sensor_updater.cpp',
  note: 'Negative power needs measurement mode B.',
  defaults: {},
  limits: { maxRegistersPerRead: 4, maxHoleRegisters: 0 },
  registers: [
    ...registersOf({ ...int32, scale: 0.1 }, { voltageV: 0x0000, powerW: 0x0004 }),
    ...registersOf({ ...int32, scale: 0.001 }, { currentA: 0x0002 }),
    ...registersOf({ fc: 4, type: 'int16', scale: 0.001 }, { powerFactor: 0x000e }),
    ...registersOf({ fc: 4, type: 'int16', scale: 0.1 }, { frequencyHz: 0x000f }),
    ...registersOf({ ...int32, scale: 100, ...eachWindow }, { energyImportWh: 0x0010 }),
    ...registersOf({ ...int32, scale: 100, ...eachWindow, isDoubtful: true }, { energyExportWh: 0x0020 }),
  ],
  commands: [
    {
      id: 'measurement-mode',
      name: 'Measurement mode: 0 A (all is taken), 1 B (both directions)',
      fc: 6,
      address: 0x1103,
      type: 'uint16',
      order: 'big',
      scale: 1,
      min: 0,
      max: 1,
    },
  ],
});
