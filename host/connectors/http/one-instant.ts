import type { Reading } from './reading.ts';

/** A reading that another one of the same meter, quantity and instant contradicts. */
export interface Contradicted<R> {
  readonly reading: R;
  readonly message: string;
}

/**
 * Which readings of a message hold: one of each meter, quantity and millisecond. The same value again is left out. Of two
 * that differ nobody knows which is true, or what they are together: neither holds, and each is told with the other's place, and
 * with why they may have the same time.
 */
export function oneOfEachInstant<R extends Reading>(
  sent: readonly R[],
  placeOf: (reading: R) => string,
  whySame: (reading: R) => string = () => '',
): { readings: R[]; contradicted: Contradicted<R>[] } {
  const firsts = new Map<string, R>();
  const others = new Map<R, R>();
  for (const reading of sent) {
    const key = `${reading.meter} ${reading.quantity} ${reading.atMs}`;
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, reading);
    else if (first.value !== reading.value) {
      others.set(reading, first);
      if (!others.has(first)) others.set(first, reading);
    }
  }
  return {
    readings: [...firsts.values()].filter(reading => !others.has(reading)),
    contradicted: [...others].map(([reading, other]) => ({
      reading,
      message: `${reading.quantity} of ${reading.meter.slice(0, 64)} is ${reading.value}, and ${other.value} of the same time at ${placeOf(other)}; one value of each time is allowed${whySame(reading)}`,
    })),
  };
}
