import { hoursOptions, isOpen } from '../hours.ts';
import { type LoadKind, valuesOf } from '../load.ts';
import { Drift } from '../noise.ts';

const options = {
  powerW: { takes: 'number', min: 0.1, max: 100_000, unless: null, help: 'while it is on, W' },
  runs: {
    takes: 'number',
    min: 0.01,
    max: 1,
    unless: 1,
    help: 'share of the time that it is on, within its hours',
  },
  cycleMin: { takes: 'number', min: 1, max: 240, unless: 20, help: 'from one start to the next, minutes' },
  vital: {
    takes: 'choice',
    of: ['yes', 'no'],
    unless: 'no',
    help: 'whether it stays on when the battery is empty',
  },
  ...hoursOptions,
  fromHour: { ...hoursOptions.fromHour, unless: 0 },
  toHour: { ...hoursOptions.toHour, unless: 24 },
  days: { ...hoursOptions.days, unless: 'all' },
} as const;

/** A load of direct current: always on, at some hours, or coming and going as a refrigerator's compressor. */
export const dcLoad: LoadKind = {
  what: 'a load of direct current: always, at some hours, or coming and going',
  options,
  on: 'bus-load',
  exponent: 0,
  thdPercent: 0,
  feeds: 'never',
  make: ({ node, phases, draw, noise }, plan) => {
    const values = valuesOf(options, plan);
    const { powerW, runs, vital } = values;
    const cycleS = Math.round(values.cycleMin * 60);
    const cell = node * 3 + (phases[0] ?? 0);
    const breath = new Drift(noise, 30);
    return {
      isVital: vital === 'yes',
      step: moment => {
        const { second } = moment;
        const cycle = Math.floor(second / cycleS);
        const runsS = runs === 1 ? cycleS : cycleS * Math.min(1, runs * (0.8 + 0.4 * noise.unit(cycle, 1)));
        const startS = (cycleS - runsS) * noise.unit(cycle, 2);
        const sinceS = second - cycle * cycleS;
        const isOn = isOpen(values, moment) && sinceS >= startS && sinceS < startS + runsS;
        draw.powerW[cell] = isOn
          ? powerW * (0.94 + 0.1 * breath.at(second) + 0.004 * noise.signed(second))
          : 0;
      },
    };
  },
};
