import { type CSSResult, css } from 'lit';
import { type MeterFacts, rolesOf } from './balance.ts';

/** A colour of tokens.css, there called `--jg-<name>`; also a class of `meterColourStyles`. */
export type MeterColour = 'grid' | 'solar' | 'battery' | 'load-0' | 'load-1' | 'load-2' | 'load-3' | 'load-4';

/** Colours that flows have beside those of meters: what is fed in, and what no meter explains. */
export type FlowColour = MeterColour | 'feed' | 'rest';

export const flowColours: readonly FlowColour[] = Object.freeze([
  'grid',
  'feed',
  'solar',
  'battery',
  'load-0',
  'load-1',
  'load-2',
  'load-3',
  'load-4',
  'rest',
]);

const manyColours = [
  'load-0',
  'load-1',
  'load-2',
  'load-3',
  'load-4',
] as const satisfies readonly MeterColour[];

/**
 * The colour of each meter, by key: the same in every view. The grid's meter, the first of PV and the first battery
 * have those of their role; loads have the others in the site's order, and after them whatever else there is. With
 * more than five of these colours return, so a name always stands beside a colour.
 */
export function meterColours(meters: readonly MeterFacts[]): ReadonlyMap<string, MeterColour> {
  const roles = rolesOf(meters);
  const colours = new Map<string, MeterColour>();
  const others: string[] = [];
  const loads: string[] = [];
  const taken = new Set<MeterColour>();
  for (const { key } of meters) {
    const role = roles.get(key) ?? 'load';
    if (role === 'load') loads.push(key);
    else if (role === 'whole' || role === 'aside' || taken.has(role)) others.push(key);
    else {
      colours.set(key, role);
      taken.add(role);
    }
  }
  [...loads, ...others].forEach((key, index) => {
    colours.set(key, manyColours[index % manyColours.length] ?? 'load-0');
  });
  return colours;
}

/** A colour's own property, for `var()` and for canvases that ask for it by name. */
export const colourProperty = (colour: FlowColour): string => `--jg-${colour}`;

/**
 * Classes named as the colours are: each sets `--jg-colour`, which the component's own rules draw with
 * (`.dot { background: var(--jg-colour) }`), as a strict policy allows no style in a template.
 */
export const meterColourStyles: CSSResult = css`
  .grid {
    --jg-colour: var(--jg-grid);
  }
  .feed {
    --jg-colour: var(--jg-feed);
  }
  .solar {
    --jg-colour: var(--jg-solar);
  }
  .battery {
    --jg-colour: var(--jg-battery);
  }
  .load-0 {
    --jg-colour: var(--jg-load-0);
  }
  .load-1 {
    --jg-colour: var(--jg-load-1);
  }
  .load-2 {
    --jg-colour: var(--jg-load-2);
  }
  .load-3 {
    --jg-colour: var(--jg-load-3);
  }
  .load-4 {
    --jg-colour: var(--jg-load-4);
  }
  .rest {
    --jg-colour: var(--jg-rest);
  }
`;
