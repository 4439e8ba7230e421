import type { Mistake } from '#core/rules.ts';
import type { Tariff } from '../api/contract.ts';
import { isCivilDay } from './civil-day.ts';

/** What is wrong with a tariff: days that are none, twice the same day, days out of order. */
export function tariffMistakes({ prices }: Tariff): Mistake[] {
  const mistakes: Mistake[] = [];
  let last: string | undefined;
  for (const [index, { from }] of prices.entries()) {
    const field = `tariff.prices[${index}].from`;
    if (!isCivilDay(from)) {
      mistakes.push({
        field,
        message: `${from} is no day; a day of the calendar is allowed, such as 2026-01-31`,
      });
      continue;
    }
    if (last !== undefined && from <= last) {
      const message =
        from === last
          ? `${from} given twice; each day is allowed once: leave one of them out`
          : `${from} comes after ${last}; the oldest is allowed first: put them in order`;
      mistakes.push({ field, message });
    }
    last = from;
  }
  return mistakes;
}
