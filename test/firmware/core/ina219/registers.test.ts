import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeIna219,
  type Ina219Correction,
  ina219Register,
  isIna219Ready,
} from '#core/ina219/registers.ts';
import { type Ina219Setup, type Ina219Wish, ina219Adcs, ina219Setup } from '#core/ina219/setup.ts';
import type { I2cPort } from '#ports';
import { Ina219Chip } from '../../../../simulator/meters/ina219-chip.ts';

const setupOf = (shuntOhm: number, maxCurrentA: number, more: Partial<Ina219Wish> = {}): Ina219Setup => {
  const setup = ina219Setup({ shuntOhm, maxCurrentA, sampleMs: 1000, ...more });
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
function readChip(
  setup: Ina219Setup,
  voltageV: number,
  currentA: number,
  correction?: Ina219Correction,
  shuntOhm = setup.shuntOhm,
) {
  const port = new Ina219Chip({ shuntOhm, voltageV: () => voltageV, currentA: () => currentA }).port();
  port.writeWord(ina219Register.config, setup.config, () => {});
  port.writeWord(ina219Register.calibration, setup.calibration, () => {});
  const words = {
    busVoltage: word(port, ina219Register.busVoltage),
    shuntVoltage: word(port, ina219Register.shuntVoltage),
  };
  return decodeIna219(setup, words, correction);
}

describe('the simulated chip', () => {
  it("computes the data sheet's worked example bit by bit", () => {
    // SBOS448G, 9.2.2: 10 A through 2 mohm at 11.98 V, gain 1, 16 V, calibration 0x5000 (a step of 1 mA).
    const chip = new Ina219Chip({ shuntOhm: 0.002, voltageV: () => 11.98, currentA: () => 10 });
    const port = chip.port();
    port.writeWord(ina219Register.config, 0x019f, () => {});
    port.writeWord(ina219Register.calibration, 0x5000, () => {});
    expect(word(port, ina219Register.config)).toBe(0x019f);
    expect(word(port, ina219Register.shuntVoltage)).toBe(0x07d0);
    // The data sheet shows the voltage alone, without CNVR.
    expect(word(port, ina219Register.busVoltage) & ~3).toBe(0x5d98);
    expect(word(port, ina219Register.calibration)).toBe(0x5000);
    expect(word(port, ina219Register.current)).toBe(0x2710);
    expect(word(port, ina219Register.power)).toBe(0x1766);
  });

  it('shows a shunt voltage below zero as the data sheet does', () => {
    // SBOS448G, 8.6.3.1: -320 mV at gain 8 is 0x8300.
    const port = new Ina219Chip({ shuntOhm: 0.1, voltageV: () => 0, currentA: () => -3.2 }).port();
    expect(word(port, ina219Register.shuntVoltage)).toBe(0x8300);
  });

  it('is ready when its conversions are done, not before, and until its power was read', () => {
    let nowMs = 0;
    const chip = new Ina219Chip({
      shuntOhm: 0.1,
      voltageV: () => 12,
      currentA: () => 1,
      nowMs: () => nowMs,
    });
    const port = chip.port();
    const isReady = () => isIna219Ready(word(port, ina219Register.busVoltage));
    const { config, calibration } = setupOf(0.1, 3.2, { adc: 'mean128' });
    port.writeWord(ina219Register.calibration, calibration, () => {});
    port.writeWord(ina219Register.config, config, () => {});
    nowMs = 136;
    expect(isReady()).toBe(false);
    nowMs = 137;
    expect([isReady(), isReady()]).toEqual([true, true]);
    word(port, ina219Register.power);
    expect(isReady()).toBe(false);
    nowMs = 273;
    expect(isReady()).toBe(true);
  });

  it('converts once where it is triggered, and nothing where it is powered down', () => {
    let nowMs = 0;
    const port = new Ina219Chip({
      shuntOhm: 0.1,
      voltageV: () => 1 + nowMs,
      currentA: () => 0,
      nowMs: () => nowMs,
    }).port();
    const busSteps = () => word(port, ina219Register.busVoltage) >> 3;
    port.writeWord(ina219Register.config, 0x399b, () => {});
    nowMs = 2;
    expect(busSteps()).toBe(750);
    nowMs = 6;
    expect(busSteps()).toBe(750);
    port.writeWord(ina219Register.config, 0x3998, () => {});
    nowMs = 12;
    expect(word(port, ina219Register.busVoltage)).toBe(750 << 3);
  });

  it('forgets its setup with a reset by its register', () => {
    const port = new Ina219Chip({ shuntOhm: 0.1, voltageV: () => 12, currentA: () => 1 }).port();
    port.writeWord(ina219Register.calibration, 4097, () => {});
    expect(word(port, ina219Register.calibration)).toBe(4096);
    port.writeWord(ina219Register.config, 0x8000, () => {});
    expect(word(port, ina219Register.calibration)).toBe(0);
    expect(word(port, ina219Register.config)).toBe(0x399f);
  });
});

describe('an INA219 read', () => {
  it('gives voltage, current and power of the worked example', () => {
    const setup = setupOf(0.002, 15, { busRangeV: 16 });
    expect(decodeIna219(setup, { busVoltage: 0x5d98 | 2, shuntVoltage: 0x07d0 })).toEqual({
      ok: true,
      value: { voltageV: 11.98, shuntVoltageV: 0.02, currentA: 10, powerW: expect.closeTo(119.8, 9) },
    });
  });

  it('is right to half a step for any shunt, range and direction, whatever the calibration was cut to', () => {
    fc.assert(
      fc.property(
        fc.record({
          shuntOhm: fc.double({ min: 0.000_1, max: 5, noNaN: true }),
          shuntV: fc.double({ min: 0.001, max: 0.32, noNaN: true }),
          share: fc.double({ min: -0.99, max: 0.99, noNaN: true }),
          busRangeV: fc.constantFrom(16, 32),
          busShare: fc.double({ min: 0, max: 0.99, noNaN: true }),
        }),
        ({ shuntOhm, shuntV, share, busRangeV, busShare }) => {
          const maxCurrentA = shuntV / shuntOhm;
          const setup = setupOf(shuntOhm, maxCurrentA, { busRangeV });
          const voltageV = busRangeV * busShare;
          const currentA = share * maxCurrentA;
          const read = readChip(setup, voltageV, currentA);
          if (!read.ok) throw new Error(read.detail);
          expect(Math.abs(read.value.voltageV - voltageV)).toBeLessThanOrEqual(0.002_000_1);
          const halfStepA = 0.000_005 / shuntOhm;
          expect(Math.abs(read.value.currentA - currentA)).toBeLessThanOrEqual(halfStepA * 1.000_01);
          expect(read.value.powerW).toBe(read.value.voltageV * read.value.currentA);
        },
      ),
      { seed: 20_261_121, numRuns: 1000 },
    );
  });

  it('is right to half a step of its resolution in every ADC mode', () => {
    for (const adc of ina219Adcs) {
      const setup = setupOf(0.1, 3.2, { adc });
      const coarse = { '9bit': 8, '10bit': 4, '11bit': 2 }[adc as string] ?? 1;
      for (const [voltageV, currentA] of [
        [12.345, 1.2345],
        [3.301, -0.0173],
      ] as const) {
        const read = readChip(setup, voltageV, currentA);
        if (!read.ok) throw new Error(read.detail);
        expect(Math.abs(read.value.voltageV - voltageV)).toBeLessThanOrEqual(0.002_000_1 * coarse);
        expect(Math.abs(read.value.currentA - currentA)).toBeLessThanOrEqual(0.000_050_01 * coarse);
      }
    }
  });

  it('says overflow at the end of each range in either direction, and by its flag', () => {
    for (const maxCurrentA of [0.4, 0.8, 1.6, 3.2]) {
      const setup = setupOf(0.1, maxCurrentA);
      for (const sign of [1, -1])
        expect(readChip(setup, 12, sign * maxCurrentA * 1.01)).toMatchObject({ error: 'ina219.overflow' });
      expect(readChip(setup, 12, maxCurrentA * 0.99).ok).toBe(true);
    }
    // 1 A is well inside of the 320 mV that were asked for: the chip says by OVF that it is more than the settings allow.
    const coarse = setupOf(0.1, 0.4, { shuntRangeMv: 320 });
    expect(readChip(coarse, 12, 1)).toMatchObject({
      error: 'ina219.overflow',
      detail: expect.stringContaining('OVF'),
    });
    expect(readChip(setupOf(0.1, 3.2, { busRangeV: 16 }), 16.1, 1)).toMatchObject({
      error: 'ina219.overflow',
      detail: expect.stringContaining('bus voltage'),
    });
  });

  it('is corrected by factor and offset, and its power with it', () => {
    const correction = {
      currentFactor: 1.01,
      currentOffsetA: -0.002,
      voltageFactor: 0.995,
      voltageOffsetV: 0.01,
    };
    const read = readChip(setupOf(0.1, 3.2), 12, 1, correction);
    expect(read).toMatchObject({
      value: {
        voltageV: expect.closeTo(11.95, 9),
        currentA: expect.closeTo(1.008, 9),
        powerW: expect.closeTo(11.95 * 1.008, 9),
        shuntVoltageV: 0.1,
      },
    });
  });
});
