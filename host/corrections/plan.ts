import { quantities } from '#core/quantities.ts';
import { changesWindows, concerns } from './applies.ts';
import { type CounterLine, counterLine } from './counter-line.ts';
import type { CorrectedSeries, Correction } from './types.ts';
import { type WindowRule, windowRules } from './window-rules.ts';

/** What the corrections that stand say of one series. */
export interface SeriesPlan {
  readonly series: CorrectedSeries;
  readonly rules: readonly WindowRule[];
  /** Of a counter. */
  readonly line: CounterLine | undefined;
}

/** What the corrections that stand say of each series; never changed, so that whoever began with one goes on with it. */
export class Plan {
  readonly corrections: readonly Correction[];
  readonly #bySeries = new Map<number, SeriesPlan>();

  /** `series`: at least all those that the corrections are about. */
  constructor(corrections: readonly Correction[], series: Iterable<CorrectedSeries>) {
    this.corrections = corrections;
    if (corrections.length === 0) return;
    for (const each of series) {
      const own = corrections.filter(correction => concerns(correction, each));
      if (own.length === 0) continue;
      const isCounter = quantities[each.quantity].kind === 'counter';
      this.#bySeries.set(each.number, {
        series: each,
        rules: windowRules(own.filter(({ kind }) => changesWindows(kind, each.quantity))),
        line: isCounter ? counterLine(own) : undefined,
      });
    }
  }

  of(series: number): SeriesPlan | undefined {
    return this.#bySeries.get(series);
  }

  /** Of these series those with corrections, or of all. */
  among(numbers: readonly number[] | undefined): readonly SeriesPlan[] {
    if (this.#bySeries.size === 0) return [];
    if (numbers === undefined) return [...this.#bySeries.values()];
    return numbers.flatMap(number => this.#bySeries.get(number) ?? []);
  }

  lineOf(series: number): CounterLine | undefined {
    return this.#bySeries.get(series)?.line;
  }
}

export const noPlan = new Plan([], []);
