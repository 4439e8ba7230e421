import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPlausible, type QuantityId, quantities, quantityIds } from '#core/quantities.ts';
import { profileQuantities } from '#profiles/profile.ts';
import { findProfile, profiles } from '#profiles/registry.ts';
import { createPlant, type Plant, resumePlant } from '../../../simulator/plant/plant.ts';
import { loadScenario } from '../../../simulator/scenario/load.ts';
import { scenarioSlave } from '../../../simulator/scenario/meter-reading.ts';
import type { PlantPlan } from '../../../simulator/scenario/scenario.ts';
import { seed } from '../../seed.ts';
import { anyPlan, place } from './random-plans.ts';

const hourMs = 3_600_000;
/** A Tuesday in June, and a Friday in November, midnight in the plant's zone. */
const juneMs = Date.UTC(2026, 5, 8, 22);
const novemberMs = Date.UTC(2026, 10, 19, 23);

const house = loadScenario('family-house').plant;

const read = (plant: Plant, point: string, quantity: QuantityId): number => {
  const value = plant.point(point).read(quantity);
  if (value === undefined) throw new Error(`${point} does not know ${quantity}`);
  return value;
};

/** All that can be seen of a plant. */
const everything = (plant: Plant): string =>
  JSON.stringify([
    plant.save(),
    plant.tree.map(({ id }) => quantityIds.map(quantity => plant.point(id).read(quantity))),
  ]);

describe('one plan and one seed are one plant', () => {
  test('it does not matter in what steps time goes on, nor who looks', () => {
    const endMs = novemberMs + 18 * hourMs + 600_000;
    const start = { seed: 7, startMs: novemberMs + 18 * hourMs };
    const atOnce = createPlant(house, place, start);
    atOnce.advanceTo(endMs);
    const expected = everything(atOnce);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 150_000 }), { minLength: 1, maxLength: 20 }),
        stepsMs => {
          const plant = createPlant(house, place, start);
          for (const stepMs of stepsMs) {
            plant.advanceTo(Math.min(plant.atMs + stepMs, endMs));
            plant.advanceTo(plant.atMs - 5000);
            read(plant, 'supply', 'currentNeutralA');
          }
          plant.advanceTo(endMs);
          expect(everything(plant)).toBe(expected);
        },
      ),
      { seed: 11, numRuns: 6 },
    );
  });

  test('a plant that is saved and resumed goes on as if it had never stopped, whatever its plan', () => {
    const numRuns = 12;
    fc.assert(
      fc.property(anyPlan, fc.nat(1000), fc.integer({ min: 0, max: 950 }), (plan, plantSeed, seconds) => {
        const start = { seed: plantSeed, startMs: juneMs + plantSeed * 59_000 };
        const [through, stopped] = [createPlant(plan, place, start), createPlant(plan, place, start)];
        stopped.advanceTo(start.startMs + seconds * 1000);
        const resumed = resumePlant(plan, place, JSON.parse(JSON.stringify(stopped.save())));
        for (const plant of [through, resumed]) plant.advanceTo(start.startMs + 1_000_000);
        expect(everything(resumed)).toBe(everything(through));
      }),
      { seed, numRuns },
    );
    console.info(`resumed: ${numRuns} plans, seed ${seed}`);
  });

  test('a leap ends at the second that was asked for, with all that flowed by the way counted', () => {
    const startMs = juneMs + 7 * hourMs + 13_000;
    const plant = createPlant(house, place, { seed: 8, startMs });
    const before = plant.counters.ofWhole('netExport', 0);
    plant.leapTo(startMs + 30 * hourMs + 7000);
    expect(plant.atMs).toBe(startMs + 30 * hourMs + 7000);
    expect(plant.counters.ofWhole('netExport', 0)).toBeGreaterThan(before);
    plant.leapTo(startMs);
    expect(plant.atMs).toBe(startMs + 30 * hourMs + 7000);
    // Demand still comes at each quarter of an hour.
    expect(read(plant, 'pv', 'demandExportMaxW')).toBeGreaterThan(500);
  });

  test('what was saved with another plan is refused', () => {
    const saved = createPlant(house, place, { seed: 1, startMs: juneMs }).save();
    const other: PlantPlan = { supply: house.supply, circuits: [{ id: 'shed', name: 'Shed' }] };
    expect(() => resumePlant(other, place, saved)).toThrow('the plan is not the one it was saved with');
    const fewer: PlantPlan = {
      ...house,
      circuits: house.circuits.map(circuit =>
        circuit.id === 'ev' ? { ...circuit, phases: ['L1'] } : circuit,
      ),
    };
    expect(() => resumePlant(fewer, place, saved)).toThrow('no such circuit ev');
  });

  test('another seed is another plant; a circuit more leaves the others as they were', () => {
    const one = createPlant(house, place, { seed: 1, startMs: juneMs });
    const other = createPlant(house, place, { seed: 2, startMs: juneMs });
    expect(one.electricity.flowMw).not.toEqual(other.electricity.flowMw);
    const shed = { id: 'shed', name: 'Shed', load: { kind: 'steady', powerW: 500 } };
    const more = createPlant({ ...house, circuits: [shed, ...house.circuits] }, place, {
      seed: 1,
      startMs: juneMs,
    });
    for (const plant of [one, more]) plant.advanceTo(juneMs + hourMs);
    for (const id of ['base', 'lights', 'heat-pump', 'pv', 'router']) {
      expect(read(more, id, 'powerW')).toBe(read(one, id, 'powerW'));
    }
  });
});

describe('a point', () => {
  const plant = createPlant(house, place, { seed: 3, startMs: juneMs + 9 * hourMs });
  plant.advanceTo(plant.atMs + 2 * hourMs);

  test('agrees with itself: U, I, P, Q, S, factor and angle, on each phase and in sum', () => {
    for (let look = 0; look < 20; look++) {
      plant.advanceTo(plant.atMs + 307_000);
      for (const id of ['supply', 'base', 'ev', 'pv', 'heat-pump']) {
        let sumW = 0;
        for (const phase of ['L1', 'L2', 'L3'] as const) {
          const powerW = read(plant, id, `power${phase}W`);
          const apparentVa = read(plant, id, `apparentPower${phase}VA`);
          const reactiveVar = read(plant, id, `reactivePower${phase}Var`);
          const factor = read(plant, id, `powerFactor${phase}`);
          expect(apparentVa ** 2).toBeCloseTo(powerW ** 2 + reactiveVar ** 2, 3);
          expect(read(plant, id, `voltage${phase}V`) * read(plant, id, `current${phase}A`)).toBeCloseTo(
            apparentVa,
            6,
          );
          expect(apparentVa * factor).toBeCloseTo(powerW, 6);
          const angle = (read(plant, id, `phaseAngle${phase}Degrees`) * Math.PI) / 180;
          expect(Math.cos(angle)).toBeCloseTo(factor, 9);
          expect(read(plant, `${id}.${phase}`, 'powerW')).toBe(powerW);
          sumW += powerW;
        }
        expect(read(plant, id, 'powerW')).toBeCloseTo(sumW, 6);
        expect(read(plant, id, 'powerW')).toBe(
          read(plant, id, 'powerImportW') - read(plant, id, 'powerExportW'),
        );
      }
      const directW = read(plant, 'battery-12v', 'voltageV') * read(plant, 'battery-12v', 'currentA');
      expect(directW).toBeCloseTo(read(plant, 'battery-12v', 'powerW'), 6);
    }
  });

  test('has every quantity that a profile of the registry asks there, and each is plausible', () => {
    // What is the gateway's own, and what inverters with three or four strings have.
    const elsewhere = /^shunt|Peak|^chargeExport|Dc[34]/;
    for (const profile of profiles) {
      const known = profileQuantities(profile);
      const isDirect =
        known.includes('voltageV') && !known.includes('frequencyHz') && profile.kind !== 'head';
      const point =
        known.includes('powerDcW') || known.includes('powerDc1W')
          ? 'pv'
          : isDirect
            ? 'battery-12v'
            : 'supply';
      for (const quantity of known) {
        if (elsewhere.test(quantity)) continue;
        const value = plant.point(point).read(quantity);
        if (value === undefined) throw new Error(`${profile.id} asks ${point} for ${quantity}`);
        if (!isPlausible(quantity, value)) throw new Error(`${quantity} is ${value} at ${point}`);
      }
    }
  });

  test('tells of what is between two phases where it is on both, and an SDM630 on one phase shows 0', () => {
    const between = ['voltageL1L2V', 'voltageL2L3V', 'voltageL3L1V', 'voltageLineV'] as const;
    const distortions = between.map(id => id.replace(/^voltage(.*)V$/, 'thdVoltage$1Percent') as QuantityId);
    const { read: atPoint } = plant.point('supply.L2');
    for (const id of [...between, ...distortions]) {
      expect(atPoint(id)).toBeUndefined();
      expect(read(plant, 'supply', id)).toBeGreaterThan(0);
    }
    const [profile, meter] = [
      findProfile('eastron-sdm630'),
      { id: 'one', name: 'One', profile: 'eastron-sdm630', at: 'supply.L2', line: 'bus', address: 1 },
    ];
    const slave = scenarioSlave(meter, atPoint);
    if (profile?.kind !== 'modbus') throw new Error('no SDM630');
    const shown = new Map(
      profile.registers.map(register => [register.quantity, slave.read(register.quantity, register)]),
    );
    for (const id of [...between, ...distortions]) expect([id, shown.get(id)]).toEqual([id, 0]);
    expect(shown.get('voltageL1V')).toBe(read(plant, 'supply', 'voltageL2V'));
    expect(shown.get('voltageL2V')).toBe(0);
  });

  test('on two phases has one line voltage, which is the mean of those there are', () => {
    const circuits = [{ id: 'oven', name: 'Oven', phases: ['L1', 'L2'] as const }];
    const two = createPlant({ ...house, circuits }, place, { seed: 3, startMs: juneMs });
    const volts = (
      ['voltageL1L2V', 'voltageL2L3V', 'voltageL3L1V', 'voltageL3V', 'voltageLineV'] as const
    ).map(id => two.point('oven').read(id));
    expect(volts[0]).toBeGreaterThan(350);
    expect(volts).toEqual([volts[0], undefined, undefined, undefined, volts[0]]);
  });

  test('that nets its phases and one that counts each by itself have the same difference', () => {
    const [netted, byPhase] = [plant.point('supply'), plant.point('supply', 'by-phase')];
    const known = (point: typeof netted, quantity: QuantityId) => point.read(quantity) ?? Number.NaN;
    const before = known(byPhase, 'energyImportWh') - known(netted, 'energyImportWh');
    plant.advanceTo(plant.atMs + 10 * hourMs);
    expect(known(byPhase, 'energyImportWh') - known(netted, 'energyImportWh')).toBeGreaterThan(before);
    expect(known(byPhase, 'energyNetWh')).toBeCloseTo(known(netted, 'energyNetWh'), 0);
  });

  test('counters never fall', () => {
    const later = createPlant(house, place, { seed: 6, startMs: juneMs + 15 * hourMs });
    const counters = quantityIds.filter(id => quantities[id].kind === 'counter');
    const points = later.tree.flatMap(({ id }) => [later.point(id), later.point(id, 'by-phase')]);
    const look = () => points.map(point => counters.map(quantity => point.read(quantity) ?? 0));
    let last = look();
    const first = last;
    for (let times = 0; times < 15; times++) {
      later.advanceTo(later.atMs + 53_000);
      const now = look();
      expect(now.every((values, at) => values.every((value, of) => value >= (last[at]?.[of] ?? 0)))).toBe(
        true,
      );
      last = now;
    }
    expect(last).not.toEqual(first);
  });

  test('that is not there is told with those that are', () => {
    expect(() => plant.point('cellar')).toThrow('there are supply, base');
    expect(() => plant.point('kitchen.L1')).toThrow('there is no point "kitchen.L1"');
  });
});

describe('demand', () => {
  test('is the mean of the last whole quarter of an hour, and its highest', () => {
    const startMs = novemberMs + 18 * hourMs;
    const plant = createPlant(house, place, { seed: 4, startMs });
    const takenMj = () => plant.counters.ofWhole('netImport', 0);
    const means: number[] = [];
    for (let block = 0; block < 6; block++) {
      const before = takenMj();
      plant.advanceTo(startMs + (block + 1) * 900_000);
      means.push((takenMj() - before) / 900_000);
      expect(read(plant, 'supply', 'demandW')).toBeCloseTo(means.at(-1) ?? 0, 6);
      expect(read(plant, 'supply', 'demandMaxW')).toBeCloseTo(Math.max(...means), 6);
    }
  });

  test('of a meter on one phase of several is what that phase took', () => {
    const startMs = juneMs + 9 * hourMs;
    const plant = createPlant(house, place, { seed: 4, startMs });
    const node = plant.tree.findIndex(({ id }) => id === 'supply');
    const points = ['supply.L1', 'supply.L2', 'supply.L3'];
    const sums = (id: 'import' | 'export' | 'apparent' | 'charge') =>
      [0, 1, 2].map(on => plant.counters.ofPhase(id, node, on));
    const grown = (now: readonly number[], before: readonly number[]) =>
      now.map((sum, on) => (sum - (before[on] ?? 0)) / 900 / 1000);
    const [taken, given, apparent, charge] = [
      sums('import'),
      sums('export'),
      sums('apparent'),
      sums('charge'),
    ];
    plant.advanceTo(startMs + 900_000);
    const all = (id: QuantityId) => points.map(point => read(plant, point, id));
    expect(all('demandImportW')).toEqual(grown(sums('import'), taken));
    expect(all('demandExportW')).toEqual(grown(sums('export'), given));
    expect(all('demandApparentVA')).toEqual(grown(sums('apparent'), apparent));
    for (const id of ['demandCurrentL1A', 'demandCurrentMaxA', 'demandCurrentNeutralA'] as const)
      expect(all(id)).toEqual(grown(sums('charge'), charge));
    expect(new Set(all('demandApparentVA')).size).toBe(3);
    // By quadrant no phase is counted by itself: nothing is told rather than what all three came to.
    expect(plant.point('supply.L1').read('reactiveEnergyQ1Varh')).toBeUndefined();
    expect(plant.point('supply.L1').read('apparentEnergyImportVAh')).toBeUndefined();
  });

  test('a plant that was saved before single phases had blocks goes on; theirs begin then', () => {
    const startMs = juneMs + 9 * hourMs;
    const plant = createPlant(house, place, { seed: 4, startMs });
    plant.advanceTo(startMs + 1_000_000);
    const saved = plant.save();
    const [whole, all] = [8, 20];
    const counters = Object.fromEntries(
      Object.entries(saved.counters).map(([id, numbers]) => {
        const blocks = numbers.length - 3 * all;
        const lists = [0, 1, 2].flatMap(list =>
          numbers.slice(blocks + list * all, blocks + list * all + whole),
        );
        return [id, [...numbers.slice(0, blocks), ...lists]];
      }),
    );
    const resumed = resumePlant(house, place, { ...saved, counters });
    for (const one of [plant, resumed]) one.advanceTo(startMs + 1_800_000);
    expect(read(resumed, 'supply', 'demandW')).toBe(read(plant, 'supply', 'demandW'));
    const late = read(resumed, 'supply.L1', 'demandApparentVA');
    expect(late).toBeGreaterThan(0);
    expect(late).toBeLessThan(read(plant, 'supply.L1', 'demandApparentVA'));
    resumed.advanceTo(startMs + 2_700_000);
    plant.advanceTo(startMs + 2_700_000);
    expect(read(resumed, 'supply.L1', 'demandApparentVA')).toBe(read(plant, 'supply.L1', 'demandApparentVA'));
  });
});
