import { hoursOptions, isOpen } from '../hours.ts';
import { drawEvenly, type LoadKind, valuesOf } from '../load.ts';

const options = {
  powerW: {
    takes: 'number',
    min: 1,
    max: 100_000,
    unless: 60,
    help: 'the most it gives beside a battery, W',
  },
  busV: { takes: 'number', min: 3, max: 1000, unless: 12, help: 'of its bus where no battery sets it, V' },
  ...hoursOptions,
  fromHour: { ...hoursOptions.fromHour, unless: 9 },
  toHour: { ...hoursOptions.toHour, unless: 15.5 },
  days: { ...hoursOptions.days, unless: 'all' },
} as const;

const efficiency = 0.88;
/** It draws this whether anything hangs on it or not. */
const idleW = 0.9;

/**
 * A supply of a bus of direct current from the mains. Circuits under its own are on that bus; its own load is what it loses.
 * With a battery on the bus it charges in its hours, and the battery carries the loads at all others.
 */
export const mainsCharger: LoadKind = {
  what: 'a supply of direct current from the mains: circuits under it are on its bus',
  options,
  on: 'converter',
  exponent: 0,
  thdPercent: 60,
  feeds: 'never',
  make: (site, plan) => {
    const values = valuesOf(options, plan);
    const { powerW, busV } = values;
    let charges = false;
    return {
      step: moment => {
        charges = isOpen(values, moment);
        drawEvenly(site, idleW, charges ? powerW * 0.12 : -1.5);
      },
      givesMw: Math.round(powerW * 1000),
      get charges() {
        return charges;
      },
      busV,
      lossW: mw => idleW + (mw / 1000) * (1 / efficiency - 1),
    };
  },
};
