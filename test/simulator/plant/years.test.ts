import { describe, expect, test } from 'vitest';
import { Clock } from '../../../simulator/plant/moment.ts';
import { shareAt, standardProfileIds } from '../../../simulator/plant/standard-profiles.ts';
import { yearOf } from '../../../simulator/plant/year.ts';
import { yearText } from '../../../simulator/plant/year-command.ts';
import { loadScenario } from '../../../simulator/scenario/load.ts';

const sum = (list: readonly number[]): number => list.reduce((total, value) => total + value, 0);

/** What a year of each scenario comes to, kWh: taken from outside and fed in, and some circuits. */
const years: Readonly<Record<string, Readonly<Record<string, readonly [least: number, most: number]>>>> = {
  flat: { supply: [1900, 2600], fridge: [180, 300] },
  'family-house': {
    supply: [4500, 7500],
    'supply fed': [3000, 6000],
    'pv fed': [9000, 11_500],
    'heat-pump': [3500, 5500],
    ev: [2000, 3200],
    kitchen: [600, 1300],
  },
  workshop: { hall: [12_000, 26_000], 'pv fed': [14_000, 20_000], welder: [200, 900] },
  office: { supply: [100_000, 170_000], racks: [20_000, 28_000], tenant: [8500, 9500] },
  cabin: { supply: [0, 0], house: [250, 380], 'panels fed': [260, 420] },
};

describe.each(Object.keys(years))('a year of the scenario %s', name => {
  // A quarter of an hour each: what is shorter is seen now and then, and comes to the same.
  const { plant, place } = loadScenario(name);
  const circuits = yearOf(plant, place, 7, 2026, 900);

  test('comes to what such a place takes and gives', () => {
    const told = circuits.map(
      ({ id, takenKwh, fedKwh }) => `${id} ${sum(takenKwh).toFixed(0)}/${sum(fedKwh).toFixed(0)}`,
    );
    console.info(`${name}, kWh taken/fed, seed 7: ${told.join(', ')}`);
    for (const [key, [least, most]] of Object.entries(years[name] ?? {})) {
      const [id, fed] = key.split(' ');
      const circuit = circuits.find(one => one.id === id);
      const kwh = sum((fed === undefined ? circuit?.takenKwh : circuit?.fedKwh) ?? [Number.NaN]);
      expect(kwh, key).toBeGreaterThanOrEqual(least);
      expect(kwh, key).toBeLessThanOrEqual(most);
    }
  });

  test('has seasons: more light in winter, more sun in summer', () => {
    for (const { id, takenKwh, fedKwh } of circuits) {
      if (id === 'pv') expect(fedKwh[5]).toBeGreaterThan((fedKwh[11] ?? 0) * 2);
      if (id === 'heat-pump') expect(takenKwh[0]).toBeGreaterThan((takenKwh[6] ?? 0) * 5);
      if (id === 'lights' && name !== 'workshop')
        expect(takenKwh[0]).toBeGreaterThan((takenKwh[6] ?? 0) * 1.2);
    }
  });
});

test('the table of a year has a line for what a circuit took, and one for what it fed in', () => {
  const none = Array.from({ length: 12 }, () => 0);
  const text = yearText([
    { id: 'pv', name: 'Panels', takenKwh: [1.2, ...none.slice(1)], fedKwh: none.map(() => 100) },
    { id: 'lamp', name: 'Lamp', takenKwh: none.map(() => 2), fedKwh: none },
  ]);
  const lines = text.split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^CIRCUIT {2}kWh +YEAR +Jan .* Dec$/);
  expect(lines[2]).toMatch(/^ +fed in +1200( +100){12}$/);
  expect(lines[3]).toMatch(/^lamp +taken +24( +2){12}$/);
});

describe('standard load profiles', () => {
  const clock = new Clock('Europe/Berlin');
  const yearS = Date.UTC(2026, 0, 1) / 1000;

  test.each(standardProfileIds)('%s comes to its mean in a year', id => {
    let total = 0;
    const quarters = 365 * 96;
    for (let quarter = 0; quarter < quarters; quarter++)
      total += shareAt(id, clock.at(yearS + quarter * 900));
    expect(total / quarters).toBeGreaterThan(0.98);
    expect(total / quarters).toBeLessThan(1.02);
  });

  test('a business rests on Sundays, a household does not', () => {
    // A Wednesday in March and the Sunday after it, at eleven.
    const wednesday = Date.UTC(2026, 2, 11, 10) / 1000;
    const share = (id: 'household' | 'business', second: number) => shareAt(id, { ...clock.at(second) });
    expect(share('business', wednesday + 4 * 86_400)).toBeLessThan(share('business', wednesday) / 2);
    expect(share('household', wednesday + 4 * 86_400)).toBeGreaterThan(share('household', wednesday));
  });
});

describe('a clock', () => {
  test('knows summer time: a day of 23 hours, one of 25, and holidays', () => {
    const clock = new Clock('Europe/Berlin');
    const at = (...utc: [number, number, number, number, number]) => ({
      ...clock.at(Date.UTC(...utc) / 1000),
    });
    expect(at(2026, 2, 29, 0, 59).secondOfDay).toBe(2 * 3600 - 60);
    expect(at(2026, 2, 29, 1, 0).secondOfDay).toBe(3 * 3600);
    expect(at(2026, 9, 25, 0, 30).secondOfDay).toBe(at(2026, 9, 25, 1, 30).secondOfDay);
    expect(at(2026, 4, 1, 10, 0)).toMatchObject({ weekday: 5, kind: 'sunday' });
    expect(at(2026, 4, 2, 10, 0).kind).toBe('saturday');
    expect(at(2026, 0, 1, 12, 0).season).toBeCloseTo(0.5 / 365.25, 6);
  });
});
