import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIna219, type Ina219Setup, ina219Register, ina219Setup } from '#core/ina219/registers.ts';
import type { I2cPort } from '#ports';
import { Ina219Chip } from '../../../../simulator/meters/ina219-chip.ts';

const setupOf = (shuntOhm: number, maxCurrentA: number, sampleMs = 1000): Ina219Setup => {
  const setup = ina219Setup({ shuntOhm, maxCurrentA, sampleMs });
  if (!setup.ok) throw new Error(setup.detail);
  return setup.value;
};

/** The simulated chip answers at once. */
function word(port: I2cPort, register: number): number {
  let word: number | undefined;
  port.readWord(register, value => {
    word = value;
  });
  if (word === undefined) throw new Error('no answer');
  return word;
}

/** A chip set up and read once. */
function readChip(setup: Ina219Setup, shuntOhm: number, voltageV: number, currentA: number) {
  const port = new Ina219Chip({ shuntOhm, voltageV: () => voltageV, currentA: () => currentA }).port();
  port.writeWord(ina219Register.config, setup.config, () => {});
  port.writeWord(ina219Register.calibration, setup.calibration, () => {});
  return decodeIna219(setup, {
    busVoltage: word(port, ina219Register.busVoltage),
    shuntVoltage: word(port, ina219Register.shuntVoltage),
    current: word(port, ina219Register.current),
    power: word(port, ina219Register.power),
  });
}

describe('the INA219', () => {
  it("is set up as the data sheet's example computes it", () => {
    // SBOS448G 8.5.1.1 ff.: 15 A through 2 mohm; largest LSB taken as 1 mA gives 20480, the smallest 457.7 µA more.
    const { calibration, currentLsbA } = setupOf(0.002, 15);
    expect(calibration).toBe(44_738);
    expect(currentLsbA).toBeCloseTo(15 / 32_768, 7);
    // The example's own words at its LSB of 1 mA: shunt 20 mV, bus 11.98 V, current 10 A, power 119.82 W.
    const example = { config: 0x399f, calibration: 0x5000, currentLsbA: 0.001, shuntLimit: 4000, cycleMs: 2 };
    const read = decodeIna219(example, {
      busVoltage: 0x5d98 | 2,
      shuntVoltage: 0x07d0,
      current: 0x2710,
      power: 0x1766,
    });
    expect(read).toEqual({
      ok: true,
      value: { voltageV: 11.98, shuntVoltageV: 0.02, currentA: 10, powerW: expect.closeTo(119.8, 6) },
    });
  });

  it('takes the finest gain that holds the largest current', () => {
    const gains = [0.4, 0.8, 1.6, 3.2].map(maxA => (setupOf(0.1, maxA).config >> 11) & 3);
    expect(gains).toEqual([0, 1, 2, 3]);
    expect((setupOf(0.1, 0.41).config >> 11) & 3).toBe(1);
  });

  it('averages 128 conversions where there is time for them, and is quick where there is not', () => {
    expect((setupOf(0.1, 3.2, 1000).config >> 3) & 15).toBe(0b1111);
    expect((setupOf(0.1, 3.2, 100).config >> 3) & 15).toBe(0b0011);
  });

  it('refuses a shunt that gives more than the chip measures, with the numbers', () => {
    const setup = ina219Setup({ shuntOhm: 0.1, maxCurrentA: 3.3, sampleMs: 1000 });
    expect(setup).toMatchObject({ ok: false, error: 'ina219.range' });
    expect(setup.ok ? '' : setup.detail).toMatch(/3\.3 A through 0\.1 ohm gives 330\.0 mV.*320 mV.*smaller/);
  });

  it('reads any voltage and current of its range to half a step, with the right signs', () => {
    fc.assert(
      fc.property(
        fc.constantFrom([0.1, 3.2], [0.1, 0.4], [0.01, 20], [0.002, 15], [0.000_75, 100]),
        fc.double({ min: 0, max: 26, noNaN: true }),
        fc.double({ min: -0.99, max: 0.99, noNaN: true }),
        ([shuntOhm = 0, maxCurrentA = 0], voltageV, share) => {
          const setup = setupOf(shuntOhm, maxCurrentA);
          const currentA = share * maxCurrentA;
          const read = readChip(setup, shuntOhm, voltageV, currentA);
          if (!read.ok) throw new Error(read.detail);
          const currentStepA = 0.000_01 / shuntOhm + setup.currentLsbA;
          expect(Math.abs(read.value.voltageV - voltageV)).toBeLessThanOrEqual(0.002_000_1);
          expect(Math.abs(read.value.currentA - currentA)).toBeLessThanOrEqual(currentStepA);
          const powerW = read.value.voltageV * read.value.currentA;
          expect(Math.abs(read.value.powerW - powerW)).toBeLessThanOrEqual(20 * setup.currentLsbA);
        },
      ),
      { seed: 20_261_121, numRuns: 500 },
    );
  });

  it('says overflow at the end of its range in either direction, and by its flag', () => {
    const setup = setupOf(0.1, 3.2);
    expect(readChip(setup, 0.1, 12, 3.3)).toMatchObject({ error: 'ina219.overflow' });
    expect(readChip(setup, 0.1, 12, -3.3)).toMatchObject({ error: 'ina219.overflow' });
    const quiet = { busVoltage: 3, shuntVoltage: 0, current: 0, power: 0 };
    expect(decodeIna219(setup, quiet)).toMatchObject({ error: 'ina219.overflow' });
  });

  it('does not take the words of a conversion that is not finished', () => {
    const words = { busVoltage: 3000 << 3, shuntVoltage: 0, current: 0, power: 0 };
    expect(decodeIna219(setupOf(0.1, 3.2), words)).toMatchObject({ error: 'ina219.notReady' });
  });
});
