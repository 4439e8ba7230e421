import { civilOf, instantOf } from '../periods.ts';

const minuteS = 60;
const hourS = 3600;
const dayS = 86_400;

/** Distances of labels that people count in. Days and months are the calendar's. */
const steps: readonly (readonly [lengthS: number, unit: 's' | 'day' | 'month', count: number])[] = [
  ...[1, 2, 5, 10, 15, 30].map(count => [count, 's', count] as const),
  ...[1, 2, 5, 10, 15, 30].map(count => [count * minuteS, 's', count * minuteS] as const),
  ...[1, 2, 3, 6, 12].map(count => [count * hourS, 's', count * hourS] as const),
  ...[1, 2, 4, 7, 14].map(count => [count * dayS, 'day', count] as const),
  ...[1, 2, 3, 6, 12, 24, 60].map(count => [count * 30.4 * dayS, 'month', count] as const),
];

export interface Ticks {
  /** UTC seconds, ascending. */
  readonly atS: number[];
  /** Their distance, about. */
  readonly stepS: number;
}

/** At most `most` round moments of a zone's clocks within `[fromS, toS]`: also where these changed in between. */
export function timeTicks(fromS: number, toS: number, most: number, zone: string): Ticks {
  const lengthS = toS - fromS;
  const step = steps.find(([stepS]) => lengthS / stepS <= most) ?? steps.at(-1);
  const [stepS, unit, count] = step ?? [dayS, 'day', 1];
  const civil = (atS: number) => civilOf(atS * 1000, zone) / 1000;
  const instant = (civilS: number) => instantOf(civilS * 1000, zone) / 1000;
  const atS: number[] = [];
  const push = (at: number) => {
    if (at >= fromS && at <= toS && at > (atS.at(-1) ?? Number.NEGATIVE_INFINITY)) atS.push(at);
  };
  if (unit === 's' && count < hourS) {
    // Clocks change by half hours at least, so what is round stays so, also in an hour that comes twice.
    for (let at = fromS - modulo(civil(fromS), count); at <= toS; at += count) push(at);
  } else if (unit === 's') {
    const first = civil(fromS) - modulo(civil(fromS), count);
    for (let at = first; at <= civil(toS); at += count) push(instant(at));
  } else if (unit === 'day') {
    const first = Math.floor(civil(fromS) / dayS / count) * count;
    for (let day = first; instant(day * dayS) <= toS; day += count) push(instant(day * dayS));
  } else {
    const date = new Date(civil(fromS) * 1000);
    const first = Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / count) * count;
    for (let month = first; ; month += count) {
      const at = instant(Date.UTC(Math.floor(month / 12), month % 12) / 1000);
      if (at > toS) break;
      push(at);
    }
  }
  return { atS, stepS };
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
