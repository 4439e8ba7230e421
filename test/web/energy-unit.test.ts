import { afterEach, describe, expect, it } from 'vitest';
import type { Unit } from '#core/quantities.ts';
import { isEnergyUnit, setEnergyUnit } from '../../web/energy-unit.ts';
import { formatText, formatTicks } from '../../web/format.ts';

const text = (value: number, unit: Unit) => formatText(value, unit, 'en-GB').replaceAll('\u202f', ' ');

afterEach(() => setEnergyUnit('auto'));

describe('energies', () => {
  it('are written in kWh where somebody wants that, whatever their size; power stays as it is', () => {
    setEnergyUnit('kWh');
    expect([0, 7, 450, 8243, 12_345_678].map(value => text(value, 'Wh'))).toEqual([
      '0 kWh',
      '0.01 kWh',
      '0.45 kWh',
      '8.24 kWh',
      '12,346 kWh',
    ]);
    expect(text(450, 'varh')).toBe('0.45 kvarh');
    expect(text(12_345_678, 'W')).toBe('12.3 MW');
    expect(formatTicks([0, 250, 500], 'Wh', 'en-GB').map(tick => tick.replace('\u202f', ' '))).toEqual([
      '0 kWh',
      '0.25 kWh',
      '0.5 kWh',
    ]);
  });

  it('are written as it fits otherwise, and an unknown choice is none', () => {
    expect(['auto', 'kWh', 'joule', null].map(isEnergyUnit)).toEqual([true, true, false, false]);
    expect(text(12_345_678, 'Wh')).toBe('12.3 MWh');
  });
});
