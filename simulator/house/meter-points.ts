import type { QuantityId } from '#core/quantities.ts';
import { type CircuitId, circuitIndex, type Phase, phase, phases } from './circuits.ts';
import { type CounterId, millijoulePerWattHour } from './counters.ts';
import type { House } from './house.ts';

/**
 * Where meters hang. `utility` and `main` both sit at the grid connection: the first nets its phases, the second
 * counts each by itself. `ev` is phase L1 of the wallbox, `kitchen` the circuit of oven, kettle and fridge, `pv` what
 * the solar inverter feeds in on three phases, `storage` the house's own battery on phase L3, `battery` the terminals of
 * the 12 V battery.
 */
export type PointId = 'utility' | 'main' | 'ev' | 'kitchen' | 'pv' | 'storage' | 'battery';

export interface MeterPoint {
  /**
   * A quantity in its unit, at the house's current time, or undefined where a meter here does not know it. Counters
   * are cut down to the resolution of the meter's register, as meters do.
   */
  read(quantity: QuantityId): number | undefined;
}

type Readers = Partial<Record<QuantityId, (house: House) => number>>;

const names = ['L1', 'L2', 'L3'] as const;

const degrees = 180 / Math.PI;

/** Active and reactive power in W and var, and what follows from them at a voltage. */
interface Load {
  readonly powerW: number;
  readonly reactiveVar: number;
  readonly apparentVa: number;
  readonly currentA: number;
  readonly factor: number;
  readonly angleDegrees: number;
}

function loadOf(mw: number, mvar: number, voltageV: number): Load {
  const apparentMva = Math.sqrt(mw * mw + mvar * mvar);
  return {
    powerW: mw / 1000,
    reactiveVar: mvar / 1000,
    apparentVa: apparentMva / 1000,
    currentA: apparentMva / 1000 / voltageV,
    factor: apparentMva === 0 ? 1 : mw / apparentMva,
    angleDegrees: Math.atan2(mvar, mw) * degrees,
  };
}

const voltage = (house: House, on: Phase): number => house.electricity.voltageV[on] as number;

const gridLoad = (house: House, on: Phase): Load =>
  loadOf(
    house.electricity.gridMw[on] as number,
    house.electricity.gridMvar[on] as number,
    voltage(house, on),
  );

const circuitLoad = (house: House, circuit: CircuitId, on: Phase): Load => {
  const cell = circuitIndex[circuit] * 3 + on;
  const { circuitMw, circuitMvar } = house.electricity;
  return loadOf(circuitMw[cell] as number, circuitMvar[cell] as number, voltage(house, on));
};

const sum = (house: House, of: (load: Load) => number): number =>
  phases.reduce<number>((total, on) => total + of(gridLoad(house, on)), 0);

const sumMw = ({ electricity: { gridMw } }: House): number =>
  (gridMw[0] as number) + (gridMw[1] as number) + (gridMw[2] as number);

const sumMvar = ({ electricity: { gridMvar } }: House): number =>
  (gridMvar[0] as number) + (gridMvar[1] as number) + (gridMvar[2] as number);

/** Sum of counters in whole steps of `resolution` Wh; what is not a whole step yet does not show. */
const counted =
  (resolution: number, ...ids: readonly CounterId[]) =>
  ({ counters }: House): number => {
    const millijoule = ids.reduce((total, id) => total + counters.get(id), 0);
    // A tenth of a Wh times ten is whole; a division at the end gives the nearest double of the exact decimal.
    return Math.floor(millijoule / (millijoulePerWattHour * resolution)) / (1 / resolution);
  };

/** Between two phases that stand 120 degrees apart. */
const lineVoltage =
  (one: Phase, other: Phase) =>
  (house: House): number => {
    const a = voltage(house, one);
    const b = voltage(house, other);
    return Math.sqrt(a * a + b * b + a * b);
  };

/** The vector sum of the phases' currents: zero where they are balanced, as the three-phase loads are. */
function neutralCurrentA(house: House): number {
  let real = 0;
  let imaginary = 0;
  for (const on of phases) {
    const { currentA, angleDegrees } = gridLoad(house, on);
    const angle = (-120 * on - angleDegrees) / degrees;
    real += currentA * Math.cos(angle);
    imaginary += currentA * Math.sin(angle);
  }
  return Math.sqrt(real * real + imaginary * imaginary);
}

/** Distortion comes with the grid, stronger in the evening; the house's own currents are sines. */
const thdVoltage = (house: House, on: Phase): number => 1.4 + 0.2 * on + (voltage(house, on) % 1) * 0.3;
const thdCurrent = (house: House, on: Phase): number => thdVoltage(house, on) * 2.5;

const frequency = (house: House): number => house.electricity.frequency.hz;

const perPhase = (make: (on: Phase, name: (typeof names)[number]) => Readers): Readers =>
  Object.assign({}, ...phases.map(on => make(on, names[on])));

/** Energy in 0.1 Wh and power in 0.1 W, as households' smart meters with their PIN entered show them. */
const utility: Readers = {
  powerW: house => sumMw(house) / 1000,
  frequencyHz: frequency,
  energyImportWh: counted(0.1, 'utilityImport'),
  energyExportWh: counted(0.1, 'utilityExport'),
  ...perPhase((on, name) => ({
    [`power${name}W`]: (house: House) => gridLoad(house, on).powerW,
    [`voltage${name}V`]: (house: House) => voltage(house, on),
    [`current${name}A`]: (house: House) => gridLoad(house, on).currentA,
    [`phaseAngle${name}Degrees`]: (house: House) => gridLoad(house, on).angleDegrees,
  })),
};

const importL = ['mainImportL1', 'mainImportL2', 'mainImportL3'] as const;
const exportL = ['mainExportL1', 'mainExportL2', 'mainExportL3'] as const;

/**
 * An SDM630. Its total of VA is the sum of the phases' (seen on a real one), so with unequal phases it is more
 * than the root of P² + Q²; factor and angle are those of the sums.
 */
const main: Readers = {
  powerW: house => sumMw(house) / 1000,
  reactivePowerVar: house => sumMvar(house) / 1000,
  apparentPowerVA: house => sum(house, load => load.apparentVa),
  powerFactor: house => loadOf(sumMw(house), sumMvar(house), 1).factor,
  phaseAngleDegrees: house => loadOf(sumMw(house), sumMvar(house), 1).angleDegrees,
  voltageV: house => phases.reduce<number>((total, on) => total + voltage(house, on), 0) / 3,
  voltageL1L2V: lineVoltage(phase.L1, phase.L2),
  voltageL2L3V: lineVoltage(phase.L2, phase.L3),
  voltageL3L1V: lineVoltage(phase.L3, phase.L1),
  voltageLineV: house =>
    (lineVoltage(phase.L1, phase.L2)(house) +
      lineVoltage(phase.L2, phase.L3)(house) +
      lineVoltage(phase.L3, phase.L1)(house)) /
    3,
  currentA: house => sum(house, load => load.currentA) / 3,
  currentSumA: house => sum(house, load => load.currentA),
  currentNeutralA: neutralCurrentA,
  frequencyHz: frequency,
  demandW: house => house.demand.lastW,
  demandMaxW: house => house.demand.maxW,
  thdVoltagePercent: house => phases.reduce<number>((total, on) => total + thdVoltage(house, on), 0) / 3,
  thdCurrentPercent: house => phases.reduce<number>((total, on) => total + thdCurrent(house, on), 0) / 3,
  energyImportWh: counted(1, ...importL),
  energyExportWh: counted(1, ...exportL),
  energyTotalWh: counted(1, ...importL, ...exportL),
  reactiveEnergyImportVarh: counted(1, 'mainReactiveImport'),
  reactiveEnergyExportVarh: counted(1, 'mainReactiveExport'),
  reactiveEnergyTotalVarh: counted(1, 'mainReactiveImport', 'mainReactiveExport'),
  apparentEnergyVAh: counted(1, 'mainApparent'),
  chargeAh: counted(0.001, 'mainCharge'),
  ...perPhase((on, name) => ({
    [`voltage${name}V`]: (house: House) => voltage(house, on),
    [`current${name}A`]: (house: House) => gridLoad(house, on).currentA,
    [`power${name}W`]: (house: House) => gridLoad(house, on).powerW,
    [`reactivePower${name}Var`]: (house: House) => gridLoad(house, on).reactiveVar,
    [`apparentPower${name}VA`]: (house: House) => gridLoad(house, on).apparentVa,
    [`powerFactor${name}`]: (house: House) => gridLoad(house, on).factor,
    [`phaseAngle${name}Degrees`]: (house: House) => gridLoad(house, on).angleDegrees,
    [`thdVoltage${name}Percent`]: (house: House) => thdVoltage(house, on),
    [`thdCurrent${name}Percent`]: (house: House) => thdCurrent(house, on),
    [`energyImport${name}Wh`]: counted(1, importL[on]),
    [`energyExport${name}Wh`]: counted(1, exportL[on]),
    [`energyTotal${name}Wh`]: counted(1, importL[on], exportL[on]),
  })),
};

/** What a one-phase meter shows of a circuit. */
const onePhase = (circuit: CircuitId, on: Phase): Readers => ({
  voltageV: house => voltage(house, on),
  currentA: house => circuitLoad(house, circuit, on).currentA,
  powerW: house => circuitLoad(house, circuit, on).powerW,
  apparentPowerVA: house => circuitLoad(house, circuit, on).apparentVa,
  reactivePowerVar: house => circuitLoad(house, circuit, on).reactiveVar,
  powerFactor: house => circuitLoad(house, circuit, on).factor,
  frequencyHz: frequency,
});

const ev: Readers = {
  ...onePhase('ev', phase.L1),
  energyImportWh: counted(1, 'evImport'),
  energyExportWh: counted(1, 'evExport'),
  energyTotalWh: counted(1, 'evImport', 'evExport'),
  reactiveEnergyImportVarh: counted(1, 'evReactiveImport'),
  reactiveEnergyExportVarh: counted(1, 'evReactiveExport'),
  reactiveEnergyTotalVarh: counted(1, 'evReactiveImport', 'evReactiveExport'),
};

const kitchen: Readers = {
  ...onePhase('kitchen', phase.L2),
  energyImportWh: counted(1, 'kitchenImport'),
};

const pvSum = (house: House, of: (load: Load) => number): number =>
  phases.reduce<number>((total, on) => total + of(circuitLoad(house, 'pv', on)), 0);

/** The side of an inverter that feeds the house: power is negative. */
const pv: Readers = {
  powerW: house => pvSum(house, load => load.powerW),
  reactivePowerVar: house => pvSum(house, load => load.reactiveVar),
  apparentPowerVA: house => pvSum(house, load => load.apparentVa),
  currentSumA: house => pvSum(house, load => load.currentA),
  voltageV: house => phases.reduce<number>((total, on) => total + voltage(house, on), 0) / 3,
  voltageL1L2V: lineVoltage(phase.L1, phase.L2),
  voltageL2L3V: lineVoltage(phase.L2, phase.L3),
  voltageL3L1V: lineVoltage(phase.L3, phase.L1),
  powerFactor: house => circuitLoad(house, 'pv', phase.L1).factor,
  frequencyHz: frequency,
  energyImportWh: counted(1, 'pvImport'),
  energyExportWh: counted(1, 'pvExport'),
  ...perPhase((on, name) => ({
    [`power${name}W`]: (house: House) => circuitLoad(house, 'pv', on).powerW,
    [`voltage${name}V`]: (house: House) => voltage(house, on),
    [`current${name}A`]: (house: House) => circuitLoad(house, 'pv', on).currentA,
  })),
};

/** The inverter of the house's battery: takes when it charges, gives when it discharges. */
const storage: Readers = {
  ...onePhase('storage', phase.L3),
  energyImportWh: counted(1, 'storageImport'),
  energyExportWh: counted(1, 'storageExport'),
  energyTotalWh: counted(1, 'storageImport', 'storageExport'),
};

/** No counters: an INA219 has none. What the battery truly took and gave is in `house.counters`. */
const battery: Readers = {
  voltageV: house => house.electricity.battery.voltageV,
  currentA: house => house.electricity.battery.currentA,
  powerW: house => house.electricity.battery.powerMw / 1000,
};

const readers: Readonly<Record<PointId, Readers>> = { utility, main, ev, kitchen, pv, storage, battery };

const pointOf = (house: House, point: PointId): MeterPoint => ({
  read: quantity => readers[point][quantity]?.(house),
});

export const meterPoints = (house: House): Readonly<Record<PointId, MeterPoint>> => ({
  utility: pointOf(house, 'utility'),
  main: pointOf(house, 'main'),
  ev: pointOf(house, 'ev'),
  kitchen: pointOf(house, 'kitchen'),
  pv: pointOf(house, 'pv'),
  storage: pointOf(house, 'storage'),
  battery: pointOf(house, 'battery'),
});
