import { deepFreeze } from '../freeze.ts';
import { type QuantityId, quantities } from '../quantities.ts';

/** How fast a counter is believed to grow. Amounts are in the same steps as its readings. */
export interface CounterPace {
  /** The most it grows in a second, unless it shows more by itself … */
  readonly maxPerS: number;
  /** … and the most it is believed to grow where several of its readings in a row show about the same. */
  readonly fastestPerS: number;
}

/** The same, with how it is shown. */
export interface CounterBounds extends CounterPace {
  /** The step its display moves by, which may come all at once however slowly it counts. */
  readonly grain: number;
  /** The coarsest step that a display is known by when it moves by just one; see `isRise`. */
  readonly coarsestStep: number;
}

/** What is believed of a counter. */
export interface CounterRule extends CounterBounds {
  /** One that falls by at most this share of what it showed has slipped back, and did not begin again. */
  readonly slipShare: number;
  /** What its display holds before it begins again at zero. */
  readonly rollovers: readonly number[];
  /** A display that rolled over was at most this share short of its size when it was read last. */
  readonly rolloverShare: number;
  /** Displays so small that they are often near their end by chance, and were at most this share short of it. */
  readonly smallRollovers: readonly number[];
  readonly smallRolloverShare: number;
  /** Readings further apart than this many of the longer of their windows have a gap between them … */
  readonly gapWindows: number;
  /** … unless they are no further apart than this. */
  readonly gapS: number;
  /** An odd reading is believed if at least this many readings after it agree with it … */
  readonly agreeing: number;
  /** … this many, where all it shows is zero … */
  readonly agreeingZeros: number;
  /** … and those of this long, as far as there are any yet. */
  readonly agreeingS: number;
  /** A meter may show all at once what it counted in this time, if it stood still for so long. */
  readonly refreshS: number;
  /** When other meters came into its place, in order. */
  readonly replaced: readonly Replaced[];
}

/**
 * Another meter, known by its serial number from `atS` on: readings that end then or later are its, and those before
 * since the leap that came with it, after `fromS`.
 */
export interface Replaced {
  readonly fromS: number;
  readonly atS: number;
}

export interface CounterRuleOptions {
  /** Steps of the readings per unit of the quantity, 10^decimals where they are whole numbers; 1. */
  readonly stepsPerUnit?: number;
  /** Largest power (W, var, VA) or current (A) ever seen on the same meter, of either sign. */
  readonly largest?: number;
  /** See `CounterRule`; 0. */
  readonly grain?: number;
  /** See `CounterRule`; none. */
  readonly replaced?: readonly Replaced[];
}

/**
 * Bounds that do not depend on the quantity.
 * - `slipShare`: a gateway that integrates power loses up to a minute when its supply fails. Home Assistant, too, takes
 *   a fall of a `total_increasing` sensor for a new cycle only below 90 % of what it showed.
 * - `smallRolloverShare`: 66 Wh of a register of 16 bits, which a household uses in a minute. A counter that began again
 *   before that may have held any number.
 * - `gapS`: registers that are read each 5 s (`everyMs` in the profiles) miss most windows of 1 s, which is no gap.
 * - `agreeing`, `agreeingS`: longer than a meter or gateway takes to start, and with windows of a quarter of an hour
 *   still within the hour.
 * - `refreshS`: the slowest energy registers are renewed once in a quarter of an hour, for billing.
 */
export const counterBounds = deepFreeze({
  slipShare: 0.1,
  rolloverShare: 0.01,
  smallRolloverShare: 0.001,
  gapWindows: 2,
  gapS: 15,
  agreeing: 3,
  agreeingZeros: 3,
  agreeingS: 600,
  refreshS: 900,
});

/**
 * How long before a range its readings have to begin, s, and at least `agreeing` of them, so that the range has the
 * same growth whatever was before: unless something is odd just there, all is settled by then.
 */
export const settlingS = ({ agreeingS, refreshS }: CounterRule): number => Math.max(agreeingS, refreshS);

/**
 * Most that is ever counted in an hour, in units, and the least that this is tightened to. The most is what the
 * vocabulary holds for possible: a bound below a plant's true power would deny all its energy, which is worse than
 * a wrong reading. The least is more than a household's connection of 3 × 63 A gives (43 kW), so that a first large
 * load is never taken for a fault.
 */
const perHour = deepFreeze({
  Wh: { most: quantities.powerW.max, least: 50_000 },
  varh: { most: quantities.reactivePowerVar.max, least: 50_000 },
  VAh: { most: quantities.apparentPowerVA.max, least: 50_000 },
  Ah: { most: quantities.currentA.max, least: 200 },
  // Of gas, water and heat no meter here tells the flow: these are a works' supply.
  'm³': { most: 10_000, least: 10_000 },
  J: { most: quantities.powerW.max * 3600, least: quantities.powerW.max * 3600 },
});

/** A display in whole MWh; what is finer by ten and by a hundred is known in the same way. */
export const coarsestStep = 1_000_000;

/** Peaks between two samples, and loads that were on in gaps only, are above the largest that was seen. */
const aboveLargest = 4;

/**
 * Displays of 5 and 6 digits of Wh and of 4 to 8 of kWh, with any decimals: 99999.9 kWh is followed by 0 as 99999 is.
 * Registers of 16 bits in steps of 1 Wh to 1 kWh, and of 31 and 32 bits in steps of 0.1 Wh to 1 kWh.
 */
const displaySizes: readonly number[] = deepFreeze([
  ...[1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11],
  ...[1, 10, 100, 1000].map(stepWh => 2 ** 16 * stepWh),
  ...[0.1, 1, 10, 100, 1000].flatMap(stepWh => [2 ** 31 * stepWh, 2 ** 32 * stepWh]),
]);

/** Displays that hold less are small ones. */
const smallestWh = 1e7;

/** What displays of energy hold, no more than the vocabulary has, in steps. */
function rolloversIn(stepsPerUnit: number): Pick<CounterRule, 'rollovers' | 'smallRollovers'> {
  const { max } = quantities.energyImportWh;
  const inSteps = (isWanted: (size: number) => boolean) =>
    displaySizes
      .filter(size => size <= max && isWanted(size))
      .map(size => Math.round(size * stepsPerUnit))
      .sort((one, other) => one - other);
  return deepFreeze({
    rollovers: inSteps(size => size >= smallestWh),
    smallRollovers: inSteps(size => size < smallestWh),
  });
}

/** In whole units, as a gateway counts: made once, so that a device has them in flash. */
const rolloversInUnits = rolloversIn(1);
const noRollovers: Pick<CounterRule, 'rollovers' | 'smallRollovers'> = deepFreeze({
  rollovers: [],
  smallRollovers: [],
});

/** What is believed of a quantity's counters, the tighter the more is known of the meter. Throws for a gauge. */
export function counterRule(
  quantity: QuantityId,
  { stepsPerUnit = 1, largest, grain = 0, replaced = [] }: CounterRuleOptions = {},
): CounterRule {
  const inUnits = stepsPerUnit === 1 ? rolloversInUnits : rolloversIn(stepsPerUnit);
  const maxPerS = (mostPerHour(quantity, largest) * stepsPerUnit) / 3600;
  return deepFreeze({
    ...counterBounds,
    maxPerS,
    fastestPerS: maxPerS,
    grain,
    coarsestStep: coarsestStep * stepsPerUnit,
    replaced,
    ...(isOfPower(quantity) ? inUnits : noRollovers),
  });
}

/** The most that a counter is believed to grow in an hour, in its unit; `largest` as in the options. Throws for a gauge. */
export function mostPerHour(quantity: QuantityId, largest?: number): number {
  const { kind, unit } = quantities[quantity];
  if (kind !== 'counter' || !isCounted(unit)) throw new Error(`${quantity} is no counter`);
  const { most, least } = perHour[unit];
  return largest === undefined ? most : Math.min(Math.max(aboveLargest * largest, least), most);
}

/** What any counter of this quantity is believed to grow in a second, in its unit, whatever is known of its meter. */
export function leastPerS(quantity: QuantityId): number {
  const { unit } = quantities[quantity];
  return isCounted(unit) ? perHour[unit].least / 3600 : 0;
}

/** What is taken for the largest of a counter whose meter tells no power, until it shows more: a large building's supply. */
export const unknownLargestW = 250_000;

/**
 * How fast a counter is believed to grow whose meter showed `largestW` at most; undefined where it tells no power. Then it
 * may be a plant's, which its own readings tell, up to what the vocabulary holds for possible.
 */
export function paceOf(quantity: QuantityId, largestW: number | undefined, stepsPerUnit = 1): CounterPace {
  const perS = (largest: number | undefined) => (mostPerHour(quantity, largest) * stepsPerUnit) / 3600;
  if (!isOfPower(quantity)) return { maxPerS: perS(undefined), fastestPerS: perS(undefined) };
  return { maxPerS: perS(largestW ?? unknownLargestW), fastestPerS: perS(largestW) };
}

const isOfPower = (quantity: QuantityId): boolean =>
  ['Wh', 'varh', 'VAh'].includes(quantities[quantity].unit);

const isCounted = (unit: string): unit is keyof typeof perHour => Object.hasOwn(perHour, unit);
