import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  currentUnbalance,
  deviationPercent,
  powerFactors,
  sequencePercent,
  voltageUnbalance,
} from '../../../web/meter/power-quality.ts';

test('the unbalance by deviation is that of the example of NEMA MG 1: 460, 467 and 450 V make 1.96 %', () => {
  expect(deviationPercent([460, 467, 450])).toBeCloseTo(1.96, 2);
});

test('the unbalance by sequences is that of the phasors themselves', () => {
  const turn = (degrees: number) =>
    [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)] as const;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: -180, max: 180 }), (percent, degrees) => {
      // A positive sequence of 100 and a negative one of `percent` beside it: voltages between the phases have no zero sequence.
      const [r, i] = turn(degrees);
      const line = [0, -120, 120].map(shift => {
        const [pr, pi] = turn(shift);
        const [nr, ni] = turn(-shift);
        return Math.hypot(100 * pr + percent * (nr * r - ni * i), 100 * pi + percent * (ni * r + nr * i));
      });
      expect(sequencePercent(line as unknown as readonly [number, number, number])).toBeCloseTo(percent, 6);
    }),
    { numRuns: 200, seed: 6 },
  );
});

test('even voltages have none, whichever are measured; those between the phases come first', () => {
  const neutral = { voltageL1V: 230, voltageL2V: 230, voltageL3V: 230 };
  expect(voltageUnbalance(neutral)).toEqual({ sequencePercent: 0, deviationPercent: 0, from: 'neutral' });
  const line = { ...neutral, voltageL1V: 190, voltageL1L2V: 400, voltageL2L3V: 400, voltageL3L1V: 400 };
  expect(voltageUnbalance(line)).toMatchObject({ sequencePercent: 0, from: 'line' });
  expect(voltageUnbalance({ voltageL1V: 230, voltageL2V: 230 })).toBeNull();
  expect(voltageUnbalance({ ...neutral, voltageL3V: 0 })).toBeNull();
});

test('the unbalance of currents needs currents', () => {
  expect(currentUnbalance({ currentL1A: 10, currentL2A: -10, currentL3A: 10 })).toBe(0);
  expect(currentUnbalance({ currentL1A: 3, currentL2A: 0, currentL3A: 0 })).toBeCloseTo(200, 9);
  expect(currentUnbalance({ currentL1A: 0.02, currentL2A: 0, currentL3A: 0 })).toBeNull();
});

test('the side of a power factor is told by the quadrant, and by nothing else', () => {
  const side = (powerW: number, reactivePowerVar: number) =>
    powerFactors({ powerW, reactivePowerVar, powerFactor: -0.9 })[0]?.side;
  expect([side(9, 4), side(-9, 4), side(-9, -4), side(9, -4)]).toEqual([
    'inductive',
    'capacitive',
    'inductive',
    'capacitive',
  ]);
  expect(powerFactors({ powerW: 9, powerFactor: -0.9 })).toEqual([
    { phase: null, factor: 0.9, side: null, from: 'meter' },
  ]);
  expect(powerFactors({ powerW: 9, powerFactor: 1 })[0]?.side).toBe('neither');
});

test('a factor that the meter does not tell is computed, by phase too', () => {
  expect(powerFactors({ powerL2W: -300, reactivePowerL2Var: 400 })).toEqual([
    { phase: 'L2', factor: 0.6, side: 'capacitive', from: 'powers' },
  ]);
  expect(powerFactors({ powerW: 0, apparentPowerVA: 0 })).toEqual([]);
});
