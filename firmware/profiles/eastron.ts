import { deepFreeze } from '../core/freeze.ts';
import { eachWindow, registersOf } from './register-table.ts';

export const float = Object.freeze({ fc: 4, type: 'float32' } as const);

/** Where Eastron's meters of three phases have what each phase shows. */
export const perPhase = deepFreeze({
  voltageL1V: 0x0000,
  voltageL2V: 0x0002,
  voltageL3V: 0x0004,
  currentL1A: 0x0006,
  currentL2A: 0x0008,
  currentL3A: 0x000a,
  powerL1W: 0x000c,
  powerL2W: 0x000e,
  powerL3W: 0x0010,
  apparentPowerL1VA: 0x0012,
  apparentPowerL2VA: 0x0014,
  apparentPowerL3VA: 0x0016,
  reactivePowerL1Var: 0x0018,
  reactivePowerL2Var: 0x001a,
  reactivePowerL3Var: 0x001c,
  powerFactorL1: 0x001e,
  powerFactorL2: 0x0020,
  powerFactorL3: 0x0022,
} as const);

/** What those of one phase have first. */
export const onePhase = deepFreeze([
  ...registersOf(float, {
    voltageV: 0x0000,
    currentA: 0x0006,
    powerW: 0x000c,
    apparentPowerVA: 0x0012,
    reactivePowerVar: 0x0018,
    powerFactor: 0x001e,
    phaseAngleDegrees: 0x0024,
    frequencyHz: 0x0046,
  }),
  ...registersOf(
    { ...float, scale: 1000 },
    {
      energyImportWh: 0x0048,
      energyExportWh: 0x004a,
      reactiveEnergyImportVarh: 0x004c,
      reactiveEnergyExportVarh: 0x004e,
    },
  ),
  ...registersOf({ ...float, scale: 1000, ...eachWindow }, { energyTotalWh: 0x0156 }),
]);
