import { expect, it } from 'vitest';
import { fault } from '../../../host/faults/fault.ts';
import { Forward } from '../../../host/forward/forward.ts';
import type { ForwardWindow } from '../../../host/forward/window.ts';
import { DeliveryError } from '../../../host/notify/delivery-error.ts';
import type { CommittedWindow } from '../../../host/store/commits.ts';
import { comesTrue } from '../../comes-true.ts';
import { startMs } from './forward-rig.ts';

const placeOf = (span: number) => ({ generation: 1, span, gauge: span, counter: 0, missing: 0 });
const windowOf = (n: number): CommittedWindow => ({
  gateway: 'attic',
  meter: 'main',
  startMs: startMs + n * 10_000,
  windowS: 10,
  arrivedMs: startMs,
  values: { powerW: { samples: 10, mean: n, min: n, max: n, last: n } },
  missing: [],
  next: placeOf(n + 1),
});
const noCounts = { windows: 0, values: 0, deliveries: 0, failures: 0, dropped: 0, refused: 0 };

it('a backlog gets through to a server that is too slow for as many as usual: each window once where it answered, in order', async () => {
  const backlog = Array.from({ length: 900 }, (_, n) => windowOf(n));
  const sizes: number[] = [];
  const taken: number[] = [];
  const forward = new Forward({
    id: 'out',
    kind: { most: { windows: 500, values: 5000 } },
    way: {
      // It answers in time to forty windows, and not to more.
      async send(windows: readonly ForwardWindow[]) {
        sizes.push(windows.length);
        if (windows.length > 40) throw new DeliveryError(fault('answer.timeout', { seconds: 15 }));
        taken.push(...windows.map(({ startMs }) => startMs));
        return { said: '204' };
      },
      close() {},
    },
    keepMs: 86_400_000,
    standing: { place: placeOf(0), counts: noCounts },
    read: async ({ span }, most) => {
      const windows = backlog.slice(span, span + most);
      return { windows, next: placeOf(span + windows.length), isEnd: true, lost: 0 };
    },
    save: async () => {},
    siteOf: () => 'home',
    isOwn: () => true,
    nowMs: () => startMs,
    time: {
      after(_ms, callback) {
        const timer = setImmediate(callback);
        return () => clearImmediate(timer);
      },
    },
    random: { unit: () => 0.5 },
    log: () => {},
  });
  await comesTrue(() => expect(taken.length).toBe(900));
  await forward.close();
  expect(taken).toEqual(backlog.map(({ startMs }) => startMs));
  expect(sizes.slice(0, 5)).toEqual([500, 250, 125, 62, 31]);
  // What is too much is tried now and then only, and never all of it again.
  expect(sizes.slice(5).filter(size => size > 40).length).toBeLessThan(sizes.length / 3);
  expect(Math.max(...sizes.slice(5))).toBeLessThan(50);
});
