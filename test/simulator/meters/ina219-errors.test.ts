import { describe, expect, it } from 'vitest';
import { Ina219Chip } from '../../../simulator/meters/ina219-chip.ts';
import {
  noIna219Errors,
  typicalIna219,
  worstIna219A,
  worstIna219B,
} from '../../../simulator/meters/ina219-errors.ts';

const shuntRegister = 1;
const busRegister = 2;

function chipWith(errors: typeof noIna219Errors, config: number, seed = 1, currentA = 0.2) {
  const chip = new Ina219Chip({ shuntOhm: 0.1, voltageV: () => 12, currentA: () => currentA, errors, seed });
  const port = chip.port();
  port.writeWord(0, config, () => {});
  const read = (register: number): number => {
    let word = 0;
    port.readWord(register, value => {
      word = value ?? Number.NaN;
    });
    return register === busRegister ? (word >> 3) * 4 : ((word << 16) >> 16) * 10;
  };
  const many = (register: number, count = 400) => Array.from({ length: count }, () => read(register));
  return { chip, many };
}

/** Range 32 V, gain 1 to 1/8, both converters at a code, shunt and bus over and over. */
const configOf = (gain: number, code: number): number =>
  0x2000 | (gain << 11) | (code << 7) | (code << 3) | 7;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map(value => (value - middle) ** 2)));
};
const oneConversion = 3;
const meanOf128 = 15;

describe('an INA219 that errs', () => {
  it('is off by its offset and its gain, by the range that is set', () => {
    for (const errors of [typicalIna219, worstIna219A, worstIna219B]) {
      for (const gain of [0, 1, 2, 3]) {
        const shunt = mean(chipWith(errors, configOf(gain, meanOf128)).many(shuntRegister));
        const expected = 20_000 * (1 + errors.gainPercent / 100) + (errors.offsetUv[gain] ?? 0);
        expect(Math.abs(shunt - expected), `gain ${gain}`).toBeLessThan(2);
      }
      const bus = mean(chipWith(errors, configOf(3, meanOf128)).many(busRegister));
      expect(Math.abs(bus - 12_000 * (1 + errors.busGainPercent / 100))).toBeLessThan(2);
    }
  });

  it('is noisy, and the less the more conversions it takes the mean of', () => {
    // Coarser than the steps of the converter, so that those do not count.
    const noisy = { ...noIna219Errors, noiseUv: 300, busNoiseMv: 100 };
    for (const [register, expected] of [
      [shuntRegister, 300],
      [busRegister, 100],
    ] as const) {
      const one = deviation(chipWith(noisy, configOf(3, oneConversion)).many(register, 2000));
      expect(one / expected).toBeGreaterThan(0.9);
      expect(one / expected).toBeLessThan(1.1);
      const many = deviation(chipWith(noisy, configOf(3, meanOf128)).many(register, 2000));
      expect(one / many).toBeGreaterThan(Math.sqrt(128) * 0.8);
      expect(one / many).toBeLessThan(Math.sqrt(128) * 1.2);
    }
  });

  it('errs the same for the same seed, otherwise for another, and not at all where it is switched off', () => {
    const config = configOf(3, oneConversion);
    const row = chipWith(typicalIna219, config, 5).many(shuntRegister, 50);
    expect(chipWith(typicalIna219, config, 5).many(shuntRegister, 50)).toEqual(row);
    expect(chipWith(typicalIna219, config, 6).many(shuntRegister, 50)).not.toEqual(row);
    const { chip, many } = chipWith(typicalIna219, config, 5);
    chip.errors = noIna219Errors;
    expect(new Set(many(shuntRegister, 50))).toEqual(new Set([20_000]));
  });

  it('shows at no current what its offset is', () => {
    const shunt = mean(chipWith(worstIna219A, configOf(3, meanOf128), 1, 0).many(shuntRegister));
    expect(Math.abs(shunt - 200)).toBeLessThan(2);
  });
});
