import { expect, onTestFinished, test, vi } from 'vitest';
import { CatchUpTime } from '../../../simulator/gateway/catch-up-time.ts';
import { nodeTime } from '../../../simulator/gateway/node-time.ts';
import { until } from '../../comes-true.ts';

test('the past runs at once, with its own clocks', () => {
  const startMs = Date.now() - 3_600_000;
  const time = new CatchUpTime(startMs);
  const heard: [number, number][] = [];
  const beat = () => {
    heard.push([time.wallMs() - startMs, time.ticksMs()]);
    time.after(600_000, beat);
  };
  time.after(600_000, beat);
  time.advanceTo(startMs + 1_900_000);
  expect(heard).toEqual([
    [600_000, 600_000],
    [1_200_000, 1_200_000],
    [1_800_000, 1_800_000],
  ]);
  expect(time.wallMs()).toBe(startMs + 1_900_000);
  time.advanceTo(startMs);
  expect(time.wallMs()).toBe(startMs + 1_900_000);
  expect(time.isLive).toBe(false);
});

test('going live first runs what is left, then time goes on by itself without a step', async () => {
  // The machine's clock stands still meanwhile, so that a busy machine leaves as much to come as a quick one.
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const time = new CatchUpTime(Date.now() - 10_000);
  const heard: string[] = [];
  time.after(9000, () => heard.push('past'));
  time.after(10_100, () => heard.push('soon'));
  const cancel = time.after(10_050, () => heard.push('cancelled'));
  const cancelLater = time.after(10_060, () => heard.push('cancelled later'));
  cancel();
  const aheadMs = 10_000 - nodeTime.ticksMs();
  time.goLive();
  expect(heard).toEqual(['past']);
  expect(time.isLive).toBe(true);
  expect(time.ticksMs()).toBeGreaterThanOrEqual(10_000);
  expect(time.ticksMs()).toBeLessThanOrEqual(nodeTime.ticksMs() + aheadMs);
  expect(time.wallMs()).toBe(Date.now());
  cancelLater();
  time.after(0, () => heard.push('now'));
  const before = time.ticksMs();
  await until(() => heard.includes('soon'));
  expect(heard).toEqual(['past', 'now', 'soon']);
  expect(time.ticksMs()).toBeGreaterThan(before);
  time.advanceTo(Date.now() + 1_000_000);
  time.goLive();
  expect(time.wallMs()).toBe(Date.now());
});
