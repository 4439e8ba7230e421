import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SignedIntegral } from '#core/aggregate/integrator.ts';

const parameters = { seed: 20_261_121, numRuns: 200 };

const samples = fc.array(
  fc.record({
    gapMs: fc.integer({ min: 1, max: 3000 }),
    powerW: fc.double({ min: -5000, max: 5000, noNaN: true }),
  }),
  { minLength: 1, maxLength: 200 },
);

describe('energy integrated from power', () => {
  it('is the area under the line through the samples, less than a step short on either side', () => {
    fc.assert(
      fc.property(samples, given => {
        const integrator = new SignedIntegral(3000);
        let ticksMs = 0;
        let netWattMs = 0;
        for (const [index, { gapMs, powerW }] of given.entries()) {
          const before = given[index - 1];
          if (before !== undefined) {
            ticksMs += gapMs;
            netWattMs += ((before.powerW + powerW) / 2) * gapMs;
          }
          integrator.add(ticksMs, powerW);
        }
        const netWh = integrator.taken - integrator.given;
        expect(Math.abs(netWh - netWattMs / 3_600_000)).toBeLessThan(0.000_11);
      }),
      parameters,
    );
  });

  it('never falls and is always a whole number of its last decimal', () => {
    fc.assert(
      fc.property(samples, given => {
        const integrator = new SignedIntegral(3000);
        let ticksMs = 0;
        let last = { importWh: 0, exportWh: 0 };
        for (const { gapMs, powerW } of given) {
          ticksMs += gapMs;
          integrator.add(ticksMs, powerW);
          const { taken: importWh, given: exportWh } = integrator;
          expect(importWh).toBeGreaterThanOrEqual(last.importWh);
          expect(exportWh).toBeGreaterThanOrEqual(last.exportWh);
          expect(Number((importWh * 10_000).toFixed(6)) % 1).toBe(0);
          last = { importWh, exportWh };
        }
      }),
      parameters,
    );
  });

  it('counts what is taken and what is fed in apart, also where power crosses zero between two samples', () => {
    const integrator = new SignedIntegral(10_000);
    integrator.add(0, 7200);
    integrator.add(4000, -7200);
    // Two seconds of 3600 W on average on each side.
    expect([integrator.taken, integrator.given]).toEqual([2, 2]);
  });

  it('loses nothing of a power so small that a sample is far below a step', () => {
    const integrator = new SignedIntegral(3000);
    // 1 mW for 100 hours is 0.1 Wh, in samples of 0.00000028 Wh.
    for (let second = 0; second <= 360_000; second++) integrator.add(second * 1000, 0.001);
    expect(integrator.taken).toBeCloseTo(0.1, 4);
  });

  it('counts nothing over a gap longer than allowed, nor over an interruption', () => {
    const integrator = new SignedIntegral(3000);
    integrator.add(0, 3600);
    integrator.add(3000, 3600);
    expect(integrator.taken).toBe(3);
    integrator.add(6001, 3600);
    expect(integrator.taken).toBe(3);
    integrator.interrupt();
    integrator.add(7001, 3600);
    expect(integrator.taken).toBe(3);
    integrator.add(8001, 3600);
    expect(integrator.taken).toBe(4);
  });

  it('goes on from the state it is given as if it had never stopped', () => {
    fc.assert(
      fc.property(samples, fc.nat(), (given, cut) => {
        const whole = new SignedIntegral(3000);
        let parted = new SignedIntegral(3000);
        let ticksMs = 0;
        for (const [index, { gapMs, powerW }] of given.entries()) {
          ticksMs += gapMs;
          // What is between the last sample before a stop and the first behind it is known to neither.
          if (index === cut % given.length) {
            whole.interrupt();
            parted = new SignedIntegral(3000, parted.state);
          }
          whole.add(ticksMs, powerW);
          parted.add(ticksMs, powerW);
        }
        expect(parted.state).toEqual(whole.state);
      }),
      parameters,
    );
  });

  it('has lost nothing after ten million samples: it equals the sum of big integers', () => {
    const integral = new SignedIntegral(3000);
    // Whole milliwatts and even spans: each contribution is a whole number of parts, so the sum has no rounding at all.
    let state = 1;
    let lastMw = 0;
    let ticksMs = 0;
    let takenHigh = 0n;
    let taken = 0;
    let given = 0;
    let givenHigh = 0n;
    for (let sample = 0; sample <= 10_000_000; sample++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      // Long stretches of either sign, so that no contribution crosses zero, which would be no whole number.
      const sign = (sample >> 16) % 2 === 0 ? 1 : -1;
      const milliwatts = sample % 65_536 === 0 ? 0 : sign * (state % 100_000);
      const spanMs = 2 + (state >>> 20) * 2 - ((state >>> 20) * 2 > 2900 ? 2900 : 0);
      if (sample > 0) {
        ticksMs += spanMs;
        if (spanMs <= 3000) {
          const area = (lastMw + milliwatts) * (spanMs / 2);
          if (area > 0) taken += area;
          else given -= area;
        }
        if (taken > 1e15) {
          takenHigh += BigInt(taken);
          taken = 0;
        }
        if (given > 1e15) {
          givenHigh += BigInt(given);
          given = 0;
        }
      }
      integral.add(ticksMs, milliwatts / 1000);
      lastMw = milliwatts;
    }
    const { takenSteps, takenParts, givenSteps, givenParts } = integral.state;
    // A milliwatt for a millisecond is 1000 parts, and 360,000,000 parts are a step.
    const parts = (steps: number, rest: number) => BigInt(steps) * 360_000_000n + BigInt(rest);
    expect(parts(takenSteps, takenParts)).toBe((takenHigh + BigInt(taken)) * 1000n);
    expect(parts(givenSteps, givenParts)).toBe((givenHigh + BigInt(given)) * 1000n);
    expect(integral.taken).toBeGreaterThan(1000);
  });
});
