import { drawEvenly, type LoadKind, valuesOf } from '../load.ts';

const options = {
  powerW: { takes: 'number', min: 50, max: 1e6, unless: null, help: 'of the compressor, W' },
  coolsAboveC: {
    takes: 'number',
    min: 0,
    max: 40,
    unless: 20,
    help: 'outdoor temperature above which it cools, °C',
  },
  fullC: {
    takes: 'number',
    min: 10,
    max: 60,
    unless: 33,
    help: 'outdoor temperature at which it runs without a break, °C',
  },
  baseShare: {
    takes: 'number',
    min: 0,
    max: 1,
    unless: 0,
    help: 'share of the time that it runs whatever the weather, as for servers',
  },
} as const;

/** From one start to the next. */
const cycleS = 1200;

/** Air conditioning: a compressor that runs longer the hotter it is. */
export const cooling: LoadKind = {
  what: 'air conditioning, by the temperature outside',
  options,
  on: 'mains',
  exponent: 0,
  thdPercent: 7,
  feeds: 'never',
  make: (site, plan) => {
    const { powerW, coolsAboveC, fullC, baseShare } = valuesOf(options, plan);
    return {
      step: ({ second }) => {
        const heat = (site.weather.outdoorC - coolsAboveC) / Math.max(1, fullC - coolsAboveC);
        const share = Math.min(1, Math.max(0, heat) * (1 - baseShare) + baseShare);
        const cycle = Math.floor(second / cycleS);
        const sinceS = second - cycle * cycleS - (1 - share) * cycleS * site.noise.unit(cycle);
        if (share === 0 || sinceS < 0 || sinceS >= share * cycleS) drawEvenly(site, 8, -15);
        else if (share < 1 && sinceS < 1) drawEvenly(site, powerW * 1.8, powerW * 2.4);
        else drawEvenly(site, powerW * (share < 1 ? Math.min(1, 0.8 + sinceS / 900) : 1), powerW * 0.45);
      },
    };
  },
};
