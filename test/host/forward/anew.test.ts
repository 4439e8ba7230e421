import { expect, it } from 'vitest';
import { Forward } from '../../../host/forward/forward.ts';
import { noCounts } from '../../../host/forward/place-table.ts';
import { startMs } from './forward-rig.ts';

it('another side that says of each new journal that it has more of it is asked ever more seldom', async () => {
  const place = { generation: 1, span: 0, gauge: 0, counter: 0, missing: 0 };
  const next = { ...place, span: 1 };
  const window = {
    gateway: 'attic',
    meter: 'main',
    startMs,
    windowS: 10,
    arrivedMs: startMs,
    missing: [],
    next,
  };
  const values = { powerW: { samples: 10, mean: 1, min: 1, max: 1, last: 1 } };
  const restsMs: number[] = [];
  let [asked, enough] = [0, () => {}];
  const isEnough = new Promise<void>(resolve => {
    enough = resolve;
  });
  const forward = new Forward({
    id: 'out',
    kind: { records: () => [new Uint8Array(1)] },
    way: {
      async send() {
        if (++asked === 8) enough();
        return { said: '200 {"upTo":5}', upTo: 5 };
      },
      close() {},
    },
    keepMs: 86_400_000,
    standing: { place, counts: noCounts },
    read: async () => ({ windows: [{ ...window, values }], next, isEnd: true, lost: 0 }),
    save: async () => {},
    siteOf: () => 'home',
    isOwn: () => true,
    nowMs: () => startMs,
    time: {
      after(ms, callback) {
        // After reading the store there is a short one.
        if (ms >= 500) restsMs.push(ms);
        const timer = setImmediate(callback);
        return () => clearImmediate(timer);
      },
    },
    random: { unit: () => 0.5 },
    log: () => {},
  });
  await isEnough;
  await forward.close();
  expect(forward.outcomes.fault).toMatchObject({ code: 'forward.otherPast', facts: { upTo: 5 } });
  expect(forward.outcomes.failingSinceMs).toBe(startMs);
  expect(restsMs.length).toBeGreaterThanOrEqual(7);
  expect(restsMs).toEqual(restsMs.toSorted((a, b) => a - b));
  expect(restsMs[6]).toBeGreaterThan(20_000);
  expect(forward.standing).toMatchObject({ place, counts: { windows: 0, dropped: 0 } });
});
