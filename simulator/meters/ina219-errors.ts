import { deepFreeze } from '#core/freeze.ts';
import { seededUnit } from '../line/bit-noise.ts';

/** How an INA219 errs. */
export interface Ina219ErrorSettings {
  /** Offset of the shunt voltage in µV, by the gain 1, 1/2, 1/4, 1/8: one chip has one sign. */
  readonly offsetUv: readonly [number, number, number, number];
  /** Share by which the shunt's voltage, and that of the bus, read too much, in percent. */
  readonly gainPercent: number;
  readonly busGainPercent: number;
  /** Noise of one conversion, standard deviation; a mean of n has the nth root less. */
  readonly noiseUv: number;
  readonly busNoiseMv: number;
}

export const noIna219Errors: Ina219ErrorSettings = deepFreeze({
  offsetUv: [0, 0, 0, 0],
  gainPercent: 0,
  busGainPercent: 0,
  noiseUv: 0,
  busNoiseMv: 0,
});

/**
 * Offset and error of typical chips (SBOS448G, 7.5: offset voltage, measurement errors). The data sheet says nothing of
 * noise: one step of the converter is taken, 10 µV and 4 mV.
 */
export const typicalIna219: Ina219ErrorSettings = deepFreeze({
  offsetUv: [10, 20, 30, 40],
  gainPercent: 0.2,
  busGainPercent: 0.2,
  noiseUv: 10,
  busNoiseMv: 4,
});

/** The most that the data sheet allows an INA219A at 25 °C. */
export const worstIna219A: Ina219ErrorSettings = deepFreeze({
  ...typicalIna219,
  offsetUv: [100, 125, 150, 200],
  gainPercent: 0.5,
  busGainPercent: 0.5,
});

/** The most that it allows the better grade. */
export const worstIna219B: Ina219ErrorSettings = deepFreeze({
  ...worstIna219A,
  offsetUv: [50, 75, 75, 100],
  gainPercent: 0.3,
});

/** What a chip's inputs seem to it, the same row for the same seed. */
export class Ina219Errors {
  readonly #unit: () => number;

  constructor(seed: number) {
    this.#unit = seededUnit(seed);
  }

  /** The shunt's voltage in V at a gain (0 to 3), out of so many conversions. */
  shunt(errors: Ina219ErrorSettings, trueV: number, gain: number, conversions: number): number {
    const { offsetUv, gainPercent, noiseUv } = errors;
    return (
      trueV * (1 + gainPercent / 100) + ((offsetUv[gain] ?? 0) + this.#noise(noiseUv, conversions)) * 1e-6
    );
  }

  bus({ busGainPercent, busNoiseMv }: Ina219ErrorSettings, trueV: number, conversions: number): number {
    return trueV * (1 + busGainPercent / 100) + this.#noise(busNoiseMv, conversions) * 1e-3;
  }

  /** Normal distribution (Box and Muller); draws nothing where there is none. */
  #noise(deviation: number, conversions: number): number {
    if (deviation === 0) return 0;
    const radius = Math.sqrt(-2 * Math.log(1 - this.#unit()));
    return (deviation / Math.sqrt(conversions)) * radius * Math.cos(2 * Math.PI * this.#unit());
  }
}
