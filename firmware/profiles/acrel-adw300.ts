import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachWindow, registersOf, unstatedLimits } from './register-table.ts';

/**
 * Acrel ADW300, three phases: what evcc reads of it, at 1200 baud.
 */
export const acrelAdw300: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'acrel-adw300',
  manufacturer: 'Acrel',
  model: 'ADW300',
  source: 'evcc-io/evcc templates/definition/meter/acrel-adw300.yaml',
  defaults: { baud: 1200 },
  limits: unstatedLimits,
  registers: [
    ...registersOf(
      { fc: 3, type: 'uint16', scale: 0.1 },
      {
        voltageL1V: 0x0014,
        voltageL2V: 0x0015,
        voltageL3V: 0x0016,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'uint16', scale: 0.01 },
      {
        currentL1A: 0x001a,
        currentL2A: 0x001b,
        currentL3A: 0x001c,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'int32' },
      {
        powerL1W: 0x001e,
        powerL2W: 0x0020,
        powerL3W: 0x0022,
        powerW: 0x0024,
      },
    ),
    ...registersOf(
      { fc: 3, type: 'int32', scale: 10, ...eachWindow },
      {
        energyImportWh: 0x003e,
        energyExportWh: 0x0040,
      },
    ),
  ],
});
