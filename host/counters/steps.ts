import type { Reading } from './types.ts';

/**
 * Readings by time, one for each instant. Of several for one instant the lowest stays: it claims the least, and no
 * order of arrival matters. Readings that are so already are given back as they are.
 */
export function inOrder(readings: readonly Reading[]): readonly Reading[] {
  let isOrdered = true;
  for (let index = 1; index < readings.length && isOrdered; index++) {
    isOrdered = (readings[index] as Reading).endS > (readings[index - 1] as Reading).endS;
  }
  if (isOrdered) return readings;
  return readings
    .toSorted((one, other) => one.endS - other.endS || one.value - other.value || one.windowS - other.windowS)
    .filter((reading, index, sorted) => reading.endS !== sorted[index - 1]?.endS);
}
