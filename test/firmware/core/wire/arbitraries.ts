import fc from 'fast-check';
import { limits } from '#core/limits.ts';
import { type QuantityId, quantities, quantityIds } from '#core/quantities.ts';
import { type Reason, reasons } from '#core/wire/reasons.ts';
import type { WindowRecord, WindowValue } from '#core/wire/records.ts';

/**
 * Below this, `n / 10 ** decimals` is a double of its own for each whole n and comes back by rounding. It is
 * 2.2e11 Wh at four decimals: all that a 10 kV / 10 kA plant draws in 250 years.
 */
const exactUnits = 2 ** 51;

/** A plausible value that is a whole number of the quantity's last decimal, as the wire carries it. */
export function exactValue(id: QuantityId): fc.Arbitrary<number> {
  const { min, max, decimals } = quantities[id];
  const scale = 10 ** decimals;
  return fc
    .integer({ min: Math.max(Math.ceil(min * scale), -exactUnits), max: Math.min(max * scale, exactUnits) })
    .map(units => units / scale + 0);
}

function windowValue(quantity: QuantityId): fc.Arbitrary<WindowValue> {
  const samples = fc.integer({ min: 1, max: 9000 });
  if (quantities[quantity].kind === 'counter') {
    return fc.record({ quantity: fc.constant(quantity), samples, last: exactValue(quantity) });
  }
  const four = fc.tuple(
    exactValue(quantity),
    exactValue(quantity),
    exactValue(quantity),
    exactValue(quantity),
  );
  return fc.tuple(samples, four).map(([count, drawn]) => {
    const [min, mean, last, max] = drawn.sort((a, b) => a - b) as [number, number, number, number];
    return { quantity, samples: count, mean, min, max, last };
  });
}

export const id = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,63}$/);

/** Whatever a meter may print as its serial number. */
export const serial = fc.stringMatching(/^[!-~]([ -~]{0,62}[!-~])?$/);

export const windowRecord: fc.Arbitrary<WindowRecord> = fc
  .record({
    meter: id,
    windowS: fc.integer({ min: limits.windowMinS, max: limits.windowMaxS }),
    window: fc.nat(2_000_000),
    clock: fc.constantFrom('synced' as const, 'backdated' as const),
    values: fc
      .subarray([...quantityIds], { maxLength: 40 })
      .chain(chosen => fc.tuple(...chosen.map(quantity => windowValue(quantity)))),
    failures: fc
      .subarray([...reasons] as Reason[])
      .chain(chosen =>
        fc.tuple(...chosen.map(reason => fc.record({ reason: fc.constant(reason), count: fc.nat() }))),
      ),
  })
  .chain(({ window, ...rest }) =>
    fc.option(serial, { nil: undefined }).map(told => ({
      ...rest,
      startMs: window * rest.windowS * 1000,
      ...(told === undefined ? {} : { serial: told }),
    })),
  );
