import { deepFreeze } from '../core/freeze.ts';
import { counterKilo, float32, slowly } from './eastron.ts';
import type { ModbusProfile } from './profile.ts';

/**
 * Eastron SDM120-Modbus, one phase. Sources: volkszaehler/mbmd `meters/rs485/sdm120.go`, reaper7/SDM_Energy_Meter
 * `SDM.h`. At its factory's 2400 baud a register costs 8 ms, so big holes are not read.
 */
export const eastronSdm120: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'eastron-sdm120',
  manufacturer: 'Eastron',
  model: 'SDM120-Modbus',
  defaults: { baud: 2400, parity: 'none', stopBits: 1, address: 1 },
  limits: { maxRegistersPerRead: 80, maxHoleRegisters: 18 },
  registers: [
    float32('voltageV', 0x0000),
    float32('currentA', 0x0006),
    float32('powerW', 0x000c),
    float32('apparentPowerVA', 0x0012),
    float32('reactivePowerVar', 0x0018),
    float32('powerFactor', 0x001e),
    float32('frequencyHz', 0x0046),
    counterKilo('energyImportWh', 0x0048),
    counterKilo('energyExportWh', 0x004a),
    counterKilo('reactiveEnergyImportVarh', 0x004c),
    counterKilo('reactiveEnergyExportVarh', 0x004e),
    slowly(counterKilo('energyTotalWh', 0x0156)),
    slowly(counterKilo('reactiveEnergyTotalVarh', 0x0158)),
  ],
});
