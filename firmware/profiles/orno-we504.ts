import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf, unstatedLimits } from './register-table.ts';

/**
 * ORNO OR-WE-504, one phase. It shows no direction.
 */
export const ornoWe504: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'orno-we504',
  manufacturer: 'ORNO',
  model: 'OR-WE-504',
  source: 'volkszaehler/mbmd fb8f9c2 meters/rs485/orno1p504.go; mbmd README',
  defaults: { baud: 9600, parity: 'even', stopBits: 1, address: 1 },
  limits: unstatedLimits,
  registers: [
    ...registersOf(
      { fc: 3, type: 'uint16', scale: 0.1 },
      {
        voltageV: 0x0000,
        currentA: 0x0001,
        frequencyHz: 0x0002,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'uint16' },
      {
        powerW: 0x0003,
        reactivePowerVar: 0x0004,
        apparentPowerVA: 0x0005,
      },
    ),
    ...registersOf({ fc: 3, type: 'uint16', scale: 0.001 }, { powerFactor: 0x0006 }),
    ...registersOf({ fc: 3, type: 'uint32', ...eachWindow }, { energyTotalWh: 0x0007 }),
    ...registersOf({ fc: 3, type: 'uint32', ...eachMinute }, { reactiveEnergyTotalVarh: 0x0009 }),
  ],
});
