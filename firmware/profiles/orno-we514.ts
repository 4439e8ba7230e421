import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf, unstatedLimits } from './register-table.ts';

/**
 * ORNO OR-WE-514 and OR-WE-515, one phase. Only the 515 has tariffs.
 */
export const ornoWe514: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'orno-we514',
  manufacturer: 'ORNO',
  model: 'OR-WE-514 / OR-WE-515',
  source: 'volkszaehler/mbmd fb8f9c2 meters/rs485/orno1p.go; mbmd README',
  defaults: { baud: 9600, parity: 'even', stopBits: 1, address: 1 },
  limits: unstatedLimits,
  registers: [
    ...registersOf({ fc: 3, type: 'uint16', scale: 0.01 }, { frequencyHz: 0x0130, voltageV: 0x0131 }),
    ...registersOf({ fc: 3, type: 'uint32', scale: 0.001 }, { currentA: 0x0139 }),
    ...registersOf(
      { fc: 3, type: 'uint32' },
      {
        powerW: 0x0140,
        reactivePowerVar: 0x0148,
        apparentPowerVA: 0x0150,
      },
    ),
    ...registersOf({ fc: 3, type: 'uint16', scale: 0.001 }, { powerFactor: 0x0158 }),
    ...registersOf({ fc: 3, type: 'uint32', scale: 10, ...eachWindow }, { energyTotalWh: 0xa000 }),
    ...registersOf(
      { fc: 3, type: 'uint32', scale: 10, ...eachMinute },
      {
        energyTotalT1Wh: 0xa002,
        energyTotalT2Wh: 0xa004,
        reactiveEnergyTotalVarh: 0xa01e,
        reactiveEnergyTotalT1Varh: 0xa020,
        reactiveEnergyTotalT2Varh: 0xa022,
      },
    ),
  ],
});
