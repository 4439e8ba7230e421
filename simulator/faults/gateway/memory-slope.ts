type Point = readonly [hours: number, mb: number];

/** A database's buffers and its allocator's free memory fill and are let go within so much. */
const floorMinutes = 1;

/** The least of each minute: what a garbage collector and a database leave when they are done. */
export function floorsOf(points: readonly Point[]): Point[] {
  const least = new Map<number, Point>();
  for (const point of points) {
    const turn = Math.floor((point[0] * 60) / floorMinutes);
    const known = least.get(turn);
    if (known === undefined || point[1] < known[1]) least.set(turn, point);
  }
  return [...least.values()];
}

export interface Slope {
  /** The median of the slopes between all pairs (Theil and Sen), which no single leap turns, MB an hour. */
  readonly perHour: number;
  /** What it is at least, with 95 % of confidence (Sen 1968). */
  readonly atLeastPerHour: number;
}

/** How fast it grows; of less than two points nobody knows, which is within no bound. */
export function slopeOf(points: readonly Point[]): Slope {
  const slopes: number[] = [];
  for (const [index, [fromH, fromMb]] of points.entries()) {
    for (const [toH, toMb] of points.slice(index + 1)) {
      // Two threads may tell in one moment: that is no slope, and none that is no number can be sorted.
      if (toH > fromH) slopes.push((toMb - fromMb) / (toH - fromH));
    }
  }
  slopes.sort((one, other) => one - other);
  const count = points.length;
  const spread = 1.96 * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const lowest = Math.max(0, Math.floor((slopes.length - spread) / 2));
  const [perHour = Number.NaN, atLeastPerHour = Number.NaN] = [slopes[slopes.length >> 1], slopes[lowest]];
  return { perHour, atLeastPerHour };
}
