import fc from 'fast-check';
import { expect, test } from 'vitest';
import { measuredAngles, phasorPicture, wrapped } from '../../../web/meter/phasors.ts';

const even = { voltageL1V: 230, voltageL2V: 230, voltageL3V: 230 };
const radians = (degrees: number) => (degrees * Math.PI) / 180;

test('without voltages between the phases these are taken to be 120° apart, and that is said', () => {
  const picture = phasorPicture(even);
  expect(picture?.voltages).toBe('assumed');
  expect(picture?.phasors.map(({ voltageDegrees }) => voltageDegrees)).toEqual([0, -120, -240]);
  expect(picture?.currents).toBeNull();
});

test('voltages between the phases tell the angles, to the degree', () => {
  fc.assert(
    fc.property(
      fc.tuple(
        fc.integer({ min: 200, max: 260 }),
        fc.integer({ min: 200, max: 260 }),
        fc.integer({ min: 200, max: 260 }),
      ),
      fc.integer({ min: 105, max: 130 }),
      fc.integer({ min: 105, max: 125 }),
      ([u1, u2, u3], second, third) => {
        const between = (one: number, other: number, degrees: number) =>
          Math.sqrt(one * one + other * other - 2 * one * other * Math.cos(radians(degrees)));
        const angles = measuredAngles({
          voltageL1V: u1,
          voltageL2V: u2,
          voltageL3V: u3,
          voltageL1L2V: between(u1, u2, second),
          voltageL2L3V: between(u2, u3, third),
          voltageL3L1V: between(u3, u1, 360 - second - third),
        });
        expect(angles?.[1]).toBeCloseTo(-second, 6);
        expect(angles?.[2]).toBeCloseTo(-second - third, 6);
      },
    ),
    { numRuns: 200, seed: 6 },
  );
});

test('voltages that are not of one instant are not believed', () => {
  expect(measuredAngles({ ...even, voltageL1L2V: 398, voltageL2L3V: 398, voltageL3L1V: 300 })).toBeNull();
  expect(measuredAngles({ ...even, voltageL1L2V: 900, voltageL2L3V: 398, voltageL3L1V: 398 })).toBeNull();
  expect(measuredAngles({ ...even, voltageL1L2V: 398 })).toBeNull();
});

test.each([
  ['taken, lagging', 866, 500, 30],
  ['taken, leading', 866, -500, -30],
  ['fed in, lagging', -866, -500, -150],
  ['fed in, leading', -866, 500, 150],
])('active and reactive power tell all of the angle: %s', (_name, powerW, reactive, lag) => {
  const picture = phasorPicture({
    ...even,
    currentL2A: 4.35,
    powerL2W: powerW,
    reactivePowerL2Var: reactive,
    powerFactorL2: 0.1,
  });
  expect(picture?.currents).toBe('reactive');
  expect(picture?.isLagAssumed).toBe(false);
  expect(picture?.phasors[1]?.lagDegrees).toBeCloseTo(lag, 1);
  expect(picture?.phasors[1]?.currentDegrees).toBeCloseTo(wrapped(-120 - lag), 1);
});

test('a power factor says nothing of the side: lagging is assumed, and the sign of the power turns it round', () => {
  const taken = phasorPicture({ ...even, currentL1A: 2, powerL1W: 230, powerFactorL1: -0.5 });
  expect(taken).toMatchObject({ currents: 'factor', isLagAssumed: true });
  expect(taken?.phasors[0]?.lagDegrees).toBeCloseTo(60, 6);
  const back = phasorPicture({ ...even, currentL1A: 2, powerL1W: -230, powerFactorL1: 0.5 });
  expect(back?.phasors[0]?.lagDegrees).toBeCloseTo(120, 6);
  const powers = phasorPicture({ ...even, currentL1A: 2, powerL1W: 230 });
  expect(powers).toMatchObject({ currents: 'power', isLagAssumed: true });
  expect(powers?.phasors[0]?.lagDegrees).toBeCloseTo(60, 6);
});

test('what the meter says of its angle comes before what a factor says', () => {
  const picture = phasorPicture({ ...even, currentL1A: 2, phaseAngleL1Degrees: 350, powerFactorL1: 0.2 });
  expect(picture).toMatchObject({ currents: 'phaseAngle', isLagAssumed: false });
  expect(picture?.phasors[0]?.lagDegrees).toBe(-10);
});

test('the weakest of several is told', () => {
  const picture = phasorPicture({
    ...even,
    currentL1A: 2,
    powerL1W: 400,
    reactivePowerL1Var: 5,
    currentL2A: 2,
    powerFactorL2: 0.9,
  });
  expect(picture?.currents).toBe('factor');
});

test('a meter of one phase has one arrow each, direct current none', () => {
  const single = phasorPicture({
    voltageV: 229,
    currentA: 1,
    powerW: 200,
    powerFactor: 0.873,
    frequencyHz: 50,
  });
  expect(single).toMatchObject({ voltages: 'single', phasors: [{ phase: null, voltageDegrees: 0 }] });
  expect(phasorPicture({ voltageV: 12.4, currentA: 1, powerW: 12.4 })).toBeNull();
  expect(phasorPicture({ energyImportWh: 7 })).toBeNull();
});

test('no current has no direction', () => {
  expect(
    phasorPicture({ ...even, currentL1A: 0, powerL1W: 0, reactivePowerL1Var: 0 })?.phasors[0],
  ).toMatchObject({
    currentA: 0,
    currentDegrees: null,
  });
});
