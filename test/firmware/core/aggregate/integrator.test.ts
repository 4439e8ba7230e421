import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnergyIntegrator } from '#core/aggregate/integrator.ts';

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
        const integrator = new EnergyIntegrator(3000);
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
        const netWh = integrator.importWh - integrator.exportWh;
        expect(Math.abs(netWh - netWattMs / 3_600_000)).toBeLessThan(0.000_11);
      }),
      parameters,
    );
  });

  it('never falls and is always a whole number of its last decimal', () => {
    fc.assert(
      fc.property(samples, given => {
        const integrator = new EnergyIntegrator(3000);
        let ticksMs = 0;
        let last = { importWh: 0, exportWh: 0 };
        for (const { gapMs, powerW } of given) {
          ticksMs += gapMs;
          integrator.add(ticksMs, powerW);
          const { importWh, exportWh } = integrator;
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
    const integrator = new EnergyIntegrator(10_000);
    integrator.add(0, 7200);
    integrator.add(4000, -7200);
    // Two seconds of 3600 W on average on each side.
    expect([integrator.importWh, integrator.exportWh]).toEqual([2, 2]);
  });

  it('loses nothing of a power so small that a sample is far below a step', () => {
    const integrator = new EnergyIntegrator(3000);
    // 1 mW for 100 hours is 0.1 Wh, in samples of 0.00000028 Wh.
    for (let second = 0; second <= 360_000; second++) integrator.add(second * 1000, 0.001);
    expect(integrator.importWh).toBeCloseTo(0.1, 4);
  });

  it('counts nothing over a gap longer than allowed, nor over an interruption', () => {
    const integrator = new EnergyIntegrator(3000);
    integrator.add(0, 3600);
    integrator.add(3000, 3600);
    expect(integrator.importWh).toBe(3);
    integrator.add(6001, 3600);
    expect(integrator.importWh).toBe(3);
    integrator.interrupt();
    integrator.add(7001, 3600);
    expect(integrator.importWh).toBe(3);
    integrator.add(8001, 3600);
    expect(integrator.importWh).toBe(4);
  });

  it('goes on from the readings it is given', () => {
    const integrator = new EnergyIntegrator(3000, { importWh: 123_456_789.1234, exportWh: 0.0001 });
    expect([integrator.importWh, integrator.exportWh]).toEqual([123_456_789.1234, 0.0001]);
    integrator.add(0, 3600);
    integrator.add(1000, 3600);
    expect(integrator.importWh).toBe(123_456_790.1234);
  });
});
