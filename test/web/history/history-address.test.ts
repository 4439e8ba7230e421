import { describe, expect, it } from 'vitest';
import type { Meter } from '../../../host/api/contract.ts';
import { meterOf } from '../../../web/history/history-address.ts';

const meter = (id: string, role: Meter['role'] = null): Meter => ({
  key: `attic.${id}`,
  gateway: 'attic',
  id,
  name: id,
  role,
  below: null,
  profile: 'eastron-sdm630',
  windowS: 10,
  quantities: ['powerW', 'energyImportWh'],
  state: 'well',
  reason: null,
  samples: 0,
  failures: {},
  lastWindowMs: null,
  latest: null,
  today: { importWh: null, exportWh: null },
});

describe('the meter of a history', () => {
  it('is the one that is named, and none where that is gone', () => {
    const meters = [meter('kitchen'), meter('main', 'grid')];
    expect(meterOf(meters, 'attic.kitchen')?.id).toBe('kitchen');
    expect(meterOf(meters, 'attic.gone')).toBe(null);
  });

  it('is that at the grid where none is named, else the first', () => {
    expect(meterOf([meter('kitchen'), meter('main', 'grid')], null)?.id).toBe('main');
    expect(meterOf([meter('kitchen', 'load'), meter('car', 'load')], null)?.id).toBe('kitchen');
    expect(meterOf([], null)).toBe(null);
  });
});
