/** What a run of faults counted; all of it is in the line that it prints. */
export interface FaultCounts {
  /** Such as `100 kills under load`. */
  readonly what: string;
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  /** From the start of each process to its being ready. */
  readonly readyMs?: readonly number[];
  /** What else is worth telling, as `31 in tier builds`. */
  readonly more?: readonly string[];
}

/**
 * Prints the line of a run:
 * `100 kills under load: 412,000 records acknowledged, 0 lost, 0 doubled, ready in 0.9 s at the slowest`
 */
export function tell({ what, acknowledged, lost, doubled, readyMs = [], more = [] }: FaultCounts): void {
  const parts = [
    `${count(acknowledged)} records acknowledged`,
    `${count(lost)} lost`,
    `${count(doubled)} doubled`,
    ...more,
    ...(readyMs.length === 0 ? [] : [`ready in ${seconds(Math.max(...readyMs))} s at the slowest`]),
  ];
  console.log(`${what}: ${parts.join(', ')}`);
}

/** Thousands apart. */
export const count = (value: number): string => value.toLocaleString('en');

const seconds = (ms: number): string => (ms / 1000).toFixed(2);
