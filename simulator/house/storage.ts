import { appliances } from './appliances.ts';
import { Demand } from './circuits.ts';
import { type DayPlan, planDay } from './day-plan.ts';
import type { Noise } from './noise.ts';
import { type Moment, momentOf, sunAt } from './sun.ts';

const dayMs = 86_400_000;
const slotMs = 1_800_000;
const slots = dayMs / slotMs;
/** By five in the morning what the sun left has been used. */
const dawnMs = 5 * 3_600_000;
const capacityWh = 7500;
const mostW = 2900;
/** One way, from the mains to the cells or back. */
const efficiency = 0.95;
/** Near full and near empty it goes slower. */
const taper = 0.04;
/** Below this it does not bother. */
const leastW = 25;

/**
 * The house's battery: takes what the sun makes too much, gives it back when it is gone. What it holds at a moment
 * follows from the day alone: a course in half hours is worked out from dawn on, so that a house at a
 * moment is the same wherever it began.
 */
export class Storage {
  readonly #noise: Noise;
  readonly #utcOffsetMinutes: number;
  readonly #demand = new Demand();
  #plan: DayPlan | undefined;
  #cycle = Number.NaN;
  /** Wh at the beginning of each half hour, and at the end; the first `#known` are worked out. */
  readonly #course = new Float64Array(slots + 1);
  #known = 0;

  constructor(noise: Noise, utcOffsetMinutes: number) {
    this.#noise = noise;
    this.#utcOffsetMinutes = utcOffsetMinutes;
  }

  /** What it takes (below zero: gives) at a moment when all else draws `netW`. */
  powerW(moment: Moment, netW: number): number {
    const localMs = moment.atMs + this.#utcOffsetMinutes * 60_000 - dawnMs;
    const cycle = Math.floor(localMs / dayMs);
    if (cycle !== this.#cycle) {
      this.#cycle = cycle;
      this.#known = 1;
    }
    const slot = (localMs - cycle * dayMs) / slotMs;
    const first = Math.floor(slot);
    while (this.#known <= first + 1) this.#followSlot(this.#known - 1);
    const [before = 0, after = 0] = this.#course.subarray(first, first + 2);
    const level = (before + (after - before) * (slot % 1)) / capacityWh;
    const second = Math.floor(moment.atMs / 1000);
    // It follows what it sees at the grid, and is never quite there.
    return wantedW(netW + this.#noise.signed('storage', second) * 12, level);
  }

  #followSlot(slot: number): void {
    const startMs = this.#cycle * dayMs + dawnMs - this.#utcOffsetMinutes * 60_000;
    const moment = momentOf(startMs + (slot + 0.5) * slotMs, this.#utcOffsetMinutes);
    if (this.#plan?.day !== moment.day) this.#plan = planDay(moment.day, this.#noise);
    this.#demand.clear();
    for (const appliance of appliances)
      appliance(moment, sunAt(moment), this.#plan, this.#noise, this.#demand);
    const heldWh = this.#course[slot] as number;
    const powerW = wantedW(this.#demand.netW(), heldWh / capacityWh);
    const storedW = powerW >= 0 ? powerW * efficiency : powerW / efficiency;
    const storedWh = storedW * (slotMs / 3_600_000);
    this.#course[slot + 1] = Math.min(capacityWh, Math.max(0, heldWh + storedWh));
    this.#known = slot + 2;
  }
}

function wantedW(netW: number, level: number): number {
  if (Math.abs(netW) < leastW) return 0;
  if (netW < 0) return Math.min(-netW, mostW * Math.min(1, Math.max(0, (1 - level) / taper)));
  return -Math.min(netW, mostW * Math.min(1, Math.max(0, level / taper)));
}
