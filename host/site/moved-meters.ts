import type { SiteFacts } from './rules.ts';

type Meters = SiteFacts['meters'];

/**
 * What is said of meters at two sites once a gateway has gone from one to the other: it takes along what was said of its
 * own meters. No meter stands below one of another site.
 */
export function movedMeters(from: Meters, to: Meters, gateway: string): { from: Meters; to: Meters } {
  const isMoved = (key: string) => key.startsWith(`${gateway}.`);
  const entries = Object.entries(from);
  const own = Object.fromEntries(entries.filter(([key]) => isMoved(key)));
  const rest = Object.fromEntries(entries.filter(([key]) => !isMoved(key)));
  return { from: without(rest, isMoved), to: { ...to, ...without(own, key => !isMoved(key)) } };
}

/** Meters that stood below one of these stand at the top. */
const without = (meters: Meters, isGone: (key: string) => boolean): Meters =>
  Object.fromEntries(
    Object.entries(meters).map(([key, { below, ...entry }]) => [
      key,
      below === undefined || isGone(below) ? entry : { ...entry, below },
    ]),
  );
