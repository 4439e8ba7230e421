import type { Sample } from '#app/source.ts';
import { addedUp, numberIn } from '../exact-numbers.ts';
import { isObject } from '../json-object.ts';

/** The last digits of two counters are rounded apart: what was taken must not fall by that while power is fed in. */
const roundedApartWh = 1;

/**
 * Counters of `switch`, `pm1`, `cover` and `light`, in Wh. `aenergy.total` counts both directions: what was taken is what
 * `ret_aenergy.total` leaves of it (home-assistant/core#153053; in a status of evcc-io/evcc#18841 both counted the same while
 * 63 W were fed in). A component that has once told of feeding in is believed only where it tells both in one message: what was
 * taken would be too much otherwise.
 */
export class CountedBothWays {
  #feedsIn = false;
  #takenWh = 0;

  /** What the status of the component tells of its counters. */
  read(status: unknown): Sample[] {
    if (!isObject(status)) return [];
    const both = totalOf(status.aenergy);
    const fedIn = totalOf(status.ret_aenergy);
    const samples: Sample[] = [];
    if (fedIn !== undefined) {
      this.#feedsIn = true;
      samples.push({ quantity: 'energyExportWh', value: fedIn });
    }
    if (both !== undefined && (fedIn !== undefined || !this.#feedsIn)) {
      const taken = addedUp([both, -(fedIn ?? 0)], 'energyImportWh');
      this.#takenWh = taken > this.#takenWh - roundedApartWh ? Math.max(taken, this.#takenWh) : taken;
      samples.unshift({ quantity: 'energyImportWh', value: this.#takenWh });
    }
    return samples;
  }
}

const totalOf = (counter: unknown): number | undefined =>
  isObject(counter) ? numberIn(counter.total) : undefined;
