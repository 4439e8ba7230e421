import type { Mistake } from '#core/rules.ts';
import type { SiteSettings } from '../api/contract.ts';
import { siteLimits } from './limits.ts';

type Meters = SiteSettings['meters'];

/** `gateway.meter`, as ids of both are made. */
const keyForm = /^[a-z0-9_-]{1,64}\.[a-z0-9_-]{1,64}$/;

/**
 * What is wrong with the meters of a site: keys that are none, names of blanks, a meter that stands below itself, the
 * grid below something, more levels than there may be. Keys of meters that are no longer there are right.
 */
export function meterMistakes(meters: Meters): Mistake[] {
  const keys = Object.keys(meters);
  const mistakes: Mistake[] = [];
  if (keys.length > siteLimits.meters) {
    mistakes.push({
      field: 'meters',
      message: `${keys.length} given; at most ${siteLimits.meters} are allowed: leave out those that are no longer there`,
    });
  }
  for (const key of keys) {
    if (!keyForm.test(key)) {
      mistakes.push({
        field: `meters.${key}`,
        message: `${key} is not the key of a meter; gateway.meter is allowed, and GET /api/v1/meters lists all`,
      });
    }
    if (meters[key]?.name?.trim() === '') {
      mistakes.push({
        field: `meters.${key}.name`,
        message: 'only blanks given; leave the name out, and the meter has the one that its gateway gives',
      });
    }
    const below = belowMistake(meters, key);
    if (below !== undefined) mistakes.push({ field: `meters.${key}.below`, message: below });
  }
  return mistakes;
}

function belowMistake(meters: Meters, key: string): string | undefined {
  const { role, below } = entryOf(meters, key) ?? {};
  if (below === undefined) return undefined;
  if (below === key) return `${key} stands below itself; another meter is allowed, or none`;
  if (role === 'grid') {
    return `${key} is where the site meets the grid and stands below ${below}; leave out below, or give it another role`;
  }
  const way = wayUp(meters, key);
  const { isLoop, steps } = way;
  if (isLoop) {
    // Those that only lead into a loop are right as soon as it is.
    if (steps.at(-1) !== key) return undefined;
    return `${steps.join(' is below ')}: a meter cannot be below itself; take one of these out of the others`;
  }
  if (steps.length > siteLimits.levels) {
    return `${key} is on level ${steps.length} of the tree; at most ${siteLimits.levels} are allowed: put it below a meter higher up`;
  }
  return undefined;
}

/** The meter, the one above it and so on to the top; in a loop the last one has been there before. */
function wayUp(meters: Meters, key: string): { steps: readonly string[]; isLoop: boolean } {
  const steps = [key];
  const seen = new Set(steps);
  for (let at = entryOf(meters, key)?.below; at !== undefined; at = entryOf(meters, at)?.below) {
    steps.push(at);
    if (seen.has(at)) return { steps, isLoop: true };
    seen.add(at);
  }
  return { steps, isLoop: false };
}

/** Keys come from outside: what every object has is no meter. */
const entryOf = (meters: Meters, key: string): Meters[string] | undefined =>
  Object.hasOwn(meters, key) ? meters[key] : undefined;
