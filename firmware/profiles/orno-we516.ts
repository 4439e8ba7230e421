import { deepFreeze } from '../core/freeze.ts';
import type { ModbusProfile } from './profile.ts';
import { eachMinute, eachWindow, registersOf, unstatedLimits } from './register-table.ts';

const float = { fc: 3, type: 'float32' } as const;

/**
 * ORNO OR-WE-516 and OR-WE-517, three phases, two tariffs. Power comes in kW.
 */
export const ornoWe516: ModbusProfile = deepFreeze({
  kind: 'modbus',
  id: 'orno-we516',
  manufacturer: 'ORNO',
  model: 'OR-WE-516 / OR-WE-517',
  source:
    'volkszaehler/mbmd fb8f9c2 meters/rs485/orno3p.go; mbmd README; evcc-io/evcc templates/definition/meter/orno.yaml (comset 8E1)',
  defaults: { baud: 9600, parity: 'even', stopBits: 1, address: 1 },
  limits: unstatedLimits,
  registers: [
    ...registersOf(float, {
      voltageL1V: 0x000e,
      voltageL2V: 0x0010,
      voltageL3V: 0x0012,
      frequencyHz: 0x0014,
      currentL1A: 0x0016,
      currentL2A: 0x0018,
      currentL3A: 0x001a,
      powerFactor: 0x0034,
      powerFactorL1: 0x0036,
      powerFactorL2: 0x0038,
      powerFactorL3: 0x003a,
    }),
    ...registersOf(
      { ...float, scale: 1000 },
      {
        powerW: 0x001c,
        powerL1W: 0x001e,
        powerL2W: 0x0020,
        powerL3W: 0x0022,
        reactivePowerVar: 0x0024,
        reactivePowerL1Var: 0x0026,
        reactivePowerL2Var: 0x0028,
        reactivePowerL3Var: 0x002a,
        apparentPowerVA: 0x002c,
        apparentPowerL1VA: 0x002e,
        apparentPowerL2VA: 0x0030,
        apparentPowerL3VA: 0x0032,
      },
    ),
    ...registersOf(
      { ...float, scale: 1000, ...eachWindow },
      {
        energyTotalWh: 0x0100,
        energyImportWh: 0x0108,
        energyExportWh: 0x0110,
      },
    ),
    ...registersOf(
      { ...float, scale: 1000, ...eachMinute },
      {
        energyTotalL1Wh: 0x0102,
        energyTotalL2Wh: 0x0104,
        energyTotalL3Wh: 0x0106,
        energyImportL1Wh: 0x010a,
        energyImportL2Wh: 0x010c,
        energyImportL3Wh: 0x010e,
        energyExportL1Wh: 0x0112,
        energyExportL2Wh: 0x0114,
        energyExportL3Wh: 0x0116,
        reactiveEnergyTotalVarh: 0x0118,
        reactiveEnergyTotalL1Varh: 0x011a,
        reactiveEnergyTotalL2Varh: 0x011c,
        reactiveEnergyTotalL3Varh: 0x011e,
        reactiveEnergyImportVarh: 0x0120,
        reactiveEnergyImportL1Varh: 0x0122,
        reactiveEnergyImportL2Varh: 0x0124,
        reactiveEnergyImportL3Varh: 0x0126,
        reactiveEnergyExportVarh: 0x0128,
        reactiveEnergyExportL1Varh: 0x012a,
        reactiveEnergyExportL2Varh: 0x012c,
        reactiveEnergyExportL3Varh: 0x012e,
        energyTotalT1Wh: 0x0130,
        energyImportT1Wh: 0x0132,
        energyExportT1Wh: 0x0134,
        reactiveEnergyTotalT1Varh: 0x0136,
        reactiveEnergyImportT1Varh: 0x0138,
        reactiveEnergyExportT1Varh: 0x013a,
        energyTotalT2Wh: 0x013c,
        energyImportT2Wh: 0x013e,
        energyExportT2Wh: 0x0140,
        reactiveEnergyTotalT2Varh: 0x0142,
        reactiveEnergyImportT2Varh: 0x0144,
        reactiveEnergyExportT2Varh: 0x0146,
      },
    ),
  ],
});
