export interface LineLimits {
  /** Of one kind in a minute. */
  readonly ofKind: number;
  /** Of all kinds in a minute, errors apart. */
  readonly ofAll: number;
  /** Kinds that are told apart; those beyond share one. */
  readonly kinds: number;
}

export const lineLimits: LineLimits = Object.freeze({ ofKind: 10, ofAll: 300, kinds: 200 });

const minuteMs = 60_000;
const rest = 'other';

/** Counts lines by kind, minute by minute, and those that are too many. */
export class LineLimit {
  readonly #limits: LineLimits;
  readonly #nowMs: () => number;
  #sinceMs = Number.NEGATIVE_INFINITY;
  #all = 0;
  #taken = new Map<string, { written: number; left: number }>();

  /** @param nowMs monotonic */
  constructor(nowMs: () => number, limits: LineLimits = lineLimits) {
    this.#nowMs = nowMs;
    this.#limits = limits;
  }

  /** Whether a line of this kind may be written; errors are not held up by what others write. */
  takes(kind: string, isError: boolean): boolean {
    const known = this.#taken.has(kind) || this.#taken.size < this.#limits.kinds;
    const name = known ? kind : rest;
    const count = this.#taken.get(name) ?? { written: 0, left: 0 };
    this.#taken.set(name, count);
    if (count.written >= this.#limits.ofKind || (!isError && this.#all >= this.#limits.ofAll)) {
      count.left++;
      return false;
    }
    count.written++;
    if (!isError) this.#all++;
    return true;
  }

  /** Whether the minute is over; then it begins anew, and `told` hears of each kind how many lines were left out. */
  turn(told: (kind: string, left: number) => void): boolean {
    const nowMs = this.#nowMs();
    if (nowMs - this.#sinceMs < minuteMs) return false;
    this.#sinceMs = nowMs;
    this.finish(told);
    return true;
  }

  /** Ends the minute, however long it was. */
  finish(told: (kind: string, left: number) => void): void {
    const before = this.#taken;
    this.#all = 0;
    this.#taken = new Map();
    for (const [kind, { left }] of before) if (left > 0) told(kind, left);
  }
}
