import { describe, expect, test } from 'vitest';
import { Clock } from '../../../simulator/plant/moment.ts';
import { Noise } from '../../../simulator/plant/noise.ts';
import { createPlant } from '../../../simulator/plant/plant.ts';
import { Weather } from '../../../simulator/plant/weather.ts';
import { yearOf } from '../../../simulator/plant/year.ts';
import { loadScenario } from '../../../simulator/scenario/load.ts';
import type { LoadPlan, Place, PlantPlan } from '../../../simulator/scenario/scenario.ts';
import { processorMs } from '../../processor-time.ts';

const hourMs = 3_600_000;
const berlin: Place = {
  zone: 'Europe/Berlin',
  latitudeDeg: 52.5,
  longitudeDeg: 13.4,
  coldestC: 0,
  warmestC: 19,
  cloudiness: 0.62,
};

const only = (load: LoadPlan): PlantPlan => ({
  supply: { kind: 'three-phase', nominalV: 230, frequencyHz: 50, feedOhm: 0.1 },
  circuits: [{ id: 'it', name: 'It', load }],
});

const sum = (list: readonly number[]): number => list.reduce((total, value) => total + value, 0);

describe('a kilowatt of panels makes in a year what PVGIS has for the place', () => {
  const places: readonly (readonly [string, Place, kwh: number])[] = [
    ['Berlin', berlin, 1000],
    ['Stockholm', { ...berlin, latitudeDeg: 59.3, longitudeDeg: 18, zone: 'Europe/Stockholm' }, 950],
    ['Lisbon', { ...berlin, latitudeDeg: 38.7, longitudeDeg: -9.1, cloudiness: 0.37, coldestC: 11 }, 1580],
    ['Cairo', { ...berlin, latitudeDeg: 30, longitudeDeg: 31.2, cloudiness: 0.2, coldestC: 14 }, 1770],
    [
      'Sydney',
      { ...berlin, latitudeDeg: -33.9, longitudeDeg: 151.2, cloudiness: 0.4, zone: 'Australia/Sydney' },
      1480,
    ],
  ];

  test.each(places)('in %s', (_, place, expected) => {
    const azimuthDeg = place.latitudeDeg < 0 ? 0 : 180;
    const tiltDeg = Math.abs(place.latitudeDeg) - 12;
    const plan = only({ kind: 'pv', peakW: 1000, tiltDeg, azimuthDeg });
    const [, panels] = yearOf(plan, place, 7, 2026, 900);
    const kwh = sum(panels?.fedKwh ?? []);
    expect(kwh).toBeGreaterThan(expected * 0.88);
    expect(kwh).toBeLessThan(expected * 1.12);
  });

  test('in Berlin a fifth of a June’s in December, and a quarter of all from October to February', () => {
    const [, panels] = yearOf(only({ kind: 'pv', peakW: 1000, tiltDeg: 35 }), berlin, 7, 2026, 900);
    const kwh = panels?.fedKwh ?? [];
    const [june = 0, december = 0] = [kwh[5], kwh[11]];
    expect(december / june).toBeGreaterThan(0.12);
    expect(december / june).toBeLessThan(0.28);
    const dark = sum([0, 1, 9, 10, 11].map(month => kwh[month] ?? 0)) / sum(kwh);
    expect(dark).toBeGreaterThan(0.14);
    expect(dark).toBeLessThan(0.26);
  });
});

test.each([0.2, 0.4, 0.6, 0.75])(
  'the clouds of a place with a cloudiness of %d cover that share',
  cloudiness => {
    const clock = new Clock('UTC');
    const covers: number[] = [];
    const weather = new Weather({ ...berlin, cloudiness }, new Noise(3).stream('weather'));
    const fromS = Date.UTC(2026, 0, 1) / 1000;
    for (let hour = 0; hour < 2 * 8766; hour++) {
      weather.goTo(clock.at(fromS + hour * 3600));
      covers.push(weather.cover);
    }
    expect(Math.abs(sum(covers) / covers.length - cloudiness)).toBeLessThan(0.06);
  },
);

describe('compressors', () => {
  /** Powers of each five minutes over so many days. */
  const watched = (load: LoadPlan, place: Partial<Place>, days: number): number[] => {
    const startMs = Date.UTC(2026, 0, 12);
    const plant = createPlant(only(load), { ...berlin, ...place }, { seed: 5, startMs, stepS: 300 });
    const seen: number[] = [];
    for (let minute = 0; minute < days * 1440; minute += 5) {
      plant.advanceTo(startMs + minute * 60_000);
      seen.push(plant.point('it').read('powerW') ?? Number.NaN);
    }
    return seen;
  };

  test('a heat pump runs without a break where it is colder than its coldest', () => {
    const seen = watched({ kind: 'heat-pump', powerW: 3000 }, { coldestC: -40, warmestC: -30 }, 2);
    expect(Math.min(...seen)).toBeCloseTo(3000, 0);
  });

  test('air conditioning runs without a break where it is hotter than its hottest', () => {
    const seen = watched({ kind: 'cooling', powerW: 3000 }, { coldestC: 45, warmestC: 50 }, 2);
    expect(Math.min(...seen)).toBeCloseTo(3000, 0);
  });

  test('a heat pump draws for the same warmth less the milder it is: its COP is 4.3 at 7 °C and 3.0 at -7 °C', () => {
    const meanW = (outdoorC: number): number => {
      const place = { coldestC: outdoorC, warmestC: outdoorC };
      const seen = watched({ kind: 'heat-pump', powerW: 3000, hotWaterMin: 0, coldestC: -20 }, place, 30);
      return sum(seen) / seen.length;
    };
    // The house loses 2.75 times as much at -7 °C: 22 degrees instead of 8.
    const ratio = meanW(-7) / meanW(7);
    expect(ratio).toBeGreaterThan(3.2);
    expect(ratio).toBeLessThan(4.6);
  });
});

describe('a day looks like a day', () => {
  const meanW = (scenario: string, point: string, fromMs: number, hours: number): number => {
    const { plant: plan, place } = loadScenario(scenario);
    const plant = createPlant(plan, place, { seed: 2, startMs: fromMs, stepS: 60 });
    const seen: number[] = [];
    for (; plant.atMs < fromMs + hours * hourMs; plant.advanceTo(plant.atMs + 60_000))
      seen.push(plant.point(point).read('powerW') ?? Number.NaN);
    return sum(seen) / seen.length;
  };
  /** Midnight in Berlin, a Tuesday, and the Sunday after it. */
  const tuesdayMs = Date.UTC(2026, 10, 16, 23);
  const sundayMs = tuesdayMs + 5 * 24 * hourMs;

  test('a flat’s nights are quiet, its evenings are busy', () => {
    const nightW = meanW('flat', 'supply', tuesdayMs + 2 * hourMs, 3);
    expect(nightW).toBeGreaterThan(50);
    expect(nightW).toBeLessThan(200);
    expect(meanW('flat', 'supply', tuesdayMs + 17.5 * hourMs, 4)).toBeGreaterThan(nightW * 2.5);
  });

  test.each([
    ['office', 'first'],
    ['workshop', 'hall'],
  ])('in the %s people work on a Tuesday and rest at night and on a Sunday', (scenario, point) => {
    const workW = meanW(scenario, point, tuesdayMs + 9 * hourMs, 3);
    expect(meanW(scenario, point, tuesdayMs + 1 * hourMs, 3)).toBeLessThan(workW / 4);
    expect(meanW(scenario, point, sundayMs + 9 * hourMs, 3)).toBeLessThan(workW / 2);
  });

  test('before 1970, over the end of a year and in any zone the electricity is there and counters grow', () => {
    const { plant: plan, place } = loadScenario('family-house');
    const zones = [
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Africa/Monrovia',
      'Pacific/Apia',
    ];
    const startsMs = [
      Date.UTC(1969, 11, 31, 23, 50),
      Date.UTC(2099, 11, 31, 23, 50),
      Date.UTC(2026, 2, 29, 0, 50),
      Date.UTC(2026, 9, 25, 0, 50),
    ];
    for (const zone of zones) {
      for (const startMs of startsMs) {
        const plant = createPlant(plan, { ...place, zone }, { seed: 1, startMs });
        const supply = plant.point('supply', 'by-phase');
        const total = (): number => supply.read('energyTotalWh') ?? Number.NaN;
        const before = total();
        plant.advanceTo(startMs + 700_000);
        for (const quantity of ['powerW', 'voltageL1V', 'reactivePowerVar', 'frequencyHz'] as const)
          expect(Number.isFinite(supply.read(quantity)), `${zone} ${startMs} ${quantity}`).toBe(true);
        expect(total()).toBeGreaterThan(before);
      }
    }
  });

  test('six hours of a family house pass in a moment', () => {
    const { plant: plan, place } = loadScenario('family-house');
    const plant = createPlant(plan, place, { seed: 1, startMs: tuesdayMs });
    expect(processorMs(() => plant.advanceTo(tuesdayMs + 6 * hourMs))).toBeLessThan(5000);
  });
});
