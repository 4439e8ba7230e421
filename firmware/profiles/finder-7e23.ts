import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachWindow, registersOf } from './register-table.ts';

/**
 * Finder 7E.23, one phase: what is known of its map, the counters. It finds speed and parity by itself,
 * renews its values each 5 s, and answers within 60 ms. The manual counts registers from 1.
 */
export const finder7e23: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'finder-7e23',
  manufacturer: 'Finder',
  model: '7E.23',
  source:
    'https://www.easymanua.ls/finder/7e-23-series/manual?p=4; https://manualshive.com/en/manual/finder/7e-23-series/2289392?page=6',
  note: 'Energy only: the rest of its map is not known.',
  defaults: {},
  limits: { maxRegistersPerRead: 20, maxHoleRegisters: 0 },
  registers: [
    ...registersOf(
      { fc: 3, type: 'uint32', scale: 10, ...eachWindow },
      {
        energyImportWh: 0x001b,
        energyExportWh: 0x001d,
      },
    ),
  ],
});
