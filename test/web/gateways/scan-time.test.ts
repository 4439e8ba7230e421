import { expect, it } from 'vitest';
import { scanMs, usualWaitMs } from '../../../web/gateways/scan-time.ts';

it('a scan takes as long as its addresses are waited for, and what the questions take on the wire', () => {
  expect(Math.round(scanMs(247, [9600], usualWaitMs('uart1')) / 1000)).toBe(29);
  expect(Math.round(scanMs(247, [9600], usualWaitMs('tcp://adapter:502')) / 1000)).toBe(78);
  expect(scanMs(10, [1200, 115_200], 100)).toBeCloseTo(10 * (100 + 141.67) + 10 * (100 + 1.48), 0);
});
