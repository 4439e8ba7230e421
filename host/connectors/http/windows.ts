import { type QuantityId, quantities } from '#core/quantities.ts';
import type { GaugeValue, WindowValue } from '#core/wire/records.ts';
import type { Reading } from './reading.ts';

/** What was sent of one meter and interval, each quantity once. */
export interface SentWindow {
  readonly meter: string;
  readonly startS: number;
  readonly windowS: number;
  readonly values: ReadonlyMap<QuantityId, WindowValue>;
}

/** Readings by meter and interval: each belongs to the one that holds its time; several of one are aggregated. */
export function windowsOf(readings: readonly Reading[], everyS: (meter: string) => number): SentWindow[] {
  const windows = new Map<string, { meter: string; startS: number; windowS: number; readings: Reading[] }>();
  for (const reading of readings) {
    const { meter } = reading;
    const windowS = everyS(meter);
    const startS = Math.floor(reading.atMs / 1000 / windowS) * windowS;
    const key = `${meter} ${startS}`;
    const window = windows.get(key) ?? { meter, startS, windowS, readings: [] };
    window.readings.push(reading);
    windows.set(key, window);
  }
  return [...windows.values()]
    .sort((one, other) => one.startS - other.startS)
    .map(({ readings: own, ...window }) => ({ ...window, values: valuesOf(own) }));
}

function valuesOf(readings: readonly Reading[]): Map<QuantityId, WindowValue> {
  const byQuantity = new Map<QuantityId, number[]>();
  // Of readings of one instant the one sent last is the last.
  for (const { quantity, value } of readings.toSorted((one, other) => one.atMs - other.atMs)) {
    const values = byQuantity.get(quantity);
    if (values === undefined) byQuantity.set(quantity, [value]);
    else values.push(value);
  }
  return new Map([...byQuantity].map(([quantity, values]) => [quantity, aggregate(quantity, values)]));
}

function aggregate(quantity: QuantityId, values: readonly number[]): WindowValue {
  const last = values.at(-1) ?? 0;
  const samples = values.length;
  if (quantities[quantity].kind === 'counter') return { quantity, samples, last };
  let [min, max, sum] = [last, last, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  const mean = Math.min(Math.max(sum / samples, min), max);
  return { quantity, samples, mean, min, max, last };
}

/** A value's numbers: of a counter `last` alone. */
type Numbers = { readonly last: number } | Pick<GaugeValue, 'mean' | 'min' | 'max' | 'last'>;

/** The value as it is kept, to tell whether another one is the same. */
export function textOfValue(quantity: QuantityId, value: Numbers): string {
  const scale = 10 ** quantities[quantity].decimals;
  const numbers = 'mean' in value ? [value.mean, value.min, value.max, value.last] : [value.last];
  // Without the 0 a small negative one would be another zero.
  return numbers.map(number => Math.round(number * scale) + 0).join(' ');
}
