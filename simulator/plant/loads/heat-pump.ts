import { drawEvenly, type LoadKind, valuesOf } from '../load.ts';

const options = {
  powerW: {
    takes: 'number',
    min: 200,
    max: 100_000,
    unless: 2500,
    help: 'of the compressor on the coldest day, W',
  },
  heatsBelowC: {
    takes: 'number',
    min: 0,
    max: 25,
    unless: 15,
    help: 'outdoor temperature below which it heats, °C',
  },
  coldestC: {
    takes: 'number',
    min: -40,
    max: 10,
    unless: -12,
    help: 'outdoor temperature at which it runs without a break, °C',
  },
  hotWaterMin: { takes: 'number', min: 0, max: 180, unless: 40, help: 'that it heats water, minutes a day' },
} as const;

/** A cycle of the compressor while it heats. */
const cycleS = 3600;

/** Of the heating's water and what lies between it and the refrigerant, °C. */
const flowC = 40;

/**
 * What the compressor draws for its heat falls with the lift from outside to the heating's water (Carnot): with 45 % of
 * the ideal that is a COP of 4.3 at 7 °C, 3.7 at 2 °C and 3.0 at -7 °C, as data sheets have it for water of 35 °C.
 */
const liftOf = (outdoorC: number): number => Math.max(5, flowC - outdoorC);

/** A compressor that runs longer the colder it is, and twice a day for hot water. Power factor 0.93, lagging. */
export const heatPump: LoadKind = {
  what: 'a heat pump, by the temperature outside and twice a day for hot water',
  options,
  on: 'mains',
  exponent: 0,
  thdPercent: 6,
  feeds: 'never',
  make: (site, plan) => {
    const { powerW, heatsBelowC, coldestC, hotWaterMin } = valuesOf(options, plan);
    const { weather, noise } = site;
    return {
      step: ({ second, secondOfDay, day }) => {
        const now = Math.floor(second / cycleS);
        const heat = Math.max(0, (heatsBelowC - weather.outdoorC) / (heatsBelowC - coldestC));
        const need = Math.min(1, (heat * liftOf(weather.outdoorC)) / liftOf(coldestC));
        // It throttles to four tenths, and stops between runs where even that is too much.
        const runsS = Math.min(1, need / 0.4) * cycleS;
        const sinceS = second - now * cycleS - noise.unit(now) * (cycleS - runsS);
        let drawnW = 0;
        if (need > 0 && sinceS >= 0 && sinceS < runsS) {
          const risen = runsS < cycleS ? Math.min(1, 0.35 + sinceS / 90) : 1;
          drawnW = powerW * Math.max(0.4, need) * risen;
        }
        const water = waterShare(secondOfDay, hotWaterMin * 60, noise.unit(day, 1));
        if (water > 0) drawnW = Math.max(drawnW, powerW * 0.8 * (0.94 + 0.12 * water));
        if (drawnW === 0) drawEvenly(site, 11, -24);
        else drawEvenly(site, drawnW, drawnW * 0.395);
      },
    };
  },
};

/** How far it is with the hot water, 0 to 1: half before people get up, half in the early afternoon, some on one day and some on another. */
function waterShare(secondOfDay: number, lengthS: number, chance: number): number {
  const half = (lengthS / 2) * (0.7 + 0.6 * chance);
  for (const startS of [16_200, 46_800]) {
    const sinceS = secondOfDay - startS - chance * 1200;
    if (sinceS >= 0 && sinceS < half) return (sinceS + 1) / half;
  }
  return 0;
}
