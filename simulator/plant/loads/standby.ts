import { type LoadKind, valuesOf } from '../load.ts';
import { Drift } from '../noise.ts';

const options = {
  powerW: { takes: 'number', min: 0, max: 10_000, unless: 60, help: 'what never goes off, W' },
  comesAndGoesW: {
    takes: 'number',
    min: 0,
    max: 10_000,
    unless: 150,
    help: 'the most that small things draw besides while people are awake, W on each phase',
  },
} as const;

/** A slot of small things that come and go, seconds. */
const slotS = 420;

/** Router, power supplies, and small things that come and go while people are awake. */
export const standby: LoadKind = {
  what: 'what never goes off, and small things that come and go while people are awake',
  options,
  on: 'mains',
  exponent: 0,
  thdPercent: 28,
  feeds: 'never',
  make: ({ node, phases, draw, noise, household }, plan) => {
    const { powerW, comesAndGoesW } = valuesOf(options, plan);
    const slots = noise.stream('slots');
    const breath = new Drift(noise, 30, 9);
    return {
      step: moment => {
        const { second } = moment;
        const slot = Math.floor(second / slotS);
        const awake = household.isIn(moment) ? 1 : household.isAwake(moment) ? 0.3 : 0.08;
        for (let index = 0; index < phases.length; index++) {
          const on = phases[index] as number;
          const share = slots.unit(slot, on);
          const extraW = share * share * share * comesAndGoesW * awake;
          const stillW = powerW / phases.length;
          const flickerW = noise.signed(second, on) * (stillW * 0.015 + extraW * 0.02);
          const drawnW = stillW * (0.97 + 0.06 * breath.at(second)) + extraW + flickerW;
          const cell = node * 3 + on;
          draw.powerW[cell] = drawnW;
          // Power supplies with their input capacitors: leading.
          draw.reactiveVar[cell] = -stillW * 0.2 - drawnW * 0.12;
        }
      },
    };
  },
};
