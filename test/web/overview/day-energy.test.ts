import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EnergyTable } from '../../../host/api/contract.ts';
import { sharesOf, siteEnergy, solarShares } from '../../../web/overview/day-energy.ts';
import { peakOf } from '../../../web/overview/peak.ts';
import type { Role } from '../../../web/site/balance.ts';

const hourMs = 3_600_000;
const startMs = 1_800_000_000_000;
type Counted = readonly [role: Role, importWh: number | null, exportWh: number | null, below?: string];

/** One period of an hour, with meters called by their role. */
function periodOf(
  counted: readonly Counted[],
  { coverage = 1, estimatedWh = 0, nowMs = startMs + hourMs, windowS = 10 } = {},
) {
  const keys = counted.map(([role], index) => `home.${role}${index}`);
  const table: EnergyTable = {
    zone: 'UTC',
    startMs: [startMs],
    endMs: [startMs + hourMs],
    meters: counted.map(([, importWh, exportWh], index) => ({
      meter: keys[index] ?? '',
      importWh: [importWh],
      exportWh: [exportWh],
      importEstimatedWh: [estimatedWh],
      exportEstimatedWh: [null],
      coverage: [coverage],
    })),
  };
  const meters = counted.map(([, , , below], index) => ({
    key: keys[index] ?? '',
    below: below ?? null,
    windowS,
  }));
  const roles = new Map(counted.map(([role], index) => [keys[index] ?? '', role]));
  const [period] = siteEnergy(table, meters, roles, nowMs);
  if (period === undefined) throw new Error('no period');
  return period;
}

describe('energy of a site', () => {
  it('used is what came from the grid, from PV and out of the battery', () => {
    const day = periodOf([
      ['grid', 3000, 1000],
      ['solar', 5, 6005],
      ['battery', 2500, 1500],
      ['load', 4000, 0],
      ['whole', 3000, 1000],
      ['aside', 100, 50],
    ]);
    expect(day).toMatchObject({ takenWh: 3000, fedInWh: 1000, producedWh: 6000, usedWh: 7000 });
    expect(solarShares(day)).toEqual({ selfSufficiency: 1 - 3000 / 7000, selfConsumption: 1 - 1000 / 6000 });
  });

  it('a PV meter that is wired the other way round makes as much', () => {
    expect(
      periodOf([
        ['grid', 0, 0],
        ['solar', 6005, 5],
      ]).producedWh,
    ).toBe(6000);
  });

  it('what is used is not known where something feeds in that has no meter', () => {
    expect(periodOf([['grid', 500, 300]]).usedWh).toBeNull();
    expect(periodOf([['grid', 500, 12]]).usedWh).toBe(488);
  });

  it('one value that is missing makes the sum unknown, never zero', () => {
    expect(
      periodOf([
        ['grid', 100, 0],
        ['solar', null, null],
      ]),
    ).toMatchObject({
      takenWh: 100,
      producedWh: null,
      usedWh: null,
    });
    expect(
      periodOf([
        ['grid', null, null],
        ['solar', 0, 50],
      ]).usedWh,
    ).toBeNull();
    expect(
      periodOf([
        ['grid', 100, 0],
        ['battery', null, null],
      ]).usedWh,
    ).toBeNull();
    expect(solarShares(periodOf([['grid', 100, 0]]))).toEqual({ selfSufficiency: 0, selfConsumption: null });
  });

  it('what no meter of the grid tells was fed in is not known, and of several that count one direction each all is', () => {
    const day = periodOf([
      ['grid', 100, null],
      ['solar', 0, 50],
    ]);
    expect(day).toMatchObject({ takenWh: 100, fedInWh: null, producedWh: 50, usedWh: null });
    expect(solarShares(day)).toEqual({ selfSufficiency: null, selfConsumption: null });
    const night = periodOf([
      ['grid', 100, null],
      ['solar', 0, 0],
    ]);
    expect(night).toMatchObject({ fedInWh: null, usedWh: 100 });
    const charged = periodOf([
      ['grid', 100, 0],
      ['battery', 50, null],
    ]);
    expect(charged).toMatchObject({ dischargedWh: null, usedWh: null });
    const apart = periodOf([
      ['grid', 100, null],
      ['grid', null, 30],
      ['solar', 0, 50],
    ]);
    expect(apart).toMatchObject({ takenWh: 100, fedInWh: 30, usedWh: 120 });
  });

  it('a meter below another of its role is not added; a battery behind an inverter is taken out of it', () => {
    const hybrid = periodOf([
      ['grid', 0, 0],
      ['solar', 0, 1000],
      ['battery', 400, 0, 'home.solar1'],
      ['solar', 0, 300, 'home.solar1'],
    ]);
    expect(hybrid).toMatchObject({ producedWh: 1400, chargedWh: 400, usedWh: 1000 });
  });

  it('tells the least coverage, of the time that has passed, and what is estimated', () => {
    const half = periodOf([['grid', 10, 0]], { coverage: 0.5, estimatedWh: 4, nowMs: startMs + hourMs / 2 });
    expect(half).toMatchObject({ coverage: 1, estimatedWh: 4 });
    const later = { coverage: 0.5, nowMs: startMs + 2 * hourMs };
    expect(periodOf([['grid', 10, 0]], later).coverage).toBe(0.5);
    // A window that is on its way is no gap.
    const first = { coverage: 0, nowMs: startMs + 20_000 };
    expect(periodOf([['grid', 0, 0]], first).coverage).toBe(1);
    const slow = { coverage: 0.75, nowMs: startMs + hourMs, windowS: 300 };
    expect(periodOf([['grid', 0, 0]], slow).coverage).toBe(1);
    // A minute of an hour is one.
    const gap = { coverage: 59 / 60, nowMs: startMs + 2 * hourMs };
    expect(periodOf([['grid', 0, 0]], gap).coverage).toBe(59 / 60);
  });

  it('is conserved for any energies: all that is used came from somewhere, all that came went somewhere', () => {
    const wh = fc.integer({ min: 0, max: 50_000 });
    fc.assert(
      fc.property(wh, wh, wh, wh, wh, (taken, fedIn, produced, charged, discharged) => {
        const day = periodOf([
          ['grid', taken, fedIn],
          ['solar', 0, produced],
          ['battery', charged, discharged],
        ]);
        const used = taken - fedIn + produced + discharged - charged;
        const isExplained = fedIn <= (produced + discharged) * 1.02 || fedIn <= produced + discharged + 20;
        expect(day.usedWh).toBe(!isExplained || used <= -20 ? null : Math.max(0, used));
        if (used < 0 || fedIn > produced + discharged) return;
        const shares = sharesOf(day);
        if (shares === null) return;
        expect(shares.solarUsedWh + shares.batteryUsedWh + shares.gridUsedWh).toBe(used);
        expect(Object.values(shares).every(share => share >= 0)).toBe(true);
        const { selfSufficiency, selfConsumption } = solarShares(day);
        for (const share of [selfSufficiency, selfConsumption]) {
          expect(share ?? 0).toBeGreaterThanOrEqual(0);
          expect(share ?? 0).toBeLessThanOrEqual(1);
        }
        if (shares.gridChargedWh + shares.solarChargedWh !== charged) return;
        expect(shares.solarUsedWh + shares.solarChargedWh + shares.solarFedInWh).toBe(produced);
        expect(shares.batteryUsedWh + shares.batteryFedInWh).toBe(discharged);
        expect(shares.gridUsedWh + shares.gridChargedWh).toBe(taken);
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});

it('the peak is the highest of what was measured, and none where nothing was taken', () => {
  const bucketMs = 300_000;
  expect(peakOf({ bucketMs, startMs: [1, 2, 3], max: [100, null, 90] })).toEqual({
    powerW: 100,
    startMs: 1,
    lengthMs: bucketMs,
  });
  expect(peakOf({ bucketMs, startMs: [1], max: [-5] })).toBeNull();
});
