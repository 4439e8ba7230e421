import { deepFreeze } from '../core/freeze.ts';
import { pzemAc } from './peacefair.ts';
import type { ModbusProfile } from './profile.ts';

/**
 * Peacefair PZEM-004T v3.0, one phase, import only: it measures no direction. Values of two registers come
 * least significant word first. A single device answers at 248 (0xF8), whatever its own address is.
 */
export const peacefairPzem004tV3: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'peacefair-pzem-004t-v3',
  manufacturer: 'Peacefair',
  model: 'PZEM-004T v3.0',
  source:
    'esphome/esphome components/pzemac/pzemac.cpp; mandulaj/PZEM-004T-v30 src/PZEM004Tv30.cpp; https://itsmanual.com/innovatorsguru/ac-communication-v3-0',
  ...pzemAc,
});
