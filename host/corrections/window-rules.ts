import type { Correction } from './types.ts';

/** One thing done to each number of a window; the result is rounded to a whole number, half away from zero. */
export type Step = { readonly factorMillionths: number } | { readonly offset: number };

/** What is done to windows that start in `[fromS, toS)`: left out, or some steps one after the other. */
export interface WindowRule {
  readonly fromS: number;
  readonly toS: number;
  readonly isExcluded: boolean;
  readonly steps: readonly Step[];
}

/**
 * The rules for the windows of one series, in order of time and apart from each other. Of corrections that overlap
 * each is applied to what the one before it gave; what one excludes, no other brings back.
 */
export function windowRules(corrections: readonly Correction[]): WindowRule[] {
  const inOrder = corrections.toSorted((one, other) => one.id - other.id);
  const bounds = [...new Set(inOrder.flatMap(({ fromS, toS }) => [fromS, toS]))].sort((a, b) => a - b);
  const rules: WindowRule[] = [];
  for (const [index, fromS] of bounds.entries()) {
    const toS = bounds[index + 1];
    if (toS === undefined) break;
    const here = inOrder.filter(each => each.fromS < toS && each.toS > fromS);
    if (here.length === 0) continue;
    const isExcluded = here.some(({ kind }) => kind === 'exclude');
    rules.push({ fromS, toS, isExcluded, steps: isExcluded ? [] : here.flatMap(stepOf) });
  }
  return rules;
}

function stepOf({ kind, factorMillionths, offset }: Correction): Step[] {
  if (kind === 'scale') return [{ factorMillionths }];
  return kind === 'offset' ? [{ offset }] : [];
}

/** How many factors and offsets of a meter hold for one and the same window at most. */
export function mostSteps(ofMeter: readonly Correction[]): number {
  const series = new Set(ofMeter.map(each => each.series));
  const depths = [...series].map(number => {
    const own = ofMeter.filter(each => each.series === 0 || each.series === number);
    return Math.max(0, ...windowRules(own).map(({ steps }) => steps.length));
  });
  return Math.max(0, ...depths);
}

/** Whether the steps turn a window over, so that its least is its greatest then. */
export const isTurnedOver = (steps: readonly Step[]): boolean =>
  steps.filter(step => 'factorMillionths' in step && step.factorMillionths < 0).length % 2 === 1;
