import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Meter } from '../../host/api/contract.ts';
import { balanceOf, type Flow, rolesOf } from '../../web/balance.ts';

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

  it('both sides have the same sum wherever the grid is known, for any powers', () => {
    const power = fc.integer({ min: -20_000, max: 20_000 });
    fc.assert(
      fc.property(power, power, power, power, (grid, pv, battery, load) => {
        const { sources, uses } = balanceOf(
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
      }),
      { seed: 3 },
    );
  });
});
