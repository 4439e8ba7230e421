import { type QuantityId, quantities, quantityIds } from '#core/quantities.ts';

type Read = (quantity: QuantityId) => number | undefined;

/** What a meter's counters show from some moment on: where they began then, and where their display ends. */
interface Beginning {
  /** What was true then, by counter. */
  readonly trueWh: ReadonlyMap<QuantityId, number>;
  readonly shownWh: number;
  /** Shows no more than this; at it the display begins at zero. */
  readonly displayWh: number;
}

/** A meter with five digits before the point, kWh: as many as most have. */
const displayWh = 100_000_000;

/** A meter's readings, whose counters can begin anew: reset, at the end of their display, or of another meter. */
export class ChangedCounters {
  readonly #truth: Read;
  #beginning: Beginning | undefined;

  constructor(truth: Read) {
    this.#truth = truth;
  }

  readonly read: Read = quantity => {
    const value = this.#truth(quantity);
    const began = this.#beginning;
    if (value === undefined || began === undefined || quantities[quantity].kind !== 'counter') return value;
    const grownWh = value - (began.trueWh.get(quantity) ?? 0);
    return (((began.shownWh + grownWh) % began.displayWh) + began.displayWh) % began.displayWh;
  };

  get hasCounters(): boolean {
    return quantityIds.some(id => quantities[id].kind === 'counter' && this.#truth(id) !== undefined);
  }

  reset(): void {
    this.#begin(0);
  }

  /** Another meter, which shows this much. */
  swap(shownWh: number): void {
    this.#begin(shownWh);
  }

  /** Another meter, which has so little left until its display begins at zero. */
  rollOver(afterWh: number): void {
    this.#begin(displayWh - afterWh);
  }

  #begin(shownWh: number): void {
    const trueWh = new Map<QuantityId, number>();
    for (const id of quantityIds) {
      const value = quantities[id].kind === 'counter' ? this.#truth(id) : undefined;
      if (value !== undefined) trueWh.set(id, value);
    }
    this.#beginning = { trueWh, shownWh, displayWh };
  }
}
