import { expect, it } from 'vitest';
import type { LiveEvent } from '../../../host/api/contract.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { GatheredValues } from '../../../web/site/gathered-values.ts';

/** `drawingMs`: how long the page is busy with what it was given. */
function rig(drawingMs = 0) {
  const time = new VirtualTime({ wallMs: 0 });
  const given: { readonly atMs: number; readonly values: readonly LiveEvent[] }[] = [];
  const gathered = new GatheredValues(
    values => given.push({ atMs: time.ticksMs(), values: [...values.values()] }),
    {
      nowMs: () => time.ticksMs(),
      wait: (delayMs, callback) => time.after(delayMs === 0 ? drawingMs : delayMs, callback),
    },
  );
  return { given, gathered, time };
}

it('the values of 150 meters that come in a burst are given on at once, and not one by one', () => {
  const { given, gathered, time } = rig();
  for (let meter = 0; meter < 150; meter++)
    gathered.add({ meter: `g.m${meter}`, atMs: 1, values: { powerW: meter } });
  expect(given).toEqual([]);
  time.advance(1000);
  expect(given.map(({ values }) => values.length)).toEqual([150]);
});

it('a value that comes alone waits 15 ms, and a page that draws for 50 ms does so five times a second', () => {
  const drawingMs = 50;
  const { given, gathered, time } = rig(drawingMs);
  gathered.add({ meter: 'g.m', atMs: 0, values: { powerW: 1 } });
  time.advance(1000);
  expect(given.map(({ atMs }) => atMs)).toEqual([15]);
  for (let atMs = 0; atMs < 1000; atMs += 10) {
    gathered.add({ meter: 'g.m', atMs, values: { powerW: atMs } });
    time.advance(10);
  }
  expect(given.length).toBeGreaterThanOrEqual(4);
  expect(given.length).toBeLessThanOrEqual(6);
});

it('of one meter the newest of each quantity counts', () => {
  const { given, gathered, time } = rig();
  gathered.add({ meter: 'g.m', atMs: 1, values: { powerW: 1, voltageV: 230 } });
  gathered.add({ meter: 'g.m', atMs: 2, values: { powerW: 2 } });
  time.advance(100);
  expect(given.map(({ values }) => values)).toEqual([
    [{ meter: 'g.m', atMs: 2, values: { powerW: 2, voltageV: 230 } }],
  ]);
});

it('nothing is given on after the end', () => {
  const { given, gathered, time } = rig();
  gathered.add({ meter: 'g.m', atMs: 1, values: { powerW: 1 } });
  gathered.stop();
  gathered.flush();
  time.advance(1000);
  expect(given).toEqual([]);
});
