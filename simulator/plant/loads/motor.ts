import { hoursOptions, isOpen } from '../hours.ts';
import { type LoadKind, valuesOf } from '../load.ts';

const options = {
  powerW: { takes: 'number', min: 50, max: 1e6, unless: null, help: 'under full load, W' },
  cosPhi: {
    takes: 'number',
    min: 0.3,
    max: 1,
    unless: 0.82,
    help: 'the power factor under full load, lagging',
  },
  startTimes: {
    takes: 'number',
    min: 1,
    max: 10,
    unless: 6,
    help: 'the starting current as a multiple of the full one',
  },
  startS: { takes: 'number', min: 1, max: 20, unless: 2, help: 'how long it starts, seconds' },
  runs: { takes: 'number', min: 0, max: 1, unless: 0.4, help: 'share of the working time that it runs' },
  cycleMin: {
    takes: 'number',
    min: 1,
    max: 480,
    unless: 12,
    help: 'from one start to the next at most, minutes',
  },
  unbalance: {
    takes: 'number',
    min: 0,
    max: 0.3,
    unless: 0.02,
    help: 'how far its phases differ, as a share',
  },
  ...hoursOptions,
} as const;

/**
 * An induction motor: reactive power hardly follows its load (it magnetises), the starting current is several times the full
 * one at a power factor of 0.35, and the windings are never quite alike.
 */
export const motor: LoadKind = {
  what: 'a motor with starting current, reactive power and unbalance, in working hours',
  options,
  on: 'mains',
  exponent: 0,
  thdPercent: 4,
  feeds: 'never',
  make: ({ node, phases, draw, noise }, plan) => {
    const values = valuesOf(options, plan);
    const { powerW, cosPhi, startTimes, startS, runs, cycleMin, unbalance } = values;
    const cycleS = Math.round(cycleMin * 60);
    const fullVar = powerW * Math.tan(Math.acos(cosPhi));
    const startVa = (powerW / cosPhi) * startTimes;
    const shares = phases.map(
      (_, index) => (1 + (index - (phases.length - 1) / 2) * unbalance) / phases.length,
    );
    let cycle = Number.NaN;
    let onS = 0;
    let offS = 0;
    let load = 0;
    return {
      step: moment => {
        const { second } = moment;
        const now = Math.floor(second / cycleS);
        if (now !== cycle) {
          cycle = now;
          const runsS = Math.min(1, runs * (0.5 + noise.unit(now))) * cycleS;
          onS = Math.round(now * cycleS + (cycleS - runsS) * noise.unit(now, 1));
          offS = Math.round(onS + runsS);
          load = 0.45 + 0.5 * noise.unit(now, 2);
        }
        const isOn = second >= onS && second < offS && isOpen(values, moment);
        let drawnW = 0;
        let drawnVar = 0;
        if (isOn && second < onS + startS) {
          drawnW = startVa * 0.35;
          drawnVar = startVa * 0.937;
        } else if (isOn) {
          const now = Math.max(0.2, load + 0.12 * noise.signed(second));
          drawnW = powerW * now;
          drawnVar = fullVar * (0.62 + 0.38 * now * now);
        }
        for (let index = 0; index < phases.length; index++) {
          const cell = node * 3 + (phases[index] as number);
          draw.powerW[cell] = drawnW * (shares[index] as number);
          draw.reactiveVar[cell] = drawnVar * (shares[index] as number);
        }
      },
    };
  },
};
