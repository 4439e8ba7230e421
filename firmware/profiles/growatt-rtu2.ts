import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachWindow, registersOf } from './register-table.ts';

/**
 * Growatt inverters, protocol RTU2 (TL-X, MIN, MOD and others). ESPHome reads the first 95 registers at
 * once. Signs and what is left out are as in `growatt-rtu`.
 */
export const growattRtu2: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'growatt-rtu2',
  manufacturer: 'Growatt',
  model: 'inverters, protocol RTU2 (TL-X, MIN, MOD)',
  source:
    'esphome/esphome components/growatt_solar/growatt_solar.cpp; evcc-io/evcc templates/definition/meter/growatt-min-tlxe.yaml (35 and 55 agree)',
  defaults: { baud: 9600, parity: 'none', stopBits: 1, address: 1 },
  limits: { maxRegistersPerRead: 95, maxHoleRegisters: 18 },
  registers: [
    ...registersOf(
      { fc: 4, type: 'uint32', scale: 0.1 },
      {
        powerDcW: 0x0001,
        powerDc1W: 0x0005,
        powerDc2W: 0x0009,
      },
    ),
    ...registersOf(
      { fc: 4, type: 'uint16', scale: 0.1 },
      {
        voltageDc1V: 0x0003,
        currentDc1A: 0x0004,
        voltageDc2V: 0x0007,
        currentDc2A: 0x0008,
        voltageL1V: 0x0026,
        currentL1A: 0x0027,
        voltageL2V: 0x002a,
        currentL2A: 0x002b,
        voltageL3V: 0x002e,
        currentL3A: 0x002f,
      },
    ),
    ...registersOf(
      { fc: 4, type: 'uint32', scale: -0.1 },
      {
        powerW: 0x0023,
        powerL1W: 0x0028,
        powerL2W: 0x002c,
        powerL3W: 0x0030,
      },
    ),
    ...registersOf({ fc: 4, type: 'uint16', scale: 0.01 }, { frequencyHz: 0x0025 }),
    ...registersOf({ fc: 4, type: 'uint32', scale: 100 }, { energyExportWh: 0x0037 }),
    ...registersOf({ fc: 4, type: 'uint16', scale: 0.1, ...eachWindow }, { temperatureC: 0x005d }),
  ],
});
