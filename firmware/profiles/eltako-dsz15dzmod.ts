import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachWindow, registersOf, unstatedLimits } from './register-table.ts';

/**
 * Eltako DSZ15DZMOD and DSZ16, three phases.
 */
export const eltakoDsz15dzmod: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'eltako-dsz15dzmod',
  manufacturer: 'Eltako',
  model: 'DSZ15DZMOD / DSZ16',
  source: 'volkszaehler/mbmd fb8f9c2 meters/rs485/eltako.go',
  defaults: {},
  limits: unstatedLimits,
  registers: [
    ...registersOf(
      { fc: 4, type: 'uint32', scale: 0.01 },
      {
        voltageL1V: 0x0000,
        voltageL2V: 0x0002,
        voltageL3V: 0x0004,
        currentL1A: 0x0006,
        currentL2A: 0x0008,
        currentL3A: 0x000a,
      },
    ),
    ...registersOf(
      { fc: 4, type: 'int32' },
      {
        powerL1W: 0x000c,
        powerL2W: 0x000e,
        powerL3W: 0x0010,
        powerW: 0x0034,
      },
    ),
    ...registersOf(
      { fc: 4, type: 'int32', scale: 0.001 },
      {
        powerFactorL1: 0x001e,
        powerFactorL2: 0x0020,
        powerFactorL3: 0x0022,
        powerFactor: 0x003e,
      },
    ),
    ...registersOf(
      { fc: 4, type: 'uint32', scale: 10, ...eachWindow },
      {
        energyImportWh: 0x0048,
        energyExportWh: 0x004a,
      },
    ),
  ],
});
