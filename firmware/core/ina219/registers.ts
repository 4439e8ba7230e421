import { deepFreeze } from '../freeze.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Ina219Setup } from './setup.ts';

/** Registers of the Texas Instruments INA219, 16 bits, big-endian (SBOS448G, table 2). */
export const ina219Register = deepFreeze({
  config: 0,
  shuntVoltage: 1,
  busVoltage: 2,
  power: 3,
  current: 4,
  calibration: 5,
} as const);

export interface Ina219Words {
  readonly busVoltage: number;
  readonly shuntVoltage: number;
}

/** What a person found with better instruments: a value is what was measured times `factor`, plus `offset`. */
export interface Ina219Correction {
  readonly currentFactor: number;
  readonly currentOffsetA: number;
  readonly voltageFactor: number;
  readonly voltageOffsetV: number;
}

export const noCorrection: Ina219Correction = deepFreeze({
  currentFactor: 1,
  currentOffsetA: 0,
  voltageFactor: 1,
  voltageOffsetV: 0,
});

export interface Ina219Reading {
  readonly voltageV: number;
  /** As the chip has it, without correction. */
  readonly shuntVoltageV: number;
  /** Signed: positive from IN+ to IN-. */
  readonly currentA: number;
  /** Voltage times current, with the current's sign. */
  readonly powerW: number;
}

/** Whether the conversions since the last reading are done (CNVR); reading the power register takes it back. */
export const isIna219Ready = (busVoltage: number): boolean => (busVoltage & 2) !== 0;

/**
 * What the chip's words say, in V, A and W. Current and power are computed from the voltages: the chip's own registers
 * of them are cut twice, at the calibration and at the division, always towards zero, which integrates. An overflow
 * (OVF, the most that the settings allow; or a converter at its end) is an error, as the words are false then.
 */
export function decodeIna219(
  setup: Ina219Setup,
  { busVoltage, shuntVoltage }: Ina219Words,
  correction: Ina219Correction = noCorrection,
): Result<Ina219Reading, 'ina219.overflow'> {
  const shunt = (shuntVoltage << 16) >> 16;
  const bus = busVoltage >> 3;
  if ((busVoltage & 1) !== 0)
    return fail('ina219.overflow', 'more flows than the largest current of the settings (OVF)');
  if (Math.abs(shunt) >= setup.shuntLimit)
    return fail('ina219.overflow', `the shunt voltage is at the end of its range, ${shunt / 100} mV`);
  if (bus >= setup.busLimit)
    return fail('ina219.overflow', `the bus voltage is at the end of its range, ${bus / 250} V`);
  // Whole steps divided by whole numbers: 4 mV and 10 µV are not exact in binary.
  const voltageV = (bus / 250) * correction.voltageFactor + correction.voltageOffsetV;
  const currentA =
    (shunt / (100_000 * setup.shuntOhm)) * correction.currentFactor + correction.currentOffsetA;
  return ok({ voltageV, shuntVoltageV: shunt / 100_000, currentA, powerW: voltageV * currentA });
}
