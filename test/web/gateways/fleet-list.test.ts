import { describe, expect, test } from 'vitest';
import type { Gateway, Meter } from '../../../host/api/contract.ts';
import { type FleetAddress, wholeFleet } from '../../../web/addresses/fleet-address.ts';
import { fleetCounts, fleetOf, fleetShown } from '../../../web/gateways/fleet-list.ts';

const nowMs = 1_700_000_000_000;

const gateway = (id: string, differs: Partial<Gateway> = {}): Gateway => ({
  id,
  site: 'home',
  online: true,
  lastSeenMs: nowMs,
  firmware: '0.2.0',
  board: 'olimex',
  chip: 'esp32',
  isOnTrial: false,
  update: null,
  clock: 'synced',
  uptimeS: 1,
  journal: { records: 1, bytes: 1, capacityBytes: 100, dropped: 0 },
  lines: {},
  lineFaults: {},
  ingest: {},
  settings: { desiredVersion: 1, runningVersion: 1, refused: [] },
  problems: [],
  meters: [`${id}.grid`],
  ...differs,
});

const meter = (of: string, state: Meter['state'], name = 'Grid'): Meter => ({
  key: `${of}.grid`,
  gateway: of,
  id: 'grid',
  name,
  role: null,
  below: null,
  profile: 'x',
  windowS: 10,
  quantities: [],
  state,
  reason: null,
  samples: 1,
  failures: {},
  lastWindowMs: nowMs,
  latest: null,
  today: { importWh: null, exportWh: null },
});

const journal = (records: number, dropped = 0) => ({ records, bytes: records, capacityBytes: 1000, dropped });

const gateways = [
  gateway('attic', { firmware: '0.10.0', journal: journal(500) }),
  gateway('barn', { online: false, lastSeenMs: nowMs - 5000 }),
  gateway('cellar', { journal: journal(2, 7) }),
  gateway('garage'),
  gateway('new', { online: false, lastSeenMs: null, firmware: null, journal: null, meters: [] }),
];
const meters = [meter('attic', 'well', 'Heat pump'), meter('garage', 'failing'), meter('cellar', 'well')];
const fleet = fleetOf(gateways, meters, nowMs);
const ids = (differs: Partial<FleetAddress>) =>
  fleetShown(fleet, { ...wholeFleet, ...differs }).map(({ gateway: { id } }) => id);

describe('the list of gateways', () => {
  test('begins with those that somebody should look at; one that never came is no trouble', () => {
    expect(ids({})).toEqual(['barn', 'cellar', 'garage', 'attic', 'new']);
    expect(fleetCounts(fleet)).toEqual({ all: 5, trouble: 3, offline: 2, waiting: 1 });
  });

  test('shows what each filter counts, and what is looked for in names, boards, versions and meters', () => {
    for (const show of ['all', 'trouble', 'offline', 'waiting'] as const)
      expect(ids({ show })).toHaveLength(fleetCounts(fleet)[show]);
    expect(ids({ find: ' heat PUMP' })).toEqual(['attic']);
    expect(ids({ find: '0.10' })).toEqual(['attic']);
    expect(ids({ find: 'OLI', sort: 'name', show: 'trouble' })).toEqual(['barn', 'cellar', 'garage']);
    expect(ids({ find: 'nowhere' })).toEqual([]);
  });

  test('sorts by journal with losses first, by version with the oldest first, by who is away for longest', () => {
    expect(ids({ sort: 'journal' })).toEqual(['cellar', 'attic', 'barn', 'garage', 'new']);
    expect(ids({ sort: 'firmware' })).toEqual(['barn', 'cellar', 'garage', 'attic', 'new']);
    expect(ids({ sort: 'seen' }).slice(0, 2)).toEqual(['new', 'barn']);
  });

  test('of 200 gateways with 8 meters each is there at once', () => {
    const many = Array.from({ length: 200 }, (_, index) => gateway(`g${index}`));
    const all = many.flatMap(({ id }) => Array.from({ length: 8 }, () => meter(id, 'well')));
    const tookMs = () => {
      const before = performance.now();
      fleetShown(fleetOf(many, all, nowMs), wholeFleet);
      return performance.now() - before;
    };
    // The machine may be busy with other tests.
    expect(Math.min(...Array.from({ length: 5 }, tookMs))).toBeLessThan(200);
  });
});
