import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf, unstatedLimits } from './register-table.ts';

const float = { fc: 3, type: 'float32' } as const;

/**
 * Inepro PRO380-Mod, three phases, two tariffs. Power comes in kW.
 */
export const ineproPro380: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'inepro-pro380',
  manufacturer: 'Inepro',
  model: 'PRO380-Mod',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/inepro.go; https://www.scribd.com/document/535591021/Manual-Instrucoes-PRO1-PRO380-Modbus-Ing',
  defaults: { baud: 9600, parity: 'even', stopBits: 1, address: 1 },
  limits: unstatedLimits,
  registers: [
    ...registersOf(float, {
      voltageV: 0x5000,
      voltageL1V: 0x5002,
      voltageL2V: 0x5004,
      voltageL3V: 0x5006,
      frequencyHz: 0x5008,
      currentA: 0x500a,
      currentL1A: 0x500c,
      currentL2A: 0x500e,
      currentL3A: 0x5010,
      powerFactor: 0x502a,
      powerFactorL1: 0x502c,
      powerFactorL2: 0x502e,
      powerFactorL3: 0x5030,
    }),
    ...registersOf(
      { ...float, scale: 1000 },
      {
        powerW: 0x5012,
        powerL1W: 0x5014,
        powerL2W: 0x5016,
        powerL3W: 0x5018,
        reactivePowerVar: 0x501a,
        reactivePowerL1Var: 0x501c,
        reactivePowerL2Var: 0x501e,
        reactivePowerL3Var: 0x5020,
        apparentPowerVA: 0x5022,
        apparentPowerL1VA: 0x5024,
        apparentPowerL2VA: 0x5026,
        apparentPowerL3VA: 0x5028,
      },
    ),
    ...registersOf(
      { ...float, scale: 1000, ...eachWindow },
      {
        energyTotalWh: 0x6000,
        energyImportWh: 0x600c,
        energyExportWh: 0x6018,
      },
    ),
    ...registersOf(
      { ...float, scale: 1000, ...eachMinute },
      {
        energyTotalT1Wh: 0x6002,
        energyTotalT2Wh: 0x6004,
        energyTotalL1Wh: 0x6006,
        energyTotalL2Wh: 0x6008,
        energyTotalL3Wh: 0x600a,
        energyImportT1Wh: 0x600e,
        energyImportT2Wh: 0x6010,
        energyImportL1Wh: 0x6012,
        energyImportL2Wh: 0x6014,
        energyImportL3Wh: 0x6016,
        energyExportT1Wh: 0x601a,
        energyExportT2Wh: 0x601c,
        energyExportL1Wh: 0x601e,
        energyExportL2Wh: 0x6020,
        energyExportL3Wh: 0x6022,
        reactiveEnergyTotalVarh: 0x6024,
        reactiveEnergyTotalT1Varh: 0x6026,
        reactiveEnergyTotalT2Varh: 0x6028,
        reactiveEnergyTotalL1Varh: 0x602a,
        reactiveEnergyTotalL2Varh: 0x602c,
        reactiveEnergyTotalL3Varh: 0x602e,
        reactiveEnergyImportVarh: 0x6030,
        reactiveEnergyImportT1Varh: 0x6032,
        reactiveEnergyImportT2Varh: 0x6034,
        reactiveEnergyImportL1Varh: 0x6036,
        reactiveEnergyImportL2Varh: 0x6038,
        reactiveEnergyImportL3Varh: 0x603a,
        reactiveEnergyExportVarh: 0x603c,
        reactiveEnergyExportT1Varh: 0x603e,
        reactiveEnergyExportT2Varh: 0x6040,
        reactiveEnergyExportL1Varh: 0x6042,
        reactiveEnergyExportL2Varh: 0x6044,
        reactiveEnergyExportL3Varh: 0x6046,
      },
    ),
  ],
});
