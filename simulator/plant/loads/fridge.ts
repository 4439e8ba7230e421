import { drawEvenly, type LoadKind, valuesOf } from '../load.ts';

const options = {
  powerW: { takes: 'number', min: 10, max: 5000, unless: 85, help: 'of the compressor, W' },
  cycleMin: {
    takes: 'number',
    min: 10,
    max: 240,
    unless: 46,
    help: 'from one start of the compressor to the next, minutes',
  },
  runs: {
    takes: 'number',
    min: 0.05,
    max: 0.95,
    unless: 0.36,
    help: 'share of the time that the compressor runs',
  },
} as const;

/** A compressor that comes and goes, with a second of starting current, and longer runs where somebody opens the door. */
export const fridge: LoadKind = {
  what: 'a refrigerator or freezer',
  options,
  on: 'mains',
  exponent: 0,
  thdPercent: 9,
  feeds: 'never',
  make: (site, plan) => {
    const { powerW, cycleMin, runs } = valuesOf(options, plan);
    const cycleS = Math.round(cycleMin * 60);
    const { noise } = site;
    let cycle = Number.NaN;
    let startS = 0;
    let endS = 0;
    return {
      step: ({ second }) => {
        const now = Math.floor(second / cycleS);
        if (now !== cycle) {
          cycle = now;
          const runsS = cycleS * runs * (0.8 + 0.4 * noise.unit(cycle, 1));
          startS = Math.round(now * cycleS + (cycleS - runsS) * noise.unit(cycle));
          endS = Math.round(startS + runsS);
        }
        if (second < startS || second >= endS) drawEvenly(site, 1.4, -3);
        else if (second === startS) drawEvenly(site, powerW * 7, powerW * 5.8);
        else drawEvenly(site, powerW * (1.06 - (0.12 * (second - startS)) / cycleS), powerW * 0.65);
      },
    };
  },
};
