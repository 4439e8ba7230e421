import { expect, it } from 'vitest';
import { NamedWindows } from '#app/named-windows.ts';
import { UndatedWindows } from '#app/undated.ts';
import { limits } from '#core/limits.ts';
import { quantities, quantityIds } from '#core/quantities.ts';
import { encodeRecord, type WindowRecord } from '#core/wire/records.ts';

it('windows that wait for the clock take a bounded memory, however much they hold', () => {
  const gauges = quantityIds.filter(id => quantities[id].kind === 'gauge');
  const values = gauges.map(quantity => ({ quantity, samples: 10, mean: 0.5, min: 0, max: 1, last: 0.75 }));
  const undated = new UndatedWindows();
  const count = limits.undatedWindows;
  for (let index = 0; index < count; index++) {
    const window = { meter: 'm', startMs: 0, windowS: 10, clock: 'backdated', values, failures: [] } as const;
    undated.hold(window, index * 10_000);
  }
  const kept: WindowRecord[] = [];
  undated.date(0, new NamedWindows(), window => kept.push(window));
  const bytes = kept.reduce((sum, window) => sum + encodeRecord({ ...window, startMs: 0 }).length, 0);
  expect(bytes).toBeLessThanOrEqual(limits.undatedBytes);
  expect(bytes).toBeGreaterThan(limits.undatedBytes - 1000);
  expect(kept.length + undated.dropped).toBe(count);
  expect(kept.at(-1)?.startMs).toBe((count - 1) * 10_000);
});
