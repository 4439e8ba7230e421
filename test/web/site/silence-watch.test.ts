import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SilenceWatch } from '../../../web/site/silence-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('a stream that falls silent is told once, one with signs of life or that is not open is not, and none when it was left', () => {
  const watch = new SilenceWatch();
  let isOpen = true;
  let silent = 0;
  watch.start(
    () => isOpen,
    () => silent++,
  );
  for (let beat = 0; beat < 20; beat++) {
    vi.advanceTimersByTime(15_000);
    watch.heard();
  }
  expect(silent).toBe(0);
  vi.advanceTimersByTime(50_000);
  expect(silent).toBe(1);
  isOpen = false;
  vi.advanceTimersByTime(200_000);
  expect(silent).toBe(1);
  isOpen = true;
  watch.stop();
  vi.advanceTimersByTime(200_000);
  expect(silent).toBe(1);
});
