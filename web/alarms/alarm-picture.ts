import type { Readings } from '../../host/api/contract.ts';

export interface AlarmPicture {
  /** SVG path of the means; a gap begins a new stroke. */
  readonly line: string;
  /** SVG path of the area between least and greatest. */
  readonly band: string;
  /** Where the limits lie. */
  readonly limitsY: readonly number[];
  /** The time of the event. */
  readonly fromX: number;
  readonly toX: number;
  readonly low: number;
  readonly high: number;
  /** Lower and upper edge of the picture, but for a little room. */
  readonly bottom: number;
  readonly top: number;
}

export interface AlarmSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly beganMs: number;
  /** The end of the picture, where it lasts. */
  readonly endedMs: number;
}

const leadMost = 6 * 3_600_000;
const leadLeast = 10 * 60_000;

/** What of the time around an event is looked at: as long before it as it lasted, and half of that after. */
export function spanOf(beganMs: number, endedMs: number | null, nowMs: number): AlarmSpan {
  const endMs = endedMs ?? nowMs;
  const leadMs = Math.min(Math.max(endMs - beganMs, leadLeast), leadMost);
  const toMs = Math.min(endMs + leadMs / 2, Math.max(nowMs, endMs));
  return { fromMs: Math.round(beganMs - leadMs), toMs: Math.round(toMs), beganMs, endedMs: endMs };
}

/**
 * Values around an event in a box of `width` by `height`, with the limits that they were held against. Zero is not forced
 * into the picture: of a voltage nothing would be seen. Null where there is nothing to draw.
 */
export function alarmPictureOf(
  { startMs, bucketMs, mean, min, max }: Pick<Readings, 'startMs' | 'bucketMs' | 'mean' | 'min' | 'max'>,
  limits: readonly number[],
  { fromMs, toMs, beganMs, endedMs }: AlarmSpan,
  width: number,
  height: number,
): AlarmPicture | null {
  const known = startMs.flatMap((atMs, index) => {
    const value = mean[index] ?? null;
    return value === null ? [] : [{ atMs, value, least: min[index] ?? value, most: max[index] ?? value }];
  });
  if (known.length === 0) return null;
  const low = Math.min(...known.map(({ least }) => least));
  const high = Math.max(...known.map(({ most }) => most));
  const bottom = Math.min(low, ...limits);
  const top = Math.max(high, ...limits);
  const room = (top - bottom || Math.abs(top) || 1) * 0.08;
  const x = (atMs: number) => round(clamp(((atMs - fromMs) / (toMs - fromMs)) * width, 0, width));
  const y = (value: number) => round(((top + room - value) / (top - bottom + 2 * room)) * height);
  const runs: (typeof known)[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const point of known) {
    if (point.atMs - lastMs > bucketMs) runs.push([]);
    runs.at(-1)?.push(point);
    lastMs = point.atMs;
  }
  const middle = ({ atMs }: { atMs: number }) => x(atMs + bucketMs / 2);
  const line = runs.map(run => {
    const points = run.map(point => `${middle(point)} ${y(point.value)}`);
    return `M${points.join('L')}${points.length === 1 ? 'h1' : ''}`;
  });
  const band = runs.map(run => {
    const there = run.map(point => `${middle(point)} ${y(point.most)}`);
    const back = [...run].reverse().map(point => `${middle(point)} ${y(point.least)}`);
    return `M${[...there, ...back].join('L')}Z`;
  });
  return {
    line: line.join(''),
    band: band.join(''),
    limitsY: limits.map(y),
    fromX: x(beganMs),
    toX: x(endedMs),
    low,
    high,
    bottom,
    top,
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;
const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** The limits of a condition that are of the same quantity as the values that are drawn. */
export function limitsOf(condition: Readonly<Record<string, unknown>> | undefined): readonly number[] {
  if (condition === undefined) return [];
  const { kind, limit, low, high } = condition;
  const given = kind === 'range' ? [low, high] : kind === 'threshold' || kind === 'peak' ? [limit] : [];
  return given.filter(value => typeof value === 'number');
}
