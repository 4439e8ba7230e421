import { hoursOptions, occupancy } from '../hours.ts';
import { type LoadKind, valuesOf } from '../load.ts';
import { Drift } from '../noise.ts';

const options = {
  powerW: { takes: 'number', min: 10, max: 1e6, unless: null, help: 'with everybody there, W' },
  baseW: { takes: 'number', min: 0, max: 1e6, unless: 0, help: 'what is never switched off, W' },
  cosPhi: { takes: 'number', min: 0.3, max: 1, unless: 0.96, help: 'the power factor' },
  leads: {
    takes: 'choice',
    of: ['yes', 'no'],
    unless: 'yes',
    help: 'power supplies lead (yes), motors lag (no)',
  },
  ...hoursOptions,
} as const;

/** Sockets, screens and light of a room where people work: they come, go and have lunch. */
export const office: LoadKind = {
  what: 'a place where people work: sockets, screens and light',
  options,
  on: 'mains',
  exponent: 0,
  thdPercent: 22,
  feeds: 'never',
  make: ({ node, phases, draw, noise }, plan) => {
    const values = valuesOf(options, plan);
    const { powerW, baseW, cosPhi, leads } = values;
    const perWatt = Math.tan(Math.acos(cosPhi)) * (leads === 'yes' ? -1 : 1);
    const drifts = phases.map((_, index) => new Drift(noise, 900, index));
    const slow = phases.map((_, index) => new Drift(noise, 40_000, index + 3));
    return {
      step: moment => {
        const { second } = moment;
        const there = occupancy(values, moment);
        for (let index = 0; index < phases.length; index++) {
          const share =
            (0.75 + 0.3 * (drifts[index] as Drift).at(second)) *
            (0.8 + 0.4 * (slow[index] as Drift).at(second));
          const usedW = (baseW + powerW * there * share) / phases.length;
          const drawnW = usedW * (1 + 0.02 * noise.signed(second, index + 8));
          const cell = node * 3 + (phases[index] as number);
          draw.powerW[cell] = drawnW;
          draw.reactiveVar[cell] = drawnW * perWatt;
        }
      },
    };
  },
};
