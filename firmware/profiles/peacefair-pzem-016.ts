import { deepFreeze } from '../core/freeze.ts';
import { pzemAc } from './peacefair.ts';
import type { ModbusProfile } from './profile.ts';

/**
 * Peacefair PZEM-016 and PZEM-014, one phase, import only: the PZEM-004T v3.0 with RS485.
 */
export const peacefairPzem016: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'peacefair-pzem-016',
  manufacturer: 'Peacefair',
  model: 'PZEM-016 / PZEM-014',
  source:
    'esphome/esphome components/pzemac/pzemac.cpp; https://community.openenergymonitor.org/t/pzem-016-single-phase-modbus-energy-meter/7780?page=7',
  ...pzemAc,
});
