/** A scale of a small picture: from and to are round numbers, with a few lines between. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly number[];
}

const niceSteps = [1, 2, 2.5, 5, 10];

/** Round numbers around what there is, with zero where it lies near or between; about `wanted` lines. */
export function scaleOf(low: number, high: number, wanted = 4): Scale {
  const least = Math.min(low, 0);
  const most = Math.max(high, 0);
  const span = most - least || 1;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (niceSteps.find(nice => nice * power >= rough - 1e-12 * power) ?? 10);
  const first = Math.floor(least / step + 1e-9);
  const last = Math.max(Math.ceil(most / step - 1e-9), first + 1);
  const lines = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { from: first * step, to: last * step, lines };
}

/** Where a value stands, from the top, of a height of 100. */
export const heightOf = (value: number, { from, to }: Scale): number =>
  100 - (100 * (value - from)) / (to - from);

/** A line through values at equal distances over a width of 100; where one is missing it is broken, and nothing is joined. */
export function brokenLine(values: readonly (number | null)[], scale: Scale): string {
  const step = 100 / Math.max(values.length, 1);
  let isDown = false;
  const moves = values.map((value, index) => {
    if (value === null) {
      isDown = false;
      return '';
    }
    const y = heightOf(value, scale).toFixed(2);
    const [from, to] = [(index * step).toFixed(2), ((index + 1) * step).toFixed(2)];
    const move = `${isDown ? 'L' : 'M'}${from} ${y}L${to} ${y}`;
    isDown = true;
    return move;
  });
  return moves.join('');
}

/** Stretches of values that are missing, in percent of the width. */
export function holesOf(
  values: readonly (number | null)[],
): readonly { readonly from: number; readonly to: number }[] {
  const holes: { from: number; to: number }[] = [];
  for (const [index, value] of values.entries()) {
    if (value !== null) continue;
    const [from, to] = [(100 * index) / values.length, (100 * (index + 1)) / values.length];
    const last = holes.at(-1);
    if (last !== undefined && last.to >= from - 1e-9) last.to = to;
    else holes.push({ from, to });
  }
  return holes;
}
