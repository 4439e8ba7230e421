import { deepFreeze } from '../freeze.ts';
import { fail, ok, type Result } from '../result.ts';

/** Registers of the Texas Instruments INA219, 16 bits, big-endian (SBOS448G, table 2). */
export const ina219Register = deepFreeze({
  config: 0,
  shuntVoltage: 1,
  busVoltage: 2,
  power: 3,
  current: 4,
  calibration: 5,
} as const);

/** What the chip is set to for a shunt, and what its numbers mean then. */
export interface Ina219Setup {
  readonly config: number;
  readonly calibration: number;
  readonly currentLsbA: number;
  /** The shunt register's largest magnitude at the gain chosen: there the converter is at its end. */
  readonly shuntLimit: number;
  /** From the setup written to the first conversions finished. */
  readonly cycleMs: number;
}

export interface Ina219Words {
  readonly busVoltage: number;
  readonly shuntVoltage: number;
  readonly current: number;
  readonly power: number;
}

export interface Ina219Reading {
  readonly voltageV: number;
  readonly shuntVoltageV: number;
  /** Signed: positive from IN+ to IN-. */
  readonly currentA: number;
  /** Bus voltage times current, with the current's sign. */
  readonly powerW: number;
}

const shuntLsbV = 0.000_01;
/** 40 mV at gain 1, doubled by each step of the PG bits up to 320 mV at gain 8 (table 4). */
const lowestRangeV = 0.04;
const calibrationFactor = 0.04096;
const largestCalibration = 0xfffe;

const busRange32V = 1 << 13;
const shuntAndBusContinuous = 7;
/**
 * ADC settings (table 5): 12 bits in 0.53 ms, or the mean of 128 conversions in 68.1 ms. Shunt and bus are converted
 * one after the other, so a cycle takes twice that.
 */
const adc = deepFreeze({
  single: { code: 0b0011, cycleMs: 2 },
  mean128: { code: 0b1111, cycleMs: 137 },
} as const);

/**
 * The setup for a shunt of `shuntOhm` that carries at most `maxCurrentA`, sampled each `sampleMs`: the finest gain
 * that holds the current, and the mean of 128 conversions where there is time for it, so that ripple between two
 * samples is not lost. The calibration is 0.04096 / (LSB × shunt), cut to a whole even number; the LSB is then taken
 * back from it, so cutting costs no accuracy (SBOS448G, 8.5.1).
 */
export function ina219Setup(options: {
  readonly shuntOhm: number;
  readonly maxCurrentA: number;
  readonly sampleMs: number;
}): Result<Ina219Setup, 'ina219.range'> {
  const { shuntOhm, maxCurrentA, sampleMs } = options;
  const shuntV = shuntOhm * maxCurrentA;
  let gain = 0;
  // The products of common shunts, 0.1 × 3.2, are not exact in binary.
  while (gain < 3 && shuntV > lowestRangeV * 2 ** gain + 1e-9) gain++;
  const rangeV = lowestRangeV * 2 ** gain;
  if (!(shuntV > 0) || shuntV > rangeV + 1e-9) {
    return fail(
      'ina219.range',
      `${maxCurrentA} A through ${shuntOhm} ohm gives ${(shuntV * 1000).toFixed(1)} mV at the shunt; the INA219 measures up to 320 mV: give a smaller shunt or a smaller largest current`,
    );
  }
  const wanted = calibrationFactor / ((maxCurrentA / 0x8000) * shuntOhm);
  const calibration = Math.min(Math.trunc(wanted), largestCalibration) & 0xfffe;
  const { code, cycleMs } = sampleMs >= adc.mean128.cycleMs ? adc.mean128 : adc.single;
  return ok({
    config: busRange32V | (gain << 11) | (code << 7) | (code << 3) | shuntAndBusContinuous,
    calibration,
    currentLsbA: calibrationFactor / (calibration * shuntOhm),
    shuntLimit: Math.round(rangeV / shuntLsbV),
    cycleMs,
  });
}

/**
 * What the chip's words say, in V, A and W. An overflow of its arithmetic (OVF) or of its converter is an error, as
 * the words are false then; so is a conversion not finished since the last reading (CNVR).
 */
export function decodeIna219(
  setup: Ina219Setup,
  words: Ina219Words,
): Result<Ina219Reading, 'ina219.overflow' | 'ina219.notReady'> {
  const shunt = signed(words.shuntVoltage);
  if ((words.busVoltage & 1) !== 0)
    return fail('ina219.overflow', 'the overflow flag of the bus voltage register is set');
  if (Math.abs(shunt) >= setup.shuntLimit)
    return fail('ina219.overflow', `the shunt voltage is at the range's end, ${shunt} × 10 µV`);
  if ((words.busVoltage & 2) === 0) return fail('ina219.notReady', 'no conversion is ready');
  const current = signed(words.current);
  const magnitudeW = words.power * 20 * setup.currentLsbA;
  return ok({
    voltageV: ((words.busVoltage >> 3) * 4) / 1000,
    shuntVoltageV: shunt / 100_000,
    currentA: current * setup.currentLsbA,
    // The power register has no sign of its own.
    powerW: current < 0 ? -magnitudeW : magnitudeW,
  });
}

const signed = (word: number): number => (word << 16) >> 16;
