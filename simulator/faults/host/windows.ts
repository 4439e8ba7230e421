import { encodeRecord, type WindowValue } from '#core/wire/records.ts';
import { loadCounters, loadGauges, loadQuantities } from '../../lab/reference-load.ts';

export const valuesOfWindow = loadQuantities.length;

/** Where faults' windows begin, a Monday. */
export const originMs = Date.UTC(2026, 0, 5);

export const meterName = (meter: number): string => `meter-${meter + 1}`;

/** Window number `window` of a meter as a record: every value follows from both numbers, and hardly two are alike. */
export function recordAt(meter: number, window: number, windowS = 10, fromMs = originMs): Uint8Array {
  const values: WindowValue[] = loadGauges.map((quantity, index) => {
    const bits = mixed(window, meter * 16 + index);
    const middle = quantity.startsWith('voltage') ? 2300 : quantity.startsWith('current') ? 52 : 12_000;
    const [low, wide] = [middle + (bits % 400) - 200, 2 + ((bits >>> 9) % 60)];
    const at = (steps: number) => (low + (steps % (wide + 1))) / 10;
    return {
      quantity,
      samples: 10,
      min: at(0),
      max: at(wide),
      mean: at(bits >>> 15),
      last: at(bits >>> 20),
    };
  });
  for (const [index, quantity] of loadCounters.entries()) {
    values.push({ quantity, samples: 10, last: 1_000_000 + window * (3 + meter) + index });
  }
  return encodeRecord({
    meter: meterName(meter),
    startMs: fromMs + window * windowS * 1000,
    windowS,
    clock: 'synced',
    failures: [],
    values,
  });
}

/** 32 bits that look like chance, the same for the same two numbers. */
function mixed(one: number, other: number): number {
  let bits = Math.imul(one + 1, 0x9e3779b1) ^ Math.imul(other + 1, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return (bits ^ (bits >>> 15)) >>> 0;
}
