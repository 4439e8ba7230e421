import { drawEvenly, type LoadKind, valuesOf } from '../load.ts';

const options = {
  powerW: { takes: 'number', min: 1, max: 1e6, unless: null, help: 'of all lamps, W' },
  nightShare: {
    takes: 'number',
    min: 0,
    max: 1,
    unless: 0.5,
    help: 'share of them that stays on from eleven to five',
  },
} as const;

/** Lamps outside: on when it gets dark, fewer in the dead of the night. */
export const duskLights: LoadKind = {
  what: 'lamps outside: on when it gets dark, fewer at night',
  options,
  on: 'mains',
  exponent: 0,
  thdPercent: 18,
  feeds: 'never',
  make: (site, plan) => {
    const { powerW, nightShare } = valuesOf(options, plan);
    return {
      step: ({ secondOfDay }) => {
        const isDark = site.weather.sunHeight < 0.02;
        const isNight = secondOfDay >= 82_800 || secondOfDay < 18_000;
        const drawnW = isDark ? powerW * (isNight ? nightShare : 1) : powerW * 0.004;
        drawEvenly(site, drawnW, -drawnW * 0.25);
      },
    };
  },
};
