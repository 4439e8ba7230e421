import { drawEvenly, type LoadKind, valuesOf } from '../load.ts';

const options = {
  powerW: { takes: 'number', min: 300, max: 30_000, unless: 2000, help: 'of the element, W' },
  dailyKwh: { takes: 'number', min: 0.1, max: 100, unless: 1.2, help: 'what a day comes to, kWh' },
} as const;

/** Heatings a day: mornings more than evenings. */
const shares = Object.freeze([0.3, 0.25, 0.1, 0.15, 0.2]);
const hours = Object.freeze([6.3, 7.4, 12.5, 18.2, 21.5]);

/** An electric boiler that heats again whenever somebody has taken hot water. */
export const waterHeater: LoadKind = {
  what: 'an electric boiler for hot water',
  options,
  on: 'mains',
  exponent: 2,
  thdPercent: 1,
  feeds: 'never',
  make: (site, plan) => {
    const { powerW, dailyKwh } = valuesOf(options, plan);
    const { noise } = site;
    return {
      step: ({ day, secondOfDay }) => {
        let isOn = false;
        for (let run = 0; run < shares.length && !isOn; run++) {
          const startS = (hours[run] as number) * 3600 + 2400 * noise.signed(day, run);
          const wh = dailyKwh * 1000 * (shares[run] as number) * (0.6 + 0.8 * noise.unit(day, run + 8));
          isOn = secondOfDay >= startS && secondOfDay < startS + (wh / powerW) * 3600;
        }
        drawEvenly(site, isOn ? powerW : 0.6, 0);
      },
    };
  },
};
