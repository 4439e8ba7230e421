import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Meter } from '../../../host/api/contract.ts';
import { balanceOf, type Flow, rolesOf } from '../../../web/site/balance.ts';

const nowMs = 1_800_000_000_000;

function meter(id: string, name: string, powerW: number | null, more: Partial<Meter> = {}): Meter {
  return {
    key: `home.${id}`,
    gateway: 'home',
    id,
    name,
    role: null,
    below: null,
    profile: 'eastron-sdm120',
    windowS: 10,
    quantities: ['powerW', 'energyImportWh', 'energyExportWh'],
    state: 'well',
    reason: null,
    samples: 1,
    failures: {},
    lastWindowMs: nowMs,
    latest: powerW === null ? null : { atMs: nowMs - 1000, values: { powerW } },
    today: { importWh: null, exportWh: null },
    ...more,
  };
}

const sum = (flows: readonly Flow[]) => flows.reduce((total, flow) => total + flow.powerW, 0);
const brief = (flows: readonly Flow[]) =>
  flows.map(({ key, kind, powerW }) => `${key ?? ''} ${kind} ${powerW}`);

describe('the roles of meters, without configuration', () => {
  it('the utility meter is the grid, a second meter of the whole is not added, DC stays apart', () => {
    const roles = rolesOf([
      meter('house', 'House by phase', 900),
      meter('grid', 'Grid (smart meter)', 900, { profile: 'sml-meter' }),
      meter('ev', 'Car charger', 1),
      meter('roof', 'PV Süd', -300),
      meter('dc', '12 V battery', 4, { quantities: ['powerW', 'shuntVoltageV'] }),
    ]);
    expect([...roles.values()]).toEqual(['whole', 'grid', 'load', 'solar', 'aside']);
  });

  it('a telegram meter is the grid whatever its name, and so is an only meter', () => {
    expect(rolesOf([meter('a', 'A', 1), meter('b', 'B', 1, { profile: 'sml-meter' })]).get('home.b')).toBe(
      'grid',
    );
    expect(rolesOf([meter('a', 'Anything', 1, { quantities: ['powerW'] })]).get('home.a')).toBe('grid');
  });

  it('German and Portuguese names are understood', () => {
    const roles = rolesOf([
      meter('z1', 'Netz', 1),
      meter('z2', 'Wechselrichter', 1),
      meter('z3', 'Bateria', 1),
    ]);
    expect([...roles.values()]).toEqual(['grid', 'solar', 'battery']);
  });
});

describe('the balance of this moment', () => {
  it('what no meter explains is the rest', () => {
    const balance = balanceOf(
      [meter('grid', 'Grid', 500), meter('pv', 'PV', -1500), meter('ev', 'Car', 1200)],
      nowMs,
    );
    expect(brief(balance.sources)).toEqual(['home.pv solar 1500', 'home.grid grid 500']);
    expect(brief(balance.uses)).toEqual(['home.ev load 1200', ' rest 800']);
  });

  it('feeding in without a meter on the roof still has a source', () => {
    const balance = balanceOf([meter('grid', 'Grid', -700), meter('ev', 'Car', 100)], nowMs);
    expect(brief(balance.sources)).toEqual([' rest 800']);
    expect(brief(balance.uses)).toEqual(['home.ev load 100', 'home.grid grid 700']);
  });

  it('a meter without a fresh value is absent, not zero', () => {
    const old = { atMs: nowMs - 60_000, values: { powerW: 2000 } };
    const balance = balanceOf([meter('grid', 'Grid', 500), meter('ev', 'Car', 1, { latest: old })], nowMs);
    expect(balance.absent).toEqual(['home.ev']);
    expect(brief(balance.uses)).toEqual([' rest 500']);
  });

  it('an unknown grid is unknown', () => {
    const balance = balanceOf([meter('grid', 'Grid', null), meter('ev', 'Car', 700)], nowMs);
    expect(balance.gridW).toBeNull();
    expect(brief(balance.uses)).toEqual(['home.ev load 700']);
    expect(balance.sources).toEqual([]);
  });

  it('what is below another load is not counted twice, and counts for itself where that one is silent', () => {
    const floor = (powerW: number | null) => [
      meter('grid', 'Grid', 1000),
      meter('floor', 'Ground floor', powerW),
      meter('kitchen', 'Kitchen', 300, { below: 'home.floor' }),
      meter('kettle', 'Kettle', 200, { below: 'home.kitchen' }),
    ];
    expect(brief(balanceOf(floor(700), nowMs).uses)).toEqual(['home.floor load 700', ' rest 300']);
    expect(brief(balanceOf(floor(null), nowMs).uses)).toEqual(['home.kitchen load 300', ' rest 700']);
  });

  it('PV behind the meter of a load is taken out of it', () => {
    const { sources, uses, usedW } = balanceOf(
      [
        meter('grid', 'Grid', -400),
        meter('garage', 'Garage', -500),
        meter('roof', 'PV', -700, { below: 'home.garage' }),
      ],
      nowMs,
    );
    expect(brief(sources)).toEqual(['home.roof solar 700']);
    expect(brief(uses)).toEqual(['home.garage load 200', ' rest 100', 'home.grid grid 400']);
    expect(usedW).toBe(300);
  });

  it('a chain of meters that leads back to itself ends', () => {
    const { sources, uses } = balanceOf(
      [
        meter('grid', 'Grid', 500),
        meter('a', 'A', 100, { below: 'home.b' }),
        meter('b', 'B', 100, { below: 'home.a' }),
        meter('pv', 'PV', -50, { below: 'home.b' }),
      ],
      nowMs,
    );
    expect(sum(uses)).toBe(sum(sources));
  });

  it('an inverter asleep makes nothing, and what somebody said comes before guesses', () => {
    const balance = balanceOf(
      [
        meter('grid', 'Grid', 500),
        meter('pv', 'PV', 3),
        meter('x', 'Grid of the barn', 200, { role: 'load' }),
        meter('akku', 'Battery', -100, { role: 'aside' }),
      ],
      nowMs,
    );
    expect(balance.solarW).toBe(0);
    expect(brief(balance.sources)).toEqual(['home.grid grid 500']);
    expect(brief(balance.uses)).toEqual(['home.x load 200', ' rest 300']);
  });

  it('what the house uses is not known while the grid, PV or the battery is not', () => {
    const used = (grid: number | null, pv: number | null, akku: number | null) =>
      balanceOf([meter('grid', 'Grid', grid), meter('pv', 'PV', pv), meter('akku', 'Battery', akku)], nowMs)
        .usedW;
    expect(used(100, -500, 200)).toBe(400);
    expect(used(null, -500, 200)).toBeNull();
    expect(used(100, null, 200)).toBeNull();
    expect(used(100, -500, null)).toBeNull();
  });

  it('both sides have the same sum wherever the grid is known, for any powers', () => {
    const power = fc.integer({ min: -20_000, max: 20_000 });
    fc.assert(
      fc.property(power, power, power, power, (grid, pv, battery, load) => {
        const { sources, uses, usedW, gridW, solarW, batteryW } = balanceOf(
          [
            meter('grid', 'Grid', grid),
            meter('pv', 'PV', pv),
            meter('akku', 'Battery', battery),
            meter('ev', 'Car', load),
          ],
          nowMs,
        );
        expect(sum(sources)).toBe(sum(uses));
        expect([...sources, ...uses].every(flow => flow.powerW > 0)).toBe(true);
        // Used is what comes from the grid, from PV and out of the battery.
        expect(usedW).toBe((gridW ?? 0) + (solarW ?? 0) - (batteryW ?? 0));
      }),
      { seed: 3 },
    );
  });
});
