import { expect, test } from 'vitest';
import { isPlausible } from '#core/quantities.ts';
import { decodeRecord } from '#core/wire/records.ts';
import { LightMeter, lightQuantities } from '../../../simulator/fleet/light-meter.ts';

const fromS = 1_790_000_000;

test('energy is the integral of the power, through every window and either way', () => {
  for (const number of [0, 1, 2, 3, 7]) {
    const meter = new LightMeter(11, number);
    let energyWh = 0;
    let wrongSigns = 0;
    for (let window = 0; window < 360; window++) {
      const { values } = meter.window(fromS + window * 10, 10);
      const power = values[0];
      if (power === undefined || !('mean' in power)) throw new Error('the first value is the power');
      energyWh += Math.abs(power.mean) / 360;
      // A feeding meter counts its export, the others their import.
      if (power.mean < 0 !== (number % 4 === 3)) wrongSigns++;
    }
    expect(wrongSigns).toBe(0);
    expect(energyWh).toBeCloseTo(meter.energyWh(fromS + 3600) - meter.energyWh(fromS), 3);
  }
});

test('what goes on the wire is plausible, ordered and grows, and the same for the same seed', () => {
  const meter = new LightMeter(5, 3);
  const [same, other] = [new LightMeter(5, 3), new LightMeter(6, 3)];
  const strange: string[] = [];
  let readingWh = 0;
  for (let window = 0; window < 100; window++) {
    const startS = fromS + window * 10;
    const bytes = Buffer.from(meter.record(startS, 10));
    if (!bytes.equals(same.record(startS, 10))) strange.push(`window ${window} differs from itself`);
    if (bytes.equals(other.record(startS, 10))) strange.push(`window ${window} is that of another seed`);
    const decoded = decodeRecord(bytes);
    if (!decoded.ok) throw new Error(decoded.detail);
    const { values } = decoded.value;
    expect(values.map(({ quantity }) => quantity)).toEqual(lightQuantities);
    for (const value of values) {
      if (!isPlausible(value.quantity, value.last)) strange.push(`${value.quantity} ${value.last}`);
      if (!('mean' in value)) continue;
      const { quantity, min, mean, max, last } = value;
      if (min > Math.min(mean, last) || max < Math.max(mean, last))
        strange.push(`${quantity} ${min} ${mean} ${max} ${last}`);
    }
    const reading = values.at(-1)?.last ?? 0;
    if (reading < readingWh) strange.push(`the counter went back to ${reading}`);
    readingWh = reading;
  }
  expect(strange).toEqual([]);
  expect(readingWh).toBeGreaterThan(0);
});
