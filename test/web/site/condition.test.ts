import { describe, expect, it } from 'vitest';
import type { Gateway, Meter } from '../../../host/api/contract.ts';
import { conditionOf } from '../../../web/site/condition.ts';

const nowMs = 1_800_000_000_000;
const well: Meter = {
  key: 'g.m',
  gateway: 'g',
  id: 'm',
  name: 'M',
  role: null,
  below: null,
  profile: 'p',
  windowS: 10,
  quantities: ['powerW'],
  state: 'well',
  reason: null,
  samples: 1,
  failures: {},
  lastWindowMs: nowMs - 5000,
  latest: { atMs: nowMs - 1000, values: { powerW: 1 } },
  today: { importWh: null, exportWh: null },
};
const gateway: Gateway = {
  id: 'g',
  site: 'home',
  online: true,
  lastSeenMs: nowMs,
  firmware: null,
  board: null,
  chip: null,
  isOnTrial: false,
  update: null,
  clock: null,
  uptimeS: null,
  journal: null,
  lines: {},
  lineFaults: {},
  ingest: {},
  settings: { desiredVersion: null, runningVersion: null, refused: [] },
  problems: [],
  meters: ['g.m'],
};

describe('how a meter is', () => {
  it('is well with fresh values, and stale when they stop though nobody complained', () => {
    expect(conditionOf(well, gateway, nowMs)).toEqual({ is: 'well' });
    expect(conditionOf(well, gateway, nowMs + 60_000)).toEqual({ is: 'stale', sinceMs: nowMs - 1000 });
  });

  it('fails for the reason the gateway gave, since its last value', () => {
    const failing = { ...well, state: 'failing' as const, reason: 'timeout' };
    expect(conditionOf(failing, gateway, nowMs)).toEqual({
      is: 'failing',
      reason: 'timeout',
      sinceMs: nowMs - 1000,
    });
    expect(conditionOf({ ...failing, latest: null, lastWindowMs: null }, gateway, nowMs)).toMatchObject({
      sinceMs: null,
    });
  });

  it('of an offline gateway is not told from what it said before', () => {
    expect(conditionOf(well, { ...gateway, online: false }, nowMs)).toEqual({ is: 'gatewayOffline' });
  });
});
