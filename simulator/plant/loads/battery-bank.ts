import { type LoadKind, valuesOf } from '../load.ts';

const options = {
  chemistry: { takes: 'choice', of: ['lead', 'lifepo4'], unless: 'lifepo4', help: 'what it is made of' },
  capacityAh: { takes: 'number', min: 1, max: 100_000, unless: null, help: 'what it holds, Ah' },
  nominalV: { takes: 'number', min: 6, max: 1000, unless: 12, help: 'of the bank: 12, 24 or 48 mostly, V' },
} as const;

interface Chemistry {
  /** Voltage at rest of a bank of 12 V, by tenths of its charge. */
  readonly restV: readonly number[];
  /** The charger goes up to this. */
  readonly mostV: number;
  /** Ohms of a bank of 12 V and 1 Ah. */
  readonly ohmAh: number;
  /** Of the charge that goes in, what comes out again. */
  readonly returns: number;
  /** Below this level everything that is not vital goes off, above the other it comes back. */
  readonly offBelow: number;
  readonly onAbove: number;
  /** The most it takes, as a share of its capacity in an hour, and from which level on it takes less. */
  readonly chargeC: number;
  readonly tapersAbove: number;
}

/** Textbook values: four cells of LiFePO4, six of lead and acid. */
const chemistries: Readonly<Record<'lead' | 'lifepo4', Chemistry>> = Object.freeze({
  lead: {
    restV: [11.5, 11.75, 11.9, 12.03, 12.15, 12.26, 12.37, 12.46, 12.55, 12.64, 12.75],
    mostV: 14.4,
    ohmAh: 1.4,
    returns: 0.87,
    offBelow: 0.3,
    onAbove: 0.45,
    chargeC: 0.2,
    tapersAbove: 0.8,
  },
  lifepo4: {
    restV: [11.2, 12.8, 12.95, 13.05, 13.12, 13.16, 13.19, 13.24, 13.29, 13.33, 13.6],
    mostV: 14.4,
    ohmAh: 1.2,
    returns: 0.99,
    offBelow: 0.08,
    onAbove: 0.2,
    chargeC: 0.5,
    tapersAbove: 0.97,
  },
});

/** The battery of a bus of direct current. Positive flows into it. It counts charge in whole mA·s, as a shunt would. */
export const batteryBank: LoadKind = {
  what: 'the battery that keeps a bus of direct current',
  options,
  on: 'bus-battery',
  exponent: 0,
  thdPercent: 0,
  feeds: 'also',
  make: (_site, plan) => {
    const { chemistry, capacityAh, nominalV } = valuesOf(options, plan);
    const { restV, mostV, ohmAh, returns, offBelow, onAbove, chargeC, tapersAbove } = chemistries[chemistry];
    const blocks = nominalV / 12;
    const ohm = (ohmAh / capacityAh) * blocks;
    const capacity = Math.round(capacityAh * 3.6e6);
    let held = Math.round(capacity * 0.6);
    const level = (): number => held / capacity;
    const openV = (): number => {
      const position = Math.min(9.999, level() * 10);
      const index = Math.floor(position);
      const [from = 0, to = 0] = [restV[index], restV[index + 1]];
      return (from + (to - from) * (position - index)) * blocks;
    };
    /** U = U0 + R·P/U, for the larger U. */
    const voltageV = (mw: number): number => {
      const open = openV();
      const root = open * open + (4 * ohm * mw) / 1000;
      return root <= 0 ? open / 2 : (open + Math.sqrt(root)) / 2;
    };
    return {
      step: () => {},
      voltageV,
      get acceptsMw() {
        const most = mostV * blocks;
        const ampere = Math.min(
          capacityAh * chargeC * Math.min(1, Math.max(0, (1 - level()) / (1 - tapersAbove))),
          (most - openV()) / ohm,
        );
        return Math.max(0, Math.floor(ampere * (openV() + ampere * ohm) * 1000));
      },
      get isEmpty() {
        return level() <= offBelow;
      },
      get isBack() {
        return level() >= onAbove;
      },
      move: (mw, seconds) => {
        const milliampere = mw / voltageV(mw);
        const moved = Math.round((mw > 0 ? milliampere * returns : milliampere) * seconds);
        held = Math.min(capacity, Math.max(0, held + moved));
      },
      save: () => [held],
      restore: ([saved = 0]) => {
        held = saved;
      },
    };
  },
};
