import { isQuantityId, quantities } from '#core/quantities.ts';

/** What of a column is stored. */
interface Measured {
  readonly quantity: string;
  readonly factor: number;
}

/** How often readings fall before they are taken for none: a counter begins anew at most once in a few lines. */
const fallsMost = 1;

/**
 * Which columns of energy have amounts of single intervals, as those of grid operators have: readings only grow. One that never
 * changes is as those beside it.
 * @param values of each column of a counter the numbers that are shown, in the order of time
 */
export function amountColumns(values: ReadonlyMap<number, readonly number[]>): ReadonlySet<number> {
  const changes = (numbers: readonly number[], isOne: (step: number) => boolean) =>
    numbers.slice(1).filter((value, at) => isOne(value - (numbers[at] ?? 0))).length;
  const falling = [...values].filter(([, numbers]) => changes(numbers, step => step < 0) > fallsMost);
  const still = [...values].filter(([, numbers]) => changes(numbers, step => step !== 0) === 0);
  return new Set([...falling, ...(falling.length > 0 ? still : [])].map(([column]) => column));
}

/** The mean power of an interval of so many seconds, instead of its energy; undefined where there is no such quantity. */
export function powerOfAmount({ quantity, factor }: Measured, intervalS: number): Measured | undefined {
  const power = quantity
    .replace(/^energyImport(L[123])Wh$/, 'power$1W')
    .replace(/^energy(Import|Export)Wh$/, 'power$1W');
  if (power === quantity || !isQuantityId(power)) return undefined;
  return { quantity: power, factor: (factor * 3600) / intervalS };
}

export const isCounter = (quantity: string): boolean =>
  isQuantityId(quantity) && quantities[quantity].kind === 'counter';
