import type { Readings } from '../../host/api/contract.ts';

type Buckets = Pick<Readings, 'startMs' | 'bucketMs' | 'mean'>;

export interface Spark {
  /** SVG path of the line; a gap begins a new stroke. */
  readonly line: string;
  /** SVG path of the area between line and zero. */
  readonly area: string;
  /** Where zero lies. */
  readonly zeroY: number;
  readonly low: number;
  readonly high: number;
}

const round = (value: number) => Math.round(value * 100) / 100;

/** Runs of buckets that touch, as [moment, value] in time's order; a null or a gap ends a run. */
function runsOf({ startMs, bucketMs, mean }: Buckets): (readonly [number, number])[][] {
  const runs: (readonly [number, number])[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  startMs.forEach((atMs, index) => {
    const value = mean[index] ?? null;
    if (value === null) return;
    if (atMs - lastMs > bucketMs) runs.push([]);
    runs.at(-1)?.push([atMs + bucketMs / 2, value]);
    lastMs = atMs;
  });
  return runs;
}

/**
 * A small line without axes, in a box of `width` by `height`. Zero is always in the picture, and at least `least` of
 * the unit, so that a charger's standby does not look like charging. Null where there is nothing to draw.
 */
export function sparkOf(
  readings: Buckets,
  fromMs: number,
  toMs: number,
  width: number,
  height: number,
  least: number,
): Spark | null {
  const runs = runsOf(readings);
  const values = runs.flatMap(run => run.map(([, value]) => value));
  if (values.length === 0) return null;
  const low = Math.min(...values);
  const high = Math.max(...values);
  const bottom = Math.min(0, low);
  const top = Math.max(0, high, bottom + Math.max(least, 1e-9));
  const inset = 2;
  const x = (atMs: number) => round(((atMs - fromMs) / (toMs - fromMs)) * width);
  const y = (value: number) => round(inset + ((top - value) / (top - bottom)) * (height - 2 * inset));
  const zeroY = y(0);
  const lines = runs.map(run => {
    const points = run.map(([atMs, value]) => `${x(atMs)} ${y(value)}`);
    // A run of one bucket would have no length and not be seen.
    return `M${points.join('L')}${points.length === 1 ? 'h1' : ''}`;
  });
  const areas = runs.map((run, index) => {
    const first = x(run[0]?.[0] ?? fromMs);
    const last = x(run.at(-1)?.[0] ?? toMs);
    return `${lines[index]}L${last} ${zeroY}L${first} ${zeroY}Z`;
  });
  return { line: lines.join(''), area: areas.join(''), zeroY, low, high };
}
