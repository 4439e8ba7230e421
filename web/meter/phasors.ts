/** Newest values of a meter by quantity id. */
export type Values = Readonly<Record<string, number>>;

/** By what a current's angle to its voltage is known; `power` is from power, voltage and current alone. */
export type CurrentBasis = 'reactive' | 'phaseAngle' | 'factor' | 'power';

export interface Phasor {
  /** null: of a meter with one phase, which does not say which. */
  readonly phase: 'L1' | 'L2' | 'L3' | null;
  readonly voltageV: number;
  /** Against L1, counted as in mathematics: L2 is at about −120°. */
  readonly voltageDegrees: number;
  readonly currentA: number | null;
  /** Against L1's voltage; null where nothing tells. */
  readonly currentDegrees: number | null;
  /** By how much the current lags its own voltage, −180 to 180. */
  readonly lagDegrees: number | null;
}

export interface PhasorPicture {
  readonly phasors: readonly Phasor[];
  /** `assumed`: each 120° after the one before. `measured`: by the voltages between the phases. */
  readonly voltages: 'assumed' | 'measured' | 'single';
  /** The weakest that any phase's current rests on; null where no current has an angle. */
  readonly currents: CurrentBasis | null;
  /** Whether lagging (inductive) was taken for granted for one of them. */
  readonly isLagAssumed: boolean;
}

const degreesOf = (radians: number): number => (radians * 180) / Math.PI;
const phases = ['L1', 'L2', 'L3'] as const;
const basisOrder: readonly CurrentBasis[] = ['reactive', 'phaseAngle', 'factor', 'power'];

/** So far the three angles between the voltages may miss a full turn, degrees; more, and they are not of one instant. */
const closesWithin = 6;

/**
 * The three angles of the voltages from the magnitudes between phases, by the law of cosines:
 * U12² = U1² + U2² − 2·U1·U2·cos δ. Null where one is not there, or where they make no triangle or no full turn.
 */
export function measuredAngles(values: Values): readonly [0, number, number] | null {
  const apart = (one: number | undefined, other: number | undefined, line: number | undefined) => {
    if (!one || !other || !line) return null;
    const cosine = (one * one + other * other - line * line) / (2 * one * other);
    return Math.abs(cosine) > 1 ? null : degreesOf(Math.acos(cosine));
  };
  const { voltageL1V: u1, voltageL2V: u2, voltageL3V: u3 } = values;
  const first = apart(u1, u2, values.voltageL1L2V);
  const second = apart(u2, u3, values.voltageL2L3V);
  const third = apart(u3, u1, values.voltageL3L1V);
  if (first === null || second === null || third === null) return null;
  const excess = first + second + third - 360;
  if (Math.abs(excess) > closesWithin) return null;
  // What the three miss a full turn by is shared out.
  return [0, -(first - excess / 3), -(first + second - (2 * excess) / 3)];
}

interface Lag {
  readonly degrees: number;
  readonly basis: CurrentBasis;
  readonly isAssumed: boolean;
}

interface PhaseValues {
  readonly powerW: number | undefined;
  readonly reactiveVar: number | undefined;
  readonly angleDegrees: number | undefined;
  readonly factor: number | undefined;
  readonly voltageV: number | undefined;
  readonly currentA: number | undefined;
}

/**
 * By how much a current lags its voltage: from active and reactive power, φ = atan2(Q, P), which says all of it
 * (IEC 62053-23, quadrants I to IV); else from the meter's own angle (OBIS 81.7.4, 15, 26); else from the power
 * factor, or from P/(U·I), with the sign of the power. Those say nothing of the side, which then is taken to be lagging.
 */
function lagOf({ powerW, reactiveVar, angleDegrees, factor, voltageV, currentA }: PhaseValues): Lag | null {
  if (powerW !== undefined && reactiveVar !== undefined && (powerW !== 0 || reactiveVar !== 0))
    return { degrees: degreesOf(Math.atan2(reactiveVar, powerW)), basis: 'reactive', isAssumed: false };
  if (angleDegrees !== undefined)
    return { degrees: wrapped(angleDegrees), basis: 'phaseAngle', isAssumed: false };
  const isBack = (powerW ?? 1) < 0;
  const apparentVA = (voltageV ?? 0) * Math.abs(currentA ?? 0);
  const [share, basis]: [number | undefined, CurrentBasis] =
    factor !== undefined && factor !== 0
      ? [Math.abs(factor), 'factor']
      : [powerW !== undefined && apparentVA > 0 ? Math.abs(powerW) / apparentVA : undefined, 'power'];
  if (share === undefined) return null;
  const lag = degreesOf(Math.acos(Math.min(share, 1)));
  return { degrees: isBack ? 180 - lag : lag, basis, isAssumed: share < 0.9995 };
}

/** −180 to 180. */
export const wrapped = (degrees: number): number => degrees - 360 * Math.round(degrees / 360);

function valuesOf(values: Values, phase: 'L1' | 'L2' | 'L3' | ''): PhaseValues {
  return {
    powerW: values[`power${phase}W`],
    reactiveVar: values[`reactivePower${phase}Var`],
    angleDegrees: values[`phaseAngle${phase}Degrees`],
    factor: values[`powerFactor${phase}`],
    voltageV: values[`voltage${phase}V`],
    currentA: values[`current${phase}A`],
  };
}

/** What alternating current tells of itself that direct current does not. */
const isAlternating = (values: Values): boolean =>
  Object.keys(values).some(id => /^(frequency|powerFactor|reactivePower|apparentPower|phaseAngle)/.test(id));

/** Voltages and currents as arrows; null where there is no alternating voltage to draw. */
export function phasorPicture(values: Values): PhasorPicture | null {
  const found = phases.filter(phase => (values[`voltage${phase}V`] ?? 0) > 0);
  const isSingle = found.length === 0;
  if (isSingle && (!isAlternating(values) || !((values.voltageV ?? 0) > 0))) return null;
  const measured = measuredAngles(values);
  const lags: Lag[] = [];
  const phasorOf = (phase: 'L1' | 'L2' | 'L3' | null): Phasor => {
    const index = phase === null ? 0 : phases.indexOf(phase);
    const own = valuesOf(values, phase ?? '');
    const voltageDegrees = measured?.[index] ?? (index === 0 ? 0 : -120 * index);
    const currentA = own.currentA === undefined ? null : Math.abs(own.currentA);
    const lag = currentA === null || currentA === 0 ? null : lagOf(own);
    if (lag !== null) lags.push(lag);
    return {
      phase,
      voltageV: own.voltageV ?? 0,
      voltageDegrees,
      currentA,
      currentDegrees: lag === null ? null : wrapped(voltageDegrees - lag.degrees),
      lagDegrees: lag === null ? null : lag.degrees,
    };
  };
  const phasors = isSingle ? [phasorOf(null)] : found.map(phasorOf);
  return {
    phasors,
    voltages: isSingle || found.length === 1 ? 'single' : measured === null ? 'assumed' : 'measured',
    currents: basisOrder.findLast(basis => lags.some(lag => lag.basis === basis)) ?? null,
    isLagAssumed: lags.some(({ isAssumed }) => isAssumed),
  };
}
