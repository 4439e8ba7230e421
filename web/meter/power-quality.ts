import type { Values } from './phasors.ts';

export interface VoltageUnbalance {
  /** Negative over positive sequence, %. */
  readonly sequencePercent: number;
  /** Largest distance from the mean, over the mean, %. */
  readonly deviationPercent: number;
  /** From which voltages: those between the phases, or those to neutral, taken to be 120° apart. */
  readonly from: 'line' | 'neutral';
}

type Three = readonly [number, number, number];

function three(values: Values, ids: readonly [string, string, string]): Three | null {
  const [one, two, other] = ids.map(id => values[id]);
  return one === undefined || two === undefined || other === undefined ? null : [one, two, other];
}

/**
 * The largest distance of three magnitudes from their mean, over the mean, % (NEMA MG 1-2016, 12.45, of voltages between
 * the phases; IEEE 112 of those to neutral). Null where the mean is 0.
 */
export function deviationPercent(magnitudes: Three): number | null {
  const mean = (magnitudes[0] + magnitudes[1] + magnitudes[2]) / 3;
  if (!(mean > 0)) return null;
  return (100 * Math.max(...magnitudes.map(each => Math.abs(each - mean)))) / mean;
}

/**
 * Negative over positive sequence from the three voltages between the phases, % (IEC 61000-4-30, 5.7.1):
 * β = (U12⁴ + U23⁴ + U31⁴) / (U12² + U23² + U31²)², u = √((1 − √(3 − 6β)) / (1 + √(3 − 6β))).
 */
export function sequencePercent(line: Three): number | null {
  const squares = line.map(each => each * each);
  const sum = squares.reduce((total, each) => total + each, 0);
  if (!(sum > 0)) return null;
  const beta = squares.reduce((total, each) => total + each * each, 0) / (sum * sum);
  const root = Math.sqrt(Math.max(3 - 6 * beta, 0));
  return 100 * Math.sqrt(Math.max((1 - root) / (1 + root), 0));
}

/** Between two voltages to neutral that are 120° apart. */
const apart = (one: number, other: number): number => Math.sqrt(one * one + other * other + one * other);

/** How unequal the voltages of three phases are; null where one is not there or is dead. */
export function voltageUnbalance(values: Values): VoltageUnbalance | null {
  const line = three(values, ['voltageL1L2V', 'voltageL2L3V', 'voltageL3L1V']);
  const neutral = three(values, ['voltageL1V', 'voltageL2V', 'voltageL3V']);
  const isLine = line?.every(each => each > 0) ?? false;
  const used = isLine ? line : neutral;
  if (used === null || used.some(each => !(each > 0))) return null;
  const between: Three = isLine
    ? used
    : [apart(used[0], used[1]), apart(used[1], used[2]), apart(used[2], used[0])];
  const [sequence, deviation] = [sequencePercent(between), deviationPercent(used)];
  if (sequence === null || deviation === null) return null;
  return { sequencePercent: sequence, deviationPercent: deviation, from: isLine ? 'line' : 'neutral' };
}

/** Below this mean, A, currents are noise of the meter's own and their unbalance says nothing. */
const leastMeanA = 0.1;

/** How unequal the currents of three phases are, %, by their largest distance from the mean; null where hardly any flows. */
export function currentUnbalance(values: Values): number | null {
  const currents = three(values, ['currentL1A', 'currentL2A', 'currentL3A']);
  if (currents === null) return null;
  const magnitudes: Three = [Math.abs(currents[0]), Math.abs(currents[1]), Math.abs(currents[2])];
  const mean = (magnitudes[0] + magnitudes[1] + magnitudes[2]) / 3;
  return mean < leastMeanA ? null : deviationPercent(magnitudes);
}

/** The side of the current: behind the voltage (coils, motors), ahead of it (capacitors), or hardly any of both. */
export type Side = 'inductive' | 'capacitive' | 'neither';

export interface PowerFactor {
  readonly phase: 'L1' | 'L2' | 'L3' | null;
  /** 0 to 1. */
  readonly factor: number;
  /** null: nothing tells. */
  readonly side: Side | null;
  /** As the meter gave it, or P/S. */
  readonly from: 'meter' | 'powers';
}

/** So near to 1 there is no side worth naming. */
const nearlyOne = 0.9995;

/**
 * Power factors for all phases together first, then by phase. The side is told by active and reactive power alone:
 * quadrants I and III are inductive, II and IV capacitive (IEC 62053-23); a sign of the factor means other things with
 * other makers and is not believed.
 */
export function powerFactors(values: Values): PowerFactor[] {
  return ([null, 'L1', 'L2', 'L3'] as const).flatMap(phase => {
    const at = (stem: string, unit: string) => values[`${stem}${phase ?? ''}${unit}`];
    const [active, reactive] = [at('power', 'W'), at('reactivePower', 'Var')];
    const apparent =
      at('apparentPower', 'VA') ??
      (active === undefined || reactive === undefined ? undefined : Math.hypot(active, reactive));
    const own = at('powerFactor', '');
    const computed =
      active !== undefined && apparent !== undefined && apparent > 0 ? active / apparent : undefined;
    const factor = own ?? computed;
    if (factor === undefined) return [];
    const magnitude = Math.min(Math.abs(factor), 1);
    const side = magnitude >= nearlyOne ? 'neither' : sideOf(active, reactive);
    return { phase, factor: magnitude, side, from: own === undefined ? 'powers' : 'meter' };
  });
}

function sideOf(active: number | undefined, reactive: number | undefined): Side | null {
  if (active === undefined || reactive === undefined || active === 0) return null;
  if (reactive === 0) return 'neither';
  return active > 0 === reactive > 0 ? 'inductive' : 'capacitive';
}
