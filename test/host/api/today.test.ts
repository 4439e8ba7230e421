import { expect, test, vi } from 'vitest';
import { Today } from '../../../host/api/today.ts';
import { counterWindow, memoryStore } from '../store/memory-store.ts';

test('of all meters that a list asks for the database is asked once, and each gets its own answer', async () => {
  const { store, write } = await memoryStore('UTC');
  const fromMs = Date.UTC(2026, 10, 22);
  const nowMs = fromMs + 3_600_000;
  const meters = Array.from({ length: 30 }, (_, index) => `meter-${index}`);
  await write(
    meters.flatMap((meter, index) => [
      { ...counterWindow(fromMs, 100), meter },
      { ...counterWindow(fromMs + 600_000, 100 + index), meter },
    ]),
  );
  const asks = vi.spyOn(store, 'energyOf');
  const today = new Today(store, () => nowMs);
  const of = (meter: string) => today.of(`attic.${meter}`, fromMs + 610_000);
  const told = await Promise.all(meters.map(of));
  expect(told.map(({ importWh }) => importWh)).toEqual(meters.map((_, index) => index));
  expect(asks).toHaveBeenCalledTimes(1);
  // Nothing new was stored: what was told is told again.
  expect(await Promise.all(meters.map(of))).toEqual(told);
  expect(asks).toHaveBeenCalledTimes(1);
  await store.close();
});
