import { describe, expect, test } from 'vitest';
import type { QuantityId } from '#core/quantities.ts';
import { loadKinds } from '../../../simulator/plant/load-kinds.ts';
import { createPlant, type Plant } from '../../../simulator/plant/plant.ts';
import type { CircuitPlan, LoadPlan, PlantPlan } from '../../../simulator/scenario/scenario.ts';
import { place } from './random-plans.ts';

const hourMs = 3_600_000;
const juneMs = Date.UTC(2026, 5, 8, 22);
const januaryMs = Date.UTC(2026, 0, 12, 23);

const threePhase = { kind: 'three-phase', nominalV: 230, frequencyHz: 50, feedOhm: 0.1 } as const;

/** With steps of a second only where a second matters. */
const plantOf = (circuits: readonly CircuitPlan[], startMs: number, stepS = 1, seed = 5): Plant =>
  createPlant({ supply: threePhase, circuits }, place, { seed, startMs, stepS });

const only = (load: LoadPlan): readonly CircuitPlan[] => [{ id: 'it', name: 'It', load }];

const read = (plant: Plant, point: string, quantity: QuantityId): number =>
  plant.point(point).read(quantity) ?? Number.NaN;

/** Each so many seconds for so long. */
function watch(
  plant: Plant,
  hours: number,
  everyS: number,
  quantity: QuantityId = 'powerW',
  point = 'it',
): number[] {
  const seen: number[] = [];
  for (
    const endMs = plant.atMs + hours * hourMs;
    plant.atMs < endMs;
    plant.advanceTo(plant.atMs + everyS * 1000)
  ) {
    seen.push(read(plant, point, quantity));
  }
  return seen;
}

const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;

test('every kind of load says what it is and helps with each of its options', () => {
  for (const [id, { what, options }] of Object.entries(loadKinds)) {
    expect(what.length, id).toBeGreaterThan(10);
    for (const [name, option] of Object.entries(options)) {
      expect(option.help, `${id} ${name}`).not.toBe('');
      if (option.takes === 'number' && option.unless !== null) {
        expect(option.unless).toBeGreaterThanOrEqual(option.min);
        expect(option.unless).toBeLessThanOrEqual(option.max);
      }
    }
  }
});

describe('a motor', () => {
  const load = {
    kind: 'motor',
    powerW: 4000,
    cosPhi: 0.8,
    unbalance: 0.06,
    runs: 0.5,
    cycleMin: 10,
  } as const;

  test('starts with several times its current, lags, and pulls its phases unevenly', () => {
    const plant = plantOf(only(load), juneMs + 9 * hourMs);
    const currents: number[] = [];
    let lagging = 0;
    for (let second = 0; second < 1200; second++) {
      plant.advanceTo(plant.atMs + 1000);
      currents.push(read(plant, 'it', 'currentL2A'));
      if (read(plant, 'it', 'powerW') === 0) continue;
      lagging = Math.max(lagging, read(plant, 'it', 'reactivePowerVar'));
      expect(read(plant, 'it', 'powerFactor')).toBeLessThan(0.9);
      expect(read(plant, 'it', 'currentL3A')).toBeGreaterThan(read(plant, 'it', 'currentL1A') * 1.03);
      expect(read(plant, 'it', 'currentNeutralA')).toBeGreaterThan(0);
    }
    const running = currents.filter(ampere => ampere > 1).sort((a, b) => a - b);
    expect(Math.max(...currents)).toBeGreaterThan((running[Math.floor(running.length / 2)] ?? 0) * 4);
    expect(lagging).toBeGreaterThan(2000);
  });

  test('pulls the voltage down when it starts, and rests at night and on Sundays', () => {
    const plant = plantOf(only(load), juneMs + 9 * hourMs);
    const volts = watch(plant, 1, 1, 'voltageL1V', 'supply');
    expect(mean(volts) - Math.min(...volts)).toBeGreaterThan(3);
    expect(Math.max(...watch(plantOf(only(load), juneMs + 22 * hourMs, 30), 3, 30))).toBe(0);
    expect(Math.max(...watch(plantOf(only(load), juneMs + (5 * 24 + 9) * hourMs, 30), 3, 30))).toBe(0);
  });
});

describe('the sun', () => {
  const pv = { kind: 'pv', peakW: 5000 } as const;

  test('makes nothing at night, and more in June than in January', () => {
    expect(Math.min(...watch(plantOf(only(pv), juneMs, 300), 3, 300))).toBeGreaterThan(0);
    const days = (startMs: number) =>
      mean([1, 2, 3].map(seed => mean(watch(plantOf(only(pv), startMs, 900, seed), 96, 900))));
    expect(days(juneMs)).toBeLessThan(days(januaryMs) * 1.8);
    expect(days(januaryMs)).toBeLessThan(0);
  });

  test('panels to the east are early, panels to the west late', () => {
    const noonOf = (azimuthDeg: number) => {
      const watts = watch(plantOf(only({ ...pv, azimuthDeg, tiltDeg: 45 }), juneMs, 900), 24, 900);
      const total = watts.reduce((sum, watt) => sum - watt, 0);
      return watts.reduce((sum, watt, quarter) => sum - watt * quarter, 0) / total / 4;
    };
    expect(noonOf(90)).toBeLessThan(12.8);
    expect(noonOf(270)).toBeGreaterThan(noonOf(90) + 2);
  });
});

describe('a battery behind an inverter', () => {
  const circuits: readonly CircuitPlan[] = [
    { id: 'base', name: 'Base', load: { kind: 'steady', powerW: 600 } },
    { id: 'pv', name: 'Panels', load: { kind: 'pv', peakW: 6000 } },
    { id: 'it', name: 'Battery', phases: ['L3'], load: { kind: 'battery', capacityKwh: 6, powerW: 3000 } },
  ];

  test('charges from the sun alone, carries the evening, and never gives more than it took', () => {
    const plant = plantOf(circuits, juneMs + 3 * hourMs, 30);
    const node = plant.tree.findIndex(({ id }) => id === 'it');
    const start = plant.counters.ofWhole('netImport', node) - plant.counters.ofWhole('netExport', node);
    const heldAtStart = plant.save().states.it?.[0] ?? 0;
    for (let minute = 0; minute < 24 * 60; minute++) {
      plant.advanceTo(plant.atMs + 60_000);
      if (read(plant, 'it', 'powerW') > 100) expect(read(plant, 'pv', 'powerW')).toBeLessThan(0);
    }
    const held = (plant.save().states.it?.[0] ?? 0) - heldAtStart;
    const net = plant.counters.ofWhole('netImport', node) - plant.counters.ofWhole('netExport', node) - start;
    // What went in and did not come out is held or lost.
    expect(net).toBeGreaterThan(held);
    const evening = plantOf(circuits, juneMs + 20 * hourMs, 10);
    expect(mean(watch(evening, 1, 10, 'powerW', 'supply').map(Math.abs))).toBeLessThan(60);
  });

  test('holds neither less than nothing nor more than it can', () => {
    for (const startMs of [juneMs + 3 * hourMs, januaryMs + 3 * hourMs]) {
      const plant = plantOf(circuits, startMs, 60);
      for (let hour = 0; hour < 72; hour++) {
        plant.advanceTo(plant.atMs + hourMs);
        const held = plant.save().states.it?.[0] ?? -1;
        expect(held).toBeGreaterThanOrEqual(0);
        expect(held).toBeLessThanOrEqual(6 * 3.6e9);
      }
    }
  });
});

describe('off the grid', () => {
  const plan = (peakW: number, capacityAh: number, chemistry: 'lead' | 'lifepo4'): PlantPlan => ({
    supply: { kind: 'dc', nominalV: 12, frequencyHz: 0, feedOhm: 0 },
    circuits: [
      { id: 'battery', name: 'Battery', load: { kind: 'battery-bank', chemistry, capacityAh } },
      { id: 'panels', name: 'Panels', load: { kind: 'solar-charger', peakW } },
      { id: 'lamps', name: 'Lamps', load: { kind: 'dc-load', powerW: 30 } },
      { id: 'radio', name: 'Radio', load: { kind: 'dc-load', powerW: 4, vital: 'yes' } },
    ],
  });

  test.each(['lead', 'lifepo4'] as const)('an empty %s battery switches off what is not vital', chemistry => {
    const plant = createPlant(plan(5, 60, chemistry), place, { seed: 2, startMs: januaryMs, stepS: 60 });
    const lamps = watch(plant, 48, 600, 'powerW', 'lamps');
    expect(lamps.at(-1)).toBe(0);
    expect(read(plant, 'radio', 'powerW')).toBeGreaterThan(3);
    expect(read(plant, 'supply', 'powerW')).toBe(0);
    expect(read(plant, 'battery', 'voltageV')).toBeLessThan(12.9);
  });

  test('a full battery leaves the rest of the sun on the roof', () => {
    const plant = createPlant(plan(900, 40, 'lifepo4'), place, {
      seed: 2,
      startMs: juneMs + 12 * hourMs,
      stepS: 10,
    });
    plant.advanceTo(plant.atMs + 2 * hourMs);
    const made = -read(plant, 'panels', 'powerW');
    expect(made).toBeGreaterThan(25);
    expect(made).toBeLessThan(80);
    expect(read(plant, 'battery', 'voltageV')).toBeGreaterThan(13);
  });

  test('charge is counted in both directions', () => {
    const plant = createPlant(plan(300, 100, 'lifepo4'), place, { seed: 2, startMs: juneMs, stepS: 60 });
    const before = [read(plant, 'battery', 'chargeAh'), read(plant, 'battery', 'chargeExportAh')];
    plant.advanceTo(plant.atMs + 20 * hourMs);
    expect(read(plant, 'battery', 'chargeAh')).toBeGreaterThan((before[0] ?? 0) + 5);
    expect(read(plant, 'battery', 'chargeExportAh')).toBeGreaterThan((before[1] ?? 0) + 5);
  });
});

describe('direct current from the mains', () => {
  const circuits: readonly CircuitPlan[] = [
    { id: 'charger', name: 'Charger', phases: ['L2'], load: { kind: 'mains-charger', powerW: 40 } },
    { id: 'it', name: 'Battery', under: 'charger', load: { kind: 'battery-bank', capacityAh: 20 } },
    { id: 'lamp', name: 'Lamp', under: 'charger', load: { kind: 'dc-load', powerW: 8 } },
  ];

  test('charges the battery in its hours, which carries the lamp at all others', () => {
    const plant = plantOf(circuits, juneMs + 3 * hourMs, 10);
    expect(read(plant, 'it', 'powerW')).toBe(-read(plant, 'lamp', 'powerW'));
    expect(read(plant, 'charger', 'powerL1W')).toBeLessThan(1.5);
    plant.advanceTo(juneMs + 10 * hourMs);
    expect(read(plant, 'it', 'powerW')).toBeGreaterThan(20);
    const given = read(plant, 'it', 'powerW') + read(plant, 'lamp', 'powerW');
    expect(read(plant, 'charger', 'powerW')).toBeGreaterThan(given * 1.1);
    expect(read(plant, 'it', 'frequencyHz')).toBeNaN();
  });
});
