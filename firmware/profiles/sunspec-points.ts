import { deepFreeze } from '../core/freeze.ts';
import type { RegisterType } from '../core/modbus/register.ts';
import type { QuantityId } from '../core/quantities.ts';

/** `acc32` counts up; the others are what their names say. */
export type PointType = 'uint16' | 'int16' | 'acc32' | 'float32';

/**
 * Points of a model that have the type, the offset of their scale factor and the scale in common. Offsets count from
 * the register of the model's number (sunspec/models 7abdf89). `flow` says that the sign is a direction.
 */
export interface Points {
  readonly type: PointType;
  readonly scaleFactor?: number;
  readonly scale?: number;
  readonly flow?: true;
  readonly at: Readonly<Partial<Record<QuantityId, number>>>;
}

/** Models 101 to 103: inverters, whole numbers with scale factors. */
export const inverterPoints: readonly Points[] = deepFreeze([
  { type: 'uint16', scaleFactor: 6, at: { currentSumA: 2, currentL1A: 3, currentL2A: 4, currentL3A: 5 } },
  {
    type: 'uint16',
    scaleFactor: 13,
    at: {
      voltageL1L2V: 7,
      voltageL2L3V: 8,
      voltageL3L1V: 9,
      voltageL1V: 10,
      voltageL2V: 11,
      voltageL3V: 12,
    },
  },
  { type: 'int16', scaleFactor: 15, flow: true, at: { powerW: 14 } },
  { type: 'uint16', scaleFactor: 17, at: { frequencyHz: 16 } },
  { type: 'int16', scaleFactor: 19, at: { apparentPowerVA: 18 } },
  { type: 'int16', scaleFactor: 21, flow: true, at: { reactivePowerVar: 20 } },
  { type: 'int16', scaleFactor: 23, scale: 0.01, at: { powerFactor: 22 } },
  { type: 'acc32', scaleFactor: 26, at: { energyExportWh: 24 } },
  { type: 'uint16', scaleFactor: 28, at: { currentDcA: 27 } },
  { type: 'uint16', scaleFactor: 30, at: { voltageDcV: 29 } },
  { type: 'int16', scaleFactor: 32, at: { powerDcW: 31 } },
  { type: 'int16', scaleFactor: 37, at: { temperatureC: 33, temperatureHeatSinkC: 34 } },
]);

/** Models 111 to 113: inverters, floats. */
export const inverterFloatPoints: readonly Points[] = deepFreeze([
  {
    type: 'float32',
    at: {
      currentSumA: 2,
      currentL1A: 4,
      currentL2A: 6,
      currentL3A: 8,
      voltageL1L2V: 10,
      voltageL2L3V: 12,
      voltageL3L1V: 14,
      voltageL1V: 16,
      voltageL2V: 18,
      voltageL3V: 20,
      frequencyHz: 24,
      apparentPowerVA: 26,
      energyExportWh: 32,
      currentDcA: 34,
      voltageDcV: 36,
      powerDcW: 38,
      temperatureC: 40,
      temperatureHeatSinkC: 42,
    },
  },
  { type: 'float32', flow: true, at: { powerW: 22, reactivePowerVar: 28 } },
  { type: 'float32', scale: 0.01, at: { powerFactor: 30 } },
]);

/** Models 201 to 204: meters, whole numbers with scale factors. Of each counter's phases only active energy is taken. */
export const meterPoints: readonly Points[] = deepFreeze([
  { type: 'int16', scaleFactor: 6, at: { currentSumA: 2, currentL1A: 3, currentL2A: 4, currentL3A: 5 } },
  {
    type: 'int16',
    scaleFactor: 15,
    at: {
      voltageV: 7,
      voltageL1V: 8,
      voltageL2V: 9,
      voltageL3V: 10,
      voltageLineV: 11,
      voltageL1L2V: 12,
      voltageL2L3V: 13,
      voltageL3L1V: 14,
    },
  },
  { type: 'int16', scaleFactor: 17, at: { frequencyHz: 16 } },
  {
    type: 'int16',
    scaleFactor: 22,
    flow: true,
    at: { powerW: 18, powerL1W: 19, powerL2W: 20, powerL3W: 21 },
  },
  {
    type: 'int16',
    scaleFactor: 27,
    at: { apparentPowerVA: 23, apparentPowerL1VA: 24, apparentPowerL2VA: 25, apparentPowerL3VA: 26 },
  },
  {
    type: 'int16',
    scaleFactor: 32,
    flow: true,
    at: { reactivePowerVar: 28, reactivePowerL1Var: 29, reactivePowerL2Var: 30, reactivePowerL3Var: 31 },
  },
  {
    type: 'int16',
    scaleFactor: 37,
    scale: 0.01,
    at: { powerFactor: 33, powerFactorL1: 34, powerFactorL2: 35, powerFactorL3: 36 },
  },
  {
    type: 'acc32',
    scaleFactor: 54,
    at: {
      energyExportWh: 38,
      energyExportL1Wh: 40,
      energyExportL2Wh: 42,
      energyExportL3Wh: 44,
      energyImportWh: 46,
      energyImportL1Wh: 48,
      energyImportL2Wh: 50,
      energyImportL3Wh: 52,
    },
  },
  { type: 'acc32', scaleFactor: 71, at: { apparentEnergyExportVAh: 55, apparentEnergyImportVAh: 63 } },
  {
    type: 'acc32',
    scaleFactor: 104,
    at: {
      reactiveEnergyQ1Varh: 72,
      reactiveEnergyQ2Varh: 80,
      reactiveEnergyQ3Varh: 88,
      reactiveEnergyQ4Varh: 96,
    },
  },
]);

/** Models 211 to 214: meters, floats. */
export const meterFloatPoints: readonly Points[] = deepFreeze([
  {
    type: 'float32',
    at: {
      currentSumA: 2,
      currentL1A: 4,
      currentL2A: 6,
      currentL3A: 8,
      voltageV: 10,
      voltageL1V: 12,
      voltageL2V: 14,
      voltageL3V: 16,
      voltageLineV: 18,
      voltageL1L2V: 20,
      voltageL2L3V: 22,
      voltageL3L1V: 24,
      frequencyHz: 26,
      apparentPowerVA: 36,
      apparentPowerL1VA: 38,
      apparentPowerL2VA: 40,
      apparentPowerL3VA: 42,
      powerFactor: 52,
      powerFactorL1: 54,
      powerFactorL2: 56,
      powerFactorL3: 58,
      energyExportWh: 60,
      energyExportL1Wh: 62,
      energyExportL2Wh: 64,
      energyExportL3Wh: 66,
      energyImportWh: 68,
      energyImportL1Wh: 70,
      energyImportL2Wh: 72,
      energyImportL3Wh: 74,
      apparentEnergyExportVAh: 76,
      apparentEnergyImportVAh: 84,
      reactiveEnergyQ1Varh: 92,
      reactiveEnergyQ2Varh: 100,
      reactiveEnergyQ3Varh: 108,
      reactiveEnergyQ4Varh: 116,
    },
  },
  {
    type: 'float32',
    flow: true,
    at: {
      powerW: 28,
      powerL1W: 30,
      powerL2W: 32,
      powerL3W: 34,
      reactivePowerVar: 44,
      reactivePowerL1Var: 46,
      reactivePowerL2Var: 48,
      reactivePowerL3Var: 50,
    },
  },
]);

/** Model 160: the inputs of an inverter. The fixed part has the scale factors; each input then takes 20 registers. */
export const inputsAt = 10;
export const wordsPerInput = 20;
export const inputPoints: readonly (readonly Points[])[] = deepFreeze([
  inputOf({ currentDc1A: 9 }, { voltageDc1V: 10 }, { powerDc1W: 11 }, { energyDc1Wh: 12 }),
  inputOf({ currentDc2A: 9 }, { voltageDc2V: 10 }, { powerDc2W: 11 }, { energyDc2Wh: 12 }),
  inputOf({ currentDc3A: 9 }, { voltageDc3V: 10 }, { powerDc3W: 11 }, { energyDc3Wh: 12 }),
  inputOf({ currentDc4A: 9 }, { voltageDc4V: 10 }, { powerDc4W: 11 }, { energyDc4Wh: 12 }),
]);

function inputOf(
  current: Points['at'],
  voltage: Points['at'],
  power: Points['at'],
  energy: Points['at'],
): Points[] {
  return [
    { type: 'uint16', scaleFactor: 2, at: current },
    { type: 'uint16', scaleFactor: 3, at: voltage },
    { type: 'uint16', scaleFactor: 4, at: power },
    { type: 'acc32', scaleFactor: 5, at: energy },
  ];
}

/**
 * What stands for "not implemented" (Device Information Model Specification 1.1, 6.4). A counter that is 0 is one too:
 * so the specification has it for acc32, and all ones is what devices send (andig/gosunspec). Every NaN is absent.
 */
export const absentRaw: Readonly<Record<PointType, readonly number[]>> = deepFreeze({
  uint16: [0xffff],
  int16: [-0x8000],
  acc32: [0, 0xffff_ffff],
  float32: [],
});

export const registerType: Readonly<Record<PointType, RegisterType>> = deepFreeze({
  uint16: 'uint16',
  int16: 'int16',
  acc32: 'uint32',
  float32: 'float32',
});
