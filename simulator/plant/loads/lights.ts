import { drawEvenly, type LoadKind, valuesOf } from '../load.ts';
import { Drift } from '../noise.ts';

const options = {
  powerW: { takes: 'number', min: 1, max: 100_000, unless: 220, help: 'with every room lit, W' },
  screensW: { takes: 'number', min: 0, max: 5000, unless: 0, help: 'of screens in the evening, W' },
} as const;

/** Light while it is dark and people are in and up; screens in the evening. */
export const lights: LoadKind = {
  what: 'light while it is dark and people are up, and screens in the evening',
  options,
  on: 'mains',
  exponent: 0,
  thdPercent: 35,
  feeds: 'never',
  make: (site, plan) => {
    const { powerW, screensW } = valuesOf(options, plan);
    const { household, weather, noise } = site;
    const breath = new Drift(noise, 60, 2);
    return {
      step: moment => {
        const { second, secondOfDay, day } = moment;
        if (!household.isIn(moment)) {
          // One lamp is forgotten now and then.
          const forgotten = household.isAwake(moment) && noise.unit(day, 3) < 0.2 ? powerW * 0.05 : 0.5;
          drawEvenly(site, forgotten, -forgotten * 0.3);
          return;
        }
        const darkness = Math.min(1, Math.max(0, (0.12 - weather.sunHeight * (1 - 0.5 * weather.cover)) * 6));
        const roomsW = darkness * powerW * (0.25 + 0.6 * noise.unit(Math.floor(second / 900)));
        const isEvening = secondOfDay > household.homeS && secondOfDay > 64_800 + 3600 * noise.unit(day, 1);
        const screenW = isEvening ? screensW * (0.88 + 0.24 * breath.at(second)) : 0;
        drawEvenly(site, 0.5 + roomsW + screenW, -(roomsW + screenW) * 0.2);
      },
    };
  },
};
