import { type CircuitId, circuitIndex, type Phase } from './circuits.ts';
import { Counters } from './counters.ts';
import { type Electricity, emptyElectricity, Solver } from './electricity.ts';
import { type MeterPoint, meterPoints, type PointId } from './meter-points.ts';
import { Noise } from './noise.ts';

export interface HouseOptions {
  /** Any whole number; the same seed is the same house for ever. */
  readonly seed: number;
  /** Where the house's time begins, UTC ms. */
  readonly startMs: number;
  /** Local time of the people and the sun; default 60. */
  readonly utcOffsetMinutes?: number;
}

/** A house at rest, as JSON: enough to let it go on exactly where it was. */
export interface SavedHouse {
  readonly seed: number;
  readonly utcOffsetMinutes: number;
  readonly atMs: number;
  readonly counters: readonly number[];
  readonly demand: readonly number[];
}

export const stepMs = 1000;
const demandBlockMs = 900_000;

/**
 * One household's electricity. It goes in steps of one second, from whole second to whole second, each computed from
 * the seed and its time alone; counters add up the steps. So it does not matter how often it is asked.
 */
export class House {
  readonly seed: number;
  readonly utcOffsetMinutes: number;
  readonly points: Readonly<Record<PointId, MeterPoint>>;
  readonly #solver: Solver;
  readonly #now: Electricity = emptyElectricity();
  readonly #counters = new Counters();
  #atMs: number;
  /** Import of the block of 15 minutes that runs, and what the last one and the highest one came to. */
  #demandStartMj = 0;
  #demandW = 0;
  #demandMaxW = 0;

  constructor({ seed, startMs, utcOffsetMinutes = 60 }: HouseOptions) {
    this.seed = seed;
    this.utcOffsetMinutes = utcOffsetMinutes;
    this.#atMs = Math.floor(startMs / stepMs) * stepMs;
    this.#solver = new Solver(seed, utcOffsetMinutes);
    this.#counters.setUsed(new Noise(seed));
    this.#demandStartMj = this.#importMj();
    this.points = meterPoints(this);
    this.#solver.solve(this.#atMs, this.#now);
  }

  static resume(saved: SavedHouse): House {
    const house = new House({
      seed: saved.seed,
      startMs: saved.atMs,
      utcOffsetMinutes: saved.utcOffsetMinutes,
    });
    house.#counters.restore(saved.counters);
    [house.#demandStartMj = 0, house.#demandW = 0, house.#demandMaxW = 0] = saved.demand;
    return house;
  }

  save(): SavedHouse {
    return {
      seed: this.seed,
      utcOffsetMinutes: this.utcOffsetMinutes,
      atMs: this.#atMs,
      counters: this.#counters.save(),
      demand: [this.#demandStartMj, this.#demandW, this.#demandMaxW],
    };
  }

  /** Beginning of the step that the house is in; its electricity holds until the next one. */
  get atMs(): number {
    return this.#atMs;
  }

  /** Goes on to this time. A time that is past already changes nothing: a house does not go back. */
  advanceTo(ms: number): void {
    while (this.#atMs + stepMs <= ms) {
      this.#counters.add(this.#now, stepMs / 1000);
      this.#atMs += stepMs;
      if (this.#atMs % demandBlockMs === 0) this.#closeDemandBlock();
      this.#solver.solve(this.#atMs, this.#now);
    }
  }

  /** The electricity of the current step; changes in place as the house goes on. */
  get electricity(): Electricity {
    return this.#now;
  }

  get counters(): Counters {
    return this.#counters;
  }

  /** Mean import over the last whole block of 15 minutes, and the highest of them. */
  get demand(): { readonly lastW: number; readonly maxW: number } {
    return { lastW: this.#demandW, maxW: this.#demandMaxW };
  }

  circuitMw(circuit: CircuitId, on: Phase): number {
    return this.#now.circuitMw[circuitIndex[circuit] * 3 + on] as number;
  }

  #importMj(): number {
    const { counters } = this;
    return counters.get('mainImportL1') + counters.get('mainImportL2') + counters.get('mainImportL3');
  }

  #closeDemandBlock(): void {
    const importMj = this.#importMj();
    this.#demandW = (importMj - this.#demandStartMj) / demandBlockMs;
    this.#demandMaxW = Math.max(this.#demandMaxW, this.#demandW);
    this.#demandStartMj = importMj;
  }
}
