import { drawEvenly, type LoadKind, valuesOf } from '../load.ts';

const options = {
  capacityKwh: { takes: 'number', min: 0.1, max: 10_000, unless: 7.5, help: 'what it holds, kWh' },
  powerW: { takes: 'number', min: 50, max: 1e6, unless: 3000, help: 'the most it takes or gives, W' },
  follows: { takes: 'circuit', unless: 'supply', help: 'the circuit whose power it keeps at zero' },
} as const;

/** One way, from the mains to the cells or back. */
const efficiency = 0.95;
/** Near full and near empty it goes slower. */
const taper = 0.04;
/** Below this it does not bother, W. */
const leastW = 25;
/** It draws this itself, W. */
const idleW = 6;

/** A battery behind an inverter: takes what would be fed in, gives it back when it is missing. */
export const battery: LoadKind = {
  what: 'a battery behind an inverter, which keeps the power of a circuit at zero',
  options,
  on: 'mains-last',
  exponent: 0,
  thdPercent: 3,
  feeds: 'also',
  make: (site, plan) => {
    const { capacityKwh, powerW: mostW, follows } = valuesOf(options, plan);
    const { node, draw, noise, range } = site;
    const [from, end] = range(follows);
    const capacityMj = Math.round(capacityKwh * 3.6e9);
    let heldMj = Math.round(capacityMj * 0.3);
    return {
      step: ({ second }) => {
        let netW = 0;
        for (let cell = from * 3; cell < end * 3; cell++) {
          if (cell < node * 3 || cell > node * 3 + 2) netW += draw.powerW[cell] as number;
        }
        // It follows what it sees, and is never quite there.
        const wantedW = wanted(netW + idleW + noise.signed(second) * 12, heldMj / capacityMj, mostW);
        drawEvenly(site, wantedW + idleW, -18);
      },
      move: (mw, seconds) => {
        const cellsMw = mw - idleW * 1000;
        const stored = cellsMw >= 0 ? cellsMw * efficiency : cellsMw / efficiency;
        heldMj = Math.min(capacityMj, Math.max(0, heldMj + Math.round(stored * seconds)));
      },
      save: () => [heldMj],
      restore: ([held = 0]) => {
        heldMj = held;
      },
    };
  },
};

function wanted(netW: number, level: number, mostW: number): number {
  if (Math.abs(netW) < leastW) return 0;
  if (netW < 0) return Math.min(-netW, mostW * Math.min(1, Math.max(0, (1 - level) / taper)));
  return -Math.min(netW, mostW * Math.min(1, Math.max(0, level / taper)));
}
