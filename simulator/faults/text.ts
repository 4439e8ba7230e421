import type { FaultFigure } from './fault.ts';

/** A whole number with its thousands apart. */
export const countText = (count: number): string => count.toLocaleString('en');

/** Three digits, and no more than are needed. */
export const numberText = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

/** `1.2 s`, `340 ms`, `2.5 min`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${numberText(ms)} ms`;
  return ms < 120_000 ? `${numberText(ms / 1000)} s` : `${numberText(ms / 60_000)} min`;
}

/** `ready 1.2 s (at most 3 s)`. */
export function figureText({ name, value, unit, most, least }: FaultFigure): string {
  const withUnit = (number: number) => (unit === '' ? numberText(number) : `${numberText(number)} ${unit}`);
  const bounds = [
    ...(least === undefined ? [] : [`at least ${withUnit(least)}`]),
    ...(most === undefined ? [] : [`at most ${withUnit(most)}`]),
  ];
  return `${name} ${withUnit(value)}${bounds.length > 0 ? ` (${bounds.join(', ')})` : ''}`;
}

export const timesText = (times: number): string => (times === 1 ? 'once' : `${countText(times)} times`);
