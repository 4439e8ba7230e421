import { expect, test } from 'vitest';
import { CatchUpTime } from '../../../simulator/gateway/catch-up-time.ts';

const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

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
  const time = new CatchUpTime(Date.now() - 10_000);
  const heard: string[] = [];
  time.after(9000, () => heard.push('past'));
  time.after(10_100, () => heard.push('soon'));
  const cancel = time.after(10_050, () => heard.push('cancelled'));
  const cancelLater = time.after(10_060, () => heard.push('cancelled later'));
  cancel();
  time.goLive();
  expect(heard).toEqual(['past']);
  expect(time.isLive).toBe(true);
  expect(Math.abs(time.ticksMs() - 10_000)).toBeLessThan(60);
  expect(Math.abs(time.wallMs() - Date.now())).toBeLessThan(20);
  cancelLater();
  time.after(0, () => heard.push('now'));
  const before = time.ticksMs();
  for (let tries = 0; tries < 200 && !heard.includes('soon'); tries++) await wait(10);
  expect(heard).toEqual(['past', 'now', 'soon']);
  expect(time.ticksMs()).toBeGreaterThan(before);
  time.advanceTo(Date.now() + 1_000_000);
  time.goLive();
  expect(Math.abs(time.wallMs() - Date.now())).toBeLessThan(20);
});
