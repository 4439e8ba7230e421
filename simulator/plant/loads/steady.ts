import { drawEvenly, type LoadKind, valuesOf } from '../load.ts';

const options = {
  powerW: { takes: 'number', min: 0, max: 1e6, unless: null, help: 'what it draws, W' },
  cosPhi: { takes: 'number', min: 0.05, max: 1, unless: 1, help: 'its power factor, lagging' },
} as const;

/** Draws the same all the time: for trying things out. */
export const steady: LoadKind = {
  what: 'the same power all the time',
  options,
  on: 'mains',
  exponent: 0,
  thdPercent: 2,
  feeds: 'never',
  make: (site, plan) => {
    const { powerW, cosPhi } = valuesOf(options, plan);
    const reactiveVar = powerW * Math.tan(Math.acos(cosPhi));
    return { step: () => drawEvenly(site, powerW, reactiveVar) };
  },
};
