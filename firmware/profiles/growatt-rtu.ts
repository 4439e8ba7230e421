import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { registersOf } from './register-table.ts';

/**
 * Growatt inverters, protocol RTU (V1). ESPHome reads the first 33 registers at once. What the inverter
 * feeds out is negative here. Its status is no measurement, and what it made today begins anew each day:
 * the host counts by days itself. Line: matthias-bs/growatt2lorawan src/settings.h and TheTrueRandom/growatt-modbus
 * Readme.md agree on 9600 baud and address 1; some newer ones can be set to 38400.
 */
export const growattRtu: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'growatt-rtu',
  manufacturer: 'Growatt',
  model: 'inverters, protocol RTU',
  source: 'esphome/esphome components/growatt_solar/growatt_solar.cpp',
  defaults: { baud: 9600, parity: 'none', stopBits: 1, address: 1 },
  limits: { maxRegistersPerRead: 33, maxHoleRegisters: 18 },
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
        voltageL1V: 0x000e,
        currentL1A: 0x000f,
        voltageL2V: 0x0012,
        currentL2A: 0x0013,
        voltageL3V: 0x0016,
        currentL3A: 0x0017,
        temperatureC: 0x0020,
      },
    ),
    ...registersOf(
      { fc: 4, type: 'uint32', scale: -0.1 },
      {
        powerW: 0x000b,
        powerL1W: 0x0010,
        powerL2W: 0x0014,
        powerL3W: 0x0018,
      },
    ),
    ...registersOf({ fc: 4, type: 'uint16', scale: 0.01 }, { frequencyHz: 0x000d }),
    ...registersOf({ fc: 4, type: 'uint32', scale: 100 }, { energyExportWh: 0x001c }),
  ],
});
