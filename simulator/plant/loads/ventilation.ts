import { hoursOptions, isOpen } from '../hours.ts';
import { drawEvenly, type LoadKind, valuesOf } from '../load.ts';
import { Drift } from '../noise.ts';

const options = {
  powerW: { takes: 'number', min: 5, max: 1e6, unless: null, help: 'in working hours, W' },
  elseShare: { takes: 'number', min: 0, max: 1, unless: 0.15, help: 'share of it that runs at other times' },
  cosPhi: { takes: 'number', min: 0.3, max: 1, unless: 0.88, help: 'the power factor, lagging' },
  ...hoursOptions,
} as const;

/** Something that runs evenly in working hours and on a low stage else: ventilation, circulation pumps. */
export const ventilation: LoadKind = {
  what: 'ventilation or pumps: even in working hours, on a low stage else',
  options,
  on: 'mains',
  exponent: 0,
  thdPercent: 15,
  feeds: 'never',
  make: (site, plan) => {
    const values = valuesOf(options, plan);
    const { powerW, elseShare, cosPhi } = values;
    const perWatt = Math.tan(Math.acos(cosPhi));
    const breath = new Drift(site.noise, 300);
    return {
      step: moment => {
        const stage = isOpen(values, moment) ? 1 : elseShare;
        const drawnW = powerW * stage * (0.95 + 0.1 * breath.at(moment.second));
        drawEvenly(site, drawnW, drawnW * perWatt);
      },
    };
  },
};
