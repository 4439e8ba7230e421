import { expect, test } from 'vitest';
import { failureOf } from '../../../simulator/fleet/fleet-text.ts';
import { Progress } from '../../../simulator/fleet/fleet-watch.ts';
import type { FleetResult } from '../../../simulator/fleet/run-fleet.ts';

const costs = { cores: 0, cpuS: 0, rssPeakMb: 0 };
const stored = { values: 9, stored: 9, lost: 0, doubled: 0, wrong: 0, waiting: 0, notes: [] };
const good: FleetResult = {
  seconds: 60,
  recordsPerSecond: 1,
  valuesPerSecond: 12,
  ackP50Ms: 1,
  ackP99Ms: 2,
  ackMostMs: 3,
  knownS: 1,
  connectedS: 1,
  drainedS: null,
  counts: {
    gateways: 3,
    online: 2,
    connects: 3,
    hungUp: 0,
    refusals: 4,
    whyNot: 'the broker has no room',
    appended: 9,
    waiting: 5,
    resent: 0,
    records: 9,
    values: 9,
    dropped: 0,
    wrong: [],
  },
  isSettled: true,
  host: costs,
  fleet: costs,
  compared: 3,
  stored,
  notCompared: '',
};

test('a fleet has done its part only where all were connected, all is acknowledged, and all of that is proven', () => {
  expect(failureOf(good)).toBeUndefined();
  for (const fate of ['lost', 'doubled', 'wrong'])
    expect(failureOf({ ...good, stored: { ...stored, [fate]: 1 } })).toMatch(
      `1 ${fate === 'lost' ? '' : fate}`,
    );
  expect(failureOf({ ...good, connectedS: null })).toMatch(/2 of 3 were.*no room/);
  expect(failureOf({ ...good, isSettled: false })).toMatch(/5 records were not acknowledged/);
  expect(failureOf({ ...good, counts: { ...good.counts, dropped: 7 } })).toMatch(/7 records went from full/);
  expect(failureOf({ ...good, stored: { ...stored, values: 0, stored: 0 } })).toMatch(/proves nothing/);
  expect(failureOf({ ...good, stored: null, notCompared: 'it is gone' })).toMatch(/not compared: it is gone/);
  expect(failureOf({ ...good, counts: { ...good.counts, wrong: ['x'] } })).toMatch(/cannot be: x/);
});

test('what is still acknowledged is waited for, unless nobody wants to wait', () => {
  const progress = new Progress(0);
  expect([progress.isOver(1, false), progress.isOver(1, false)]).toEqual([true, true]);
  const patient = new Progress(60_000);
  expect([patient.isOver(1, false), patient.isOver(1, true)]).toEqual([false, false]);
});
