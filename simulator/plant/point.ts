import { type QuantityId, quantityIds } from '#core/quantities.ts';
import type { PhaseCounting, PointReader } from '../scenario/scenario.ts';
import { millijoulePerWattHour, type PhaseCounter, type WholeCounter } from './counters.ts';
import type { DemandId } from './demand-blocks.ts';
import { gasVolumeM3, heatEnergyJ, waterVolumeM3 } from './other-utilities.ts';
import { inverterEfficiency, stringShares } from './panels.ts';
import type { PlantState } from './plant-state.ts';
import { directReaders } from './point-direct.ts';

/** Where a meter hangs: a circuit, those of its phases that the meter sees, and how it counts. */
export interface PointPlace {
  readonly plant: PlantState;
  readonly node: number;
  readonly end: number;
  readonly phases: readonly number[];
  readonly counting: PhaseCounting;
}

export type Reader = (place: PointPlace) => number | undefined;
export type Readers = Partial<Record<QuantityId, Reader>>;

const degrees = 180 / Math.PI;

const mwOf = ({ plant, node }: PointPlace, on: number): number =>
  plant.electricity.flowMw[node * 3 + on] as number;
const mvarOf = ({ plant, node }: PointPlace, on: number): number =>
  plant.electricity.flowMvar[node * 3 + on] as number;
const voltOf = ({ plant }: PointPlace, on: number): number => plant.electricity.voltageV[on] as number;
const mvaOf = (place: PointPlace, on: number): number => Math.hypot(mwOf(place, on), mvarOf(place, on));
const ampereOf = (place: PointPlace, on: number): number => mvaOf(place, on) / 1000 / voltOf(place, on);

type OfPhase = (place: PointPlace, on: number) => number;

const sumOf = (place: PointPlace, of: OfPhase): number =>
  place.phases.reduce((sum, on) => sum + of(place, on), 0);
const sum =
  (of: OfPhase, scale = 1): Reader =>
  place =>
    sumOf(place, of) / scale;
const mean =
  (of: OfPhase): Reader =>
  place =>
    sumOf(place, of) / place.phases.length;

/** The meter's own phase: where it is on one phase only, that is its first. */
const onPhase =
  (index: number, of: OfPhase, scale = 1): Reader =>
  place => {
    const on = place.phases.length === 1 ? (index === 0 ? place.phases[0] : undefined) : index;
    return on === undefined || !place.phases.includes(on) ? undefined : of(place, on) / scale;
  };

const factorOf = (mw: number, mvar: number): number => {
  const mva = Math.hypot(mw, mvar);
  return mva === 0 ? 1 : mw / mva;
};
const angleOf = (mw: number, mvar: number): number => Math.atan2(mvar, mw) * degrees;

/** Whole tenths of a Wh; a division at the end gives the nearest double of the exact decimal. */
const tenths = (millijoule: number): number => Math.floor(millijoule / (millijoulePerWattHour / 10)) / 10;
/** Whole thousandths of an Ah. */
const ampereHours = (milliampereSeconds: number): number => Math.floor(milliampereSeconds / 3600) / 1000;

const counted =
  (...ids: readonly PhaseCounter[]): OfPhase =>
  ({ plant, node }, on) =>
    ids.reduce((total, id) => total + plant.counters.ofPhase(id, node, on), 0);

const whole =
  (...ids: readonly WholeCounter[]): Reader =>
  ({ plant, node }) =>
    ids.reduce((total, id) => total + plant.counters.ofWhole(id, node), 0);

/** Whether the meter sees all phases of its circuit. */
const isWhole = ({ plant, node, phases }: PointPlace): boolean =>
  phases.length === plant.tree[node]?.phases.length;

/** Of one phase of several, a netted count is the phase's own. */
const energy = (netted: readonly WholeCounter[], byPhase: readonly PhaseCounter[]): Reader => {
  const ofWhole = whole(...netted);
  const ofPhases = sum(counted(...byPhase));
  return place => {
    const isNetted = place.counting === 'netted' && isWhole(place);
    return tenths((isNetted ? ofWhole(place) : ofPhases(place)) ?? 0);
  };
};
/** By quadrant or direction no phase is counted by itself. */
const wholeEnergy = (id: WholeCounter): Reader => {
  const ofWhole = whole(id);
  return place => (isWhole(place) ? tenths(ofWhole(place) ?? 0) : undefined);
};
const perPhaseEnergy =
  (index: number, ...ids: readonly PhaseCounter[]): Reader =>
  place => {
    const millijoule = onPhase(index, counted(...ids))(place);
    return millijoule === undefined ? undefined : tenths(millijoule);
  };

type PhaseDemand = 'import' | 'export' | 'apparent' | 'reactive';
const demandOfPhase = (id: 'current' | PhaseDemand, on: number): DemandId => `${id}L${on + 1}` as DemandId;

/** Of the circuit, or of the one phase of several that the meter sees. */
const demandHere = (place: PointPlace, id: PhaseDemand): DemandId =>
  isWhole(place) ? id : demandOfPhase(id, place.phases[0] ?? 0);
const demand =
  (id: PhaseDemand, which: 'last' | 'most'): Reader =>
  place =>
    place.plant.demand[which](place.node, demandHere(place, id)) / 1000;
const currentOfPhase =
  (which: 'last' | 'most'): OfPhase =>
  ({ plant, node }, on) =>
    plant.demand[which](node, demandOfPhase('current', on));
const currentDemand = (which: 'last' | 'most'): Reader => {
  const of = currentOfPhase(which);
  return place => Math.max(...place.phases.map(on => of(place, on))) / 1000;
};
const phaseDemand = (index: number, which: 'last' | 'most'): Reader =>
  onPhase(index, currentOfPhase(which), 1000);
/** What one phase alone draws comes back by the neutral. */
const neutralDemand =
  (which: 'last' | 'most'): Reader =>
  place => {
    const { plant, node, phases } = place;
    const id = isWhole(place) ? 'currentNeutral' : demandOfPhase('current', phases[0] ?? 0);
    return plant.demand[which](node, id) / 1000;
  };

type OfPhases = (place: PointPlace, one: number, other: number) => number;

/** Of what is between two phases: a meter that is not on both has none, as an SDM630 on one phase (1P2W) tells of no line voltage. */
const between =
  (one: number, other: number, of: OfPhases): Reader =>
  place =>
    place.phases.includes(one) && place.phases.includes(other) ? of(place, one, other) : undefined;

/** The three between two phases, and the mean of those that there are. */
const betweenPhases = (of: OfPhases): readonly [Reader, Reader, Reader, Reader] => {
  const lines = [between(0, 1, of), between(1, 2, of), between(2, 0, of)] as const;
  const meanOf: Reader = place => {
    const known = lines.flatMap(line => line(place) ?? []);
    return known.length === 0 ? undefined : known.reduce((total, one) => total + one, 0) / known.length;
  };
  return [...lines, meanOf];
};

/** The phases stand 120 degrees apart. */
const lineVoltages = betweenPhases((place, one, other) => {
  const a = voltOf(place, one);
  const b = voltOf(place, other);
  return Math.sqrt(a * a + b * b + a * b);
});

/** The vector sum of the phases' currents: zero where they are balanced. */
const neutralA: Reader = place => {
  let along = 0;
  let across = 0;
  for (const on of place.phases) {
    const angle = (-120 * on) / degrees - Math.atan2(mvarOf(place, on), mwOf(place, on));
    along += ampereOf(place, on) * Math.cos(angle);
    across += ampereOf(place, on) * Math.sin(angle);
  }
  return Math.hypot(along, across);
};

const totalMw = sum(mwOf);
const totalMvar = sum(mvarOf);
const ofTotals =
  (of: (mw: number, mvar: number) => number): Reader =>
  place =>
    of(totalMw(place) ?? 0, totalMvar(place) ?? 0);

/** The supply's own distortion, more of it in the evening. */
const thdVoltage: OfPhase = ({ plant }, on) =>
  plant.distortionPercent + 0.2 * on + ((plant.electricity.voltageV[on] as number) % 1) * 0.2;

const lineDistortions = betweenPhases(thdVoltage);

/** Of the loads below: harmonics of different loads do not meet in step, so they add up as squares. */
const thdCurrent: OfPhase = (place, on) => {
  const { plant, node, end } = place;
  let squares = 0;
  for (let below = node; below < end; below++) {
    const cell = below * 3 + on;
    const mva = Math.hypot(
      plant.electricity.ownMw[cell] as number,
      plant.electricity.ownMvar[cell] as number,
    );
    squares += (mva * (plant.thdPercents[below] as number)) ** 2;
  }
  const mva = mvaOf(place, on);
  return mva === 0 ? 0 : Math.min(300, Math.sqrt(squares) / mva + 0.5 * thdVoltage(place, on));
};

const phaseReaders = (index: number): Readers => {
  const name = `L${index + 1}` as 'L1' | 'L2' | 'L3';
  return {
    [`voltage${name}V`]: onPhase(index, voltOf),
    [`current${name}A`]: onPhase(index, ampereOf),
    [`power${name}W`]: onPhase(index, mwOf, 1000),
    [`reactivePower${name}Var`]: onPhase(index, mvarOf, 1000),
    [`apparentPower${name}VA`]: onPhase(index, mvaOf, 1000),
    [`powerFactor${name}`]: onPhase(index, (place, on) => factorOf(mwOf(place, on), mvarOf(place, on))),
    [`phaseAngle${name}Degrees`]: onPhase(index, (place, on) => angleOf(mwOf(place, on), mvarOf(place, on))),
    [`thdVoltage${name}Percent`]: onPhase(index, thdVoltage),
    [`thdCurrent${name}Percent`]: onPhase(index, thdCurrent),
    [`energyImport${name}Wh`]: perPhaseEnergy(index, 'import'),
    [`energyExport${name}Wh`]: perPhaseEnergy(index, 'export'),
    [`energyTotal${name}Wh`]: perPhaseEnergy(index, 'import', 'export'),
    [`reactiveEnergyImport${name}Varh`]: perPhaseEnergy(index, 'reactiveImport'),
    [`reactiveEnergyExport${name}Varh`]: perPhaseEnergy(index, 'reactiveExport'),
    [`reactiveEnergyTotal${name}Varh`]: perPhaseEnergy(index, 'reactiveImport', 'reactiveExport'),
    [`demandCurrent${name}A`]: phaseDemand(index, 'last'),
    [`demandCurrentMax${name}A`]: phaseDemand(index, 'most'),
  };
};

/** What a string of panels has made: its share of what the inverter fed in, before the losses. */
const stringEnergy =
  (index: number): Reader =>
  place => {
    if (place.plant.loads[place.node]?.read?.('powerDcW') === undefined) return undefined;
    const millijoule = place.plant.counters.ofWhole('netExport', place.node) * (stringShares[index] ?? 0);
    return tenths(millijoule / inverterEfficiency);
  };

/** Utilities' other meters are read by the one at the supply. */
const atSupply =
  (of: (second: number) => number): Reader =>
  ({ plant, node }) =>
    node === 0 ? of(plant.second) : undefined;

/** What an SDM630's own total of VA is, too: the sum of the phases', so with unequal phases more than the root of P² + Q². */
const acReaders: Readers = {
  powerW: sum(mwOf, 1000),
  powerImportW: place => Math.max(0, (totalMw(place) ?? 0) / 1000),
  powerExportW: place => Math.max(0, -(totalMw(place) ?? 0) / 1000),
  reactivePowerVar: sum(mvarOf, 1000),
  apparentPowerVA: sum(mvaOf, 1000),
  powerFactor: ofTotals(factorOf),
  phaseAngleDegrees: ofTotals(angleOf),
  voltageV: mean(voltOf),
  voltageL1L2V: lineVoltages[0],
  voltageL2L3V: lineVoltages[1],
  voltageL3L1V: lineVoltages[2],
  voltageLineV: lineVoltages[3],
  currentA: mean(ampereOf),
  currentSumA: sum(ampereOf),
  currentNeutralA: neutralA,
  frequencyHz: ({ plant }) => plant.electricity.frequencyHz,
  thdVoltagePercent: mean(thdVoltage),
  thdCurrentPercent: mean(thdCurrent),
  thdVoltageL1L2Percent: lineDistortions[0],
  thdVoltageL2L3Percent: lineDistortions[1],
  thdVoltageL3L1Percent: lineDistortions[2],
  thdVoltageLinePercent: lineDistortions[3],
  demandW: demand('import', 'last'),
  demandMaxW: demand('import', 'most'),
  demandImportW: demand('import', 'last'),
  demandImportMaxW: demand('import', 'most'),
  demandExportW: demand('export', 'last'),
  demandExportMaxW: demand('export', 'most'),
  demandApparentVA: demand('apparent', 'last'),
  demandApparentMaxVA: demand('apparent', 'most'),
  demandReactiveVar: demand('reactive', 'last'),
  demandReactiveMaxVar: demand('reactive', 'most'),
  demandCurrentMaxA: currentDemand('most'),
  demandCurrentNeutralA: neutralDemand('last'),
  demandCurrentNeutralMaxA: neutralDemand('most'),
  energyImportWh: energy(['netImport'], ['import']),
  energyExportWh: energy(['netExport'], ['export']),
  energyTotalWh: energy(['netImport', 'netExport'], ['import', 'export']),
  reactiveEnergyImportVarh: energy(['q1', 'q2'], ['reactiveImport']),
  reactiveEnergyExportVarh: energy(['q3', 'q4'], ['reactiveExport']),
  reactiveEnergyTotalVarh: energy(['q1', 'q2', 'q3', 'q4'], ['reactiveImport', 'reactiveExport']),
  reactiveEnergyQ1Varh: wholeEnergy('q1'),
  reactiveEnergyQ2Varh: wholeEnergy('q2'),
  reactiveEnergyQ3Varh: wholeEnergy('q3'),
  reactiveEnergyQ4Varh: wholeEnergy('q4'),
  apparentEnergyVAh: place => tenths(sumOf(place, counted('apparent'))),
  apparentEnergyImportVAh: wholeEnergy('apparentImport'),
  apparentEnergyExportVAh: wholeEnergy('apparentExport'),
  chargeAh: place => ampereHours(sumOf(place, counted('charge'))),
  energyDc1Wh: stringEnergy(0),
  energyDc2Wh: stringEnergy(1),
  gasVolumeM3: atSupply(gasVolumeM3),
  waterVolumeM3: atSupply(waterVolumeM3),
  heatEnergyJ: atSupply(heatEnergyJ),
  ...phaseReaders(0),
  ...phaseReaders(1),
  ...phaseReaders(2),
};

const netOf =
  (readers: Readers, plus: QuantityId, minus: QuantityId): Reader =>
  place =>
    Math.round(((readers[plus]?.(place) ?? 0) - (readers[minus]?.(place) ?? 0)) * 10) / 10;

/** The first tariff counts all, and nobody has ever reset a counter that can be. */
function withTariffs(readers: Readers): Readers {
  const all: Readers = {
    ...readers,
    energyNetWh: netOf(readers, 'energyImportWh', 'energyExportWh'),
    reactiveEnergyNetVarh: netOf(readers, 'reactiveEnergyImportVarh', 'reactiveEnergyExportVarh'),
  };
  for (const id of quantityIds) {
    const of = id.replace(/Resettable|T1(?=[VW])/, '');
    const reader = of === id ? undefined : all[of as QuantityId];
    if (reader !== undefined) all[id] = reader;
    else if (/T2(?=[VW])/.test(id)) all[id] = () => 0;
  }
  return all;
}

const ac = withTariffs(acReaders);
const direct = withTariffs(directReaders);

export const pointAt = (place: PointPlace): PointReader => {
  const readers = (place.plant.buses[place.node] ?? -1) >= 0 ? direct : ac;
  return {
    read: quantity => place.plant.loads[place.node]?.read?.(quantity) ?? readers[quantity]?.(place),
    demandNowW: () =>
      place.plant.demand.now(place.node, demandHere(place, 'import'), place.plant.counters) / 1000,
  };
};
