import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachWindow, registersOf, unstatedLimits } from './register-table.ts';

/**
 * Siemens 7KT1665 and 7KT1666, three phases: what evcc reads of them.
 */
export const siemens7kt1665: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'siemens-7kt1665',
  manufacturer: 'Siemens',
  model: '7KT1665 / 7KT1666',
  source: 'evcc-io/evcc templates/definition/meter/siemens-7kt1665.yaml',
  defaults: {},
  limits: unstatedLimits,
  registers: [
    ...registersOf(
      { fc: 4, type: 'uint32', scale: 0.01 },
      {
        voltageL1V: 0x0001,
        voltageL2V: 0x0003,
        voltageL3V: 0x0005,
      },
    ),
    ...registersOf(
      { fc: 4, type: 'uint32', scale: 0.0001 },
      {
        currentL1A: 0x0007,
        currentL2A: 0x0009,
        currentL3A: 0x000b,
      },
    ),
    ...registersOf({ fc: 4, type: 'int32', scale: 0.01 }, { powerW: 0x0039 }),
    ...registersOf({ fc: 4, type: 'uint32', ...eachWindow }, { energyImportWh: 0x1a1f }),
  ],
});
