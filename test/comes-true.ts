import { vi } from 'vitest';

/** Looks again and again until a check does not throw, for longer than any machine takes; throws what it threw last. */
export const comesTrue = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000, interval: 20 });
