import type { Mistake } from '#core/rules.ts';
import type { Given } from './sources.ts';
import { levelSettings } from './storage.ts';
import type { Values } from './table.ts';

/** A coarser level that goes before a finer one would leave a hole between them. */
export function levelsMistakes(values: Values, given: ReadonlyMap<string, Given>): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const [index, name] of levelSettings.entries()) {
    const finer = levelSettings[index - 1];
    if (finer === undefined || forHowLong(values[name]) >= forHowLong(values[finer])) continue;
    const least =
      forHowLong(values[finer]) === Number.POSITIVE_INFINITY
        ? '0 (for ever)'
        : `0 or at least ${values[finer]}`;
    mistakes.push({
      field: given.get(name)?.field ?? given.get(finer)?.field ?? name,
      message: `${name} is ${values[name]}, ${finer} ${values[finer]}; ${least} is allowed`,
    });
  }
  return mistakes;
}

const forHowLong = (months = 0): number => months || Number.POSITIVE_INFINITY;
