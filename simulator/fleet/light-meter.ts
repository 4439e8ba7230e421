import type { QuantityId } from '#core/quantities.ts';
import { encodeRecord, type WindowRecord, type WindowValue } from '#core/wire/records.ts';
import { loadQuantities } from '../lab/reference-load.ts';

/** What a light meter measures. */
export const lightQuantities = loadQuantities;

const phases = ['L1', 'L2', 'L3'] as const;
/** Counters began there, 2025-01-01. */
const installedS = 1_735_689_600;
/** Every so many-th meter feeds in instead of taking. */
const feedsEvery = 4;

/** A swing of the power: amplitude as a share of the middle, period in seconds, and where it begins. */
interface Swing {
  readonly share: number;
  readonly periodS: number;
  readonly phase: number;
}

/**
 * A meter whose values are known for every instant without anything that is kept: its power swings around a middle, its
 * energy is the integral of that, and what chance adds follows from seed and time. The same for the same seed.
 */
export class LightMeter {
  readonly id: string;
  readonly #seed: number;
  readonly #middleW: number;
  readonly #swings: readonly Swing[];
  readonly #shares: readonly [number, number];
  readonly #feeds: boolean;

  /** `number` counts the meters of a gateway from 0. */
  constructor(seed: number, number: number) {
    this.id = `meter-${number + 1}`;
    this.#seed = mixed(seed, number + 1);
    const unit = (salt: number) => mixed(this.#seed, salt) / 2 ** 32;
    this.#feeds = number % feedsEvery === feedsEvery - 1;
    this.#middleW = 300 + 2200 * unit(1);
    this.#swings = [
      { share: 0.45, periodS: 86_400, phase: 2 * Math.PI * unit(2) },
      { share: 0.3, periodS: 1800 + 3600 * unit(3), phase: 2 * Math.PI * unit(4) },
      { share: 0.15, periodS: 240 + 300 * unit(5), phase: 2 * Math.PI * unit(6) },
    ];
    const first = 0.2 + 0.3 * unit(7);
    this.#shares = [first, 0.2 + 0.3 * unit(8)];
  }

  /** W, taken as positive; always above 0. */
  #powerW(atS: number): number {
    let share = 1;
    for (const { share: own, periodS, phase } of this.#swings)
      share += own * Math.sin((2 * Math.PI * atS) / periodS + phase);
    return this.#middleW * share;
  }

  /** The integral of the power since the meter was installed, Wh. */
  energyWh(atS: number): number {
    return (this.#integral(atS) - this.#integral(installedS)) / 3600;
  }

  #integral(atS: number): number {
    let seconds = atS;
    for (const { share, periodS, phase } of this.#swings) {
      const turn = (2 * Math.PI) / periodS;
      seconds -= (share / turn) * Math.cos(turn * atS + phase);
    }
    return this.#middleW * seconds;
  }

  window(startS: number, windowS: number): WindowRecord {
    const endS = startS + windowS;
    const chance = (salt: number) => mixed(this.#seed ^ salt, startS) / 2 ** 32;
    const sign = this.#feeds ? -1 : 1;
    const meanW = ((this.energyWh(endS) - this.energyWh(startS)) * 3600) / windowS;
    const [beginW, endW] = [this.#powerW(startS), this.#powerW(endS)];
    const flickerW = this.#middleW * 0.02;
    const total = gauge(
      'powerW',
      windowS,
      sign * meanW,
      Math.abs(endW - beginW) / 2 + flickerW * (0.2 + chance(1)),
      chance(2),
    );
    const [first, second] = this.#shares;
    const shares = [first, second, 1 - first - second];
    const values: WindowValue[] = [total];
    for (const [index, phase] of phases.entries())
      values.push(scaled(total, `power${phase}W`, shares[index] ?? 0));
    const volts = phases.map((phase, index) =>
      gauge(
        `voltage${phase}V`,
        windowS,
        230 + 3 * Math.sin(startS / 700 + index) + chance(3 + index),
        0.3 + chance(6 + index),
        chance(9 + index),
      ),
    );
    values.push(...volts);
    for (const [index, phase] of phases.entries()) {
      const share = scaled(total, `power${phase}W`, shares[index] ?? 0);
      values.push(currentOf(`current${phase}A`, share, volts[index]?.mean ?? 230));
    }
    const reading = Math.floor(this.energyWh(endS));
    const [imported, exported] = this.#feeds ? [0, reading] : [reading, 0];
    values.push(
      { quantity: 'energyImportWh', samples: windowS, last: imported },
      { quantity: 'energyExportWh', samples: windowS, last: exported },
    );
    return { meter: this.id, startMs: startS * 1000, windowS, clock: 'synced', failures: [], values };
  }

  record(startS: number, windowS: number): Uint8Array {
    return encodeRecord(this.window(startS, windowS));
  }

  /** What a single-phase meter in its place shows at an instant; there is no reactive power. */
  reading(quantity: QuantityId, atS: number): number {
    const powerW = this.#powerW(atS) * (this.#feeds ? -1 : 1);
    const volts = 230 + 3 * Math.sin(atS / 700);
    switch (quantity) {
      case 'powerW':
        return powerW;
      case 'apparentPowerVA':
        return Math.abs(powerW);
      case 'voltageV':
        return volts;
      case 'currentA':
        return Math.abs(powerW) / volts;
      case 'frequencyHz':
        return 50 + 0.02 * Math.sin(atS / 90);
      case 'powerFactor':
        return 1;
      case 'energyImportWh':
      case 'energyExportWh':
        return (quantity === 'energyExportWh') === this.#feeds ? this.energyWh(atS) : 0;
      case 'energyTotalWh':
        return this.energyWh(atS);
      default:
        return 0;
    }
  }

  /** What it shows at an instant, by quantity, as live values are told. */
  values(atS: number): Record<string, number> {
    const { values } = this.window(Math.floor(atS), 1);
    return Object.fromEntries(values.map(({ quantity, last }) => [quantity, tenths(last)]));
  }
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

function gauge(quantity: QuantityId, samples: number, mean: number, half: number, where: number) {
  const [min, max] = [mean - half, mean + half];
  return { quantity, samples, mean, min, max, last: min + (max - min) * where };
}

type Gauge = ReturnType<typeof gauge>;

const scaled = (of: Gauge, quantity: QuantityId, share: number): Gauge => ({
  quantity,
  samples: of.samples,
  mean: of.mean * share,
  min: of.min * share,
  max: of.max * share,
  last: of.last * share,
});

/** Of resistive loads: a current has no sign. */
function currentOf(quantity: QuantityId, power: Gauge, volts: number): Gauge {
  const amps = [power.mean, power.min, power.max, power.last].map(watts => Math.abs(watts) / volts);
  const [mean = 0, one = 0, other = 0, last = 0] = amps;
  return {
    quantity,
    samples: power.samples,
    mean,
    min: Math.min(one, other),
    max: Math.max(one, other),
    last,
  };
}

/** 32 bits that look like chance, the same for the same two numbers. */
export function mixed(one: number, other: number): number {
  let bits = Math.imul((one | 0) + 0x9e37, 0x9e3779b1) ^ Math.imul((other | 0) + 0x85eb, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return (bits ^ (bits >>> 15)) >>> 0;
}
