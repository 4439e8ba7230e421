import { expect, it } from 'vitest';
import { Histogram } from '../../../host/watch/histogram.ts';
import { LoopWatch } from '../../../host/watch/loop.ts';
import { until } from '../../comes-true.ts';

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

it('a loop that stands still is seen in the buckets and in the health, and is well again afterwards', async () => {
  const loop = new LoopWatch();
  loop.start();
  try {
    await until(() => loop.delaysS.count > 1);
    // Three stops: with these few looks each of them is more than 1 %.
    for (let stop = 0; stop < 3; stop++) {
      const untilMs = performance.now() + 250;
      while (performance.now() < untilMs);
      await pause(15);
    }
    const [, , , , , , , upTo200Ms = 0] = loop.delaysS.cumulative();
    expect(loop.delaysS.count - upTo200Ms).toBeGreaterThanOrEqual(1);
    loop.endSpell();
    expect(loop.reasons()).toMatchObject([{ code: 'loop.slow', level: 'degraded' }]);
    expect(loop.counters()['loop.slowSpells']).toBe(1);
    expect(loop.counters()['loop.longestS']).toBeGreaterThan(0.1);
    loop.endSpell();
    expect(loop.reasons()).toEqual([]);
  } finally {
    loop.close();
  }
});

it('a histogram has each value in the first bucket that takes it, and what is beyond all in the count', () => {
  const histogram = new Histogram([1, 2, 5]);
  for (const value of [0, 1, 1.5, 5, 6, 100]) histogram.observe(value);
  expect(histogram.cumulative()).toEqual([2, 3, 4]);
  expect(histogram.count).toBe(6);
  expect(histogram.sum).toBe(113.5);
});
