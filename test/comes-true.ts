import { expect, vi } from 'vitest';
import { patienceMs } from './patience.ts';

/** Looks again and again until a check does not throw, for longer than any machine takes; throws what it threw last. */
export const comesTrue = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: patienceMs, interval: 20 });

/** Waits until it is so; `told` is said where it never is. */
export const until = (isSo: () => unknown, told: () => unknown = () => ''): Promise<void> =>
  comesTrue(async () => {
    const found = await isSo();
    if (!found) expect(found, String(told())).toBe(true);
  });
