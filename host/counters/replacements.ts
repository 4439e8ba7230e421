import type { CounterRule, Replaced } from '#core/aggregate/counter-rule.ts';
import { isGap, isRise } from '#core/aggregate/counter-steps.ts';
import type { Reading } from './types.ts';

/** The first reading of another meter by its index, which is above 0. */
interface Seam {
  readonly at: number;
  readonly replaced: Replaced;
}

/**
 * Where in these readings, by time, one meter ends and the next begins: at the largest odd step shortly before the new
 * serial number was known. Where there is none it is in the last gap: nobody changes a meter while it answers. Else it is
 * just when the number was known.
 */
export function replacementsIn(readings: readonly Reading[], rule: CounterRule): readonly Seam[] {
  const found: Seam[] = [];
  for (const replaced of rule.replaced) {
    const known = readings.findIndex(({ endS }) => endS >= replaced.atS);
    const least = found.at(-1)?.at ?? 0;
    if (known <= least) continue;
    let [at, largest, gapAt] = [known, -1, -1];
    for (let index = known; index > least; index--) {
      const [before, after] = [readings[index - 1] as Reading, readings[index] as Reading];
      if (after.endS <= replaced.fromS) break;
      if (gapAt < 0 && isGap(before.endS, before.windowS, after.endS, after.windowS, rule)) gapAt = index;
      const step = Math.abs(after.value - before.value);
      if (step <= largest || isRise(before.value, before.endS, after.value, after.endS, rule)) continue;
      [at, largest] = [index, step];
    }
    found.push({ at: largest < 0 && gapAt > 0 ? gapAt : at, replaced });
  }
  return found;
}

/** Whether a meter may have been replaced by another after one instant and up to another, so far as is known. */
export const mayBeReplaced = (afterS: number, toS: number, { replaced }: CounterRule): boolean =>
  replaced.some(({ fromS, atS }) => atS > afterS && fromS < toS);
