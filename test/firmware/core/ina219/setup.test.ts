import { describe, expect, it } from 'vitest';
import {
  type Ina219Setup,
  type Ina219Wish,
  ina219Adcs,
  ina219AdcTable,
  ina219Setup,
} from '#core/ina219/setup.ts';

const wish: Ina219Wish = { shuntOhm: 0.1, maxCurrentA: 3.2, sampleMs: 1000 };

function setupOf(more: Partial<Ina219Wish> = {}): Ina219Setup {
  const setup = ina219Setup({ ...wish, ...more });
  if (!setup.ok) throw new Error(setup.detail);
  return setup.value;
}

const refusal = (more: Partial<Ina219Wish>): string => {
  const setup = ina219Setup({ ...wish, ...more });
  return setup.ok ? 'taken' : `${setup.error}: ${setup.detail}`;
};

describe("an INA219's setup", () => {
  it('is what the data sheet computes, for the smallest step that holds 15 A through 2 mohm', () => {
    // SBOS448G 8.5.1: 0.04096 / (15 A / 2^15 × 2 mohm), cut.
    const { calibration, currentLsbA } = setupOf({ shuntOhm: 0.002, maxCurrentA: 15 });
    expect(calibration).toBe(44_738);
    expect(currentLsbA).toBeCloseTo(15 / 32_768, 7);
  });

  it('takes the finest gain that holds the largest current, or a coarser one that is asked for', () => {
    const gainOf = (more: Partial<Ina219Wish>) => (setupOf(more).config >> 11) & 3;
    expect([0.4, 0.8, 1.6, 3.2].map(maxCurrentA => gainOf({ maxCurrentA }))).toEqual([0, 1, 2, 3]);
    expect(gainOf({ maxCurrentA: 0.41 })).toBe(1);
    expect([40, 80, 160, 320].map(shuntRangeMv => gainOf({ maxCurrentA: 0.4, shuntRangeMv }))).toEqual([
      0, 1, 2, 3,
    ]);
  });

  it('sets either bus range, 32 V where none is asked for', () => {
    expect([16, 32, undefined].map(busRangeV => (setupOf({ busRangeV }).config >> 13) & 1)).toEqual([
      0, 1, 1,
    ]);
    expect(setupOf({ busRangeV: 16 }).busLimit).toBe(4000);
  });

  it('sets every ADC mode for shunt and bus, by the code and with the time of the data sheet', () => {
    const codes = ina219Adcs.map(adc => {
      const { config, cycleMs } = setupOf({ adc });
      expect(cycleMs).toBe(Math.ceil((2 * ina219AdcTable[adc].conversionUs) / 1000));
      expect((config >> 7) & 15).toBe((config >> 3) & 15);
      expect(config & 7).toBe(7);
      return (config >> 3) & 15;
    });
    expect(codes).toEqual([0, 1, 2, 3, 9, 10, 11, 12, 13, 14, 15]);
    expect(ina219Adcs.map(adc => ina219AdcTable[adc].conversionUs)).toEqual([
      84, 148, 276, 532, 1060, 2130, 4260, 8510, 17_020, 34_050, 68_100,
    ]);
  });

  it('averages as long as there is time for by itself', () => {
    const codeAt = (sampleMs: number) => (setupOf({ sampleMs }).config >> 3) & 15;
    expect([1000, 137, 136, 100].map(codeAt)).toEqual([15, 15, 14, 14]);
  });

  it('refuses what cannot be, with the numbers and what to do', () => {
    expect(refusal({ maxCurrentA: 3.3 })).toMatch(
      /^maxCurrentA: 3\.3 A through 0\.1 ohm gives 330\.0 mV.*up to 320 mV.*smaller/,
    );
    expect(refusal({ maxCurrentA: 1, shuntRangeMv: 40 })).toMatch(/^maxCurrentA: .*up to 40 mV in the range/);
    expect(refusal({ shuntRangeMv: 50 })).toMatch(/^shuntRangeMv: .*40, 80, 160, 320/);
    expect(refusal({ busRangeV: 24 })).toMatch(/^busRangeV: .*16, 32/);
    expect(refusal({ adc: 'mean128', sampleMs: 100 })).toMatch(/^adc: mean128 takes 137 ms.*mean64/);
    for (const broken of [0, -1, Number.NaN]) expect(refusal({ shuntOhm: broken })).toMatch(/^maxCurrentA/);
  });
});
