import type { QuantityId } from '#core/quantities.ts';
import type { Point } from './conditions.ts';

/** Windows of a sum that wait for a meter; what is older is judged when it comes late. */
const waitingMost = 720;

interface Part {
  measuredMs: number;
  area: number;
}

/**
 * What several meters come to together, in windows as long as the longest of theirs: the sum of their means, weighted by
 * time. One that any meter has not measured as a whole is unknown and not given, never too low.
 */
export class SumWindows {
  readonly meters: readonly string[];
  readonly #quantity: QuantityId;
  readonly #isGiven: boolean;
  readonly #heard = new Set<string>();
  /** What came before each meter was heard: only then it is known how long windows are. */
  #early: (readonly [meter: string, point: Point])[] = [];
  #longestMs: number;
  readonly #slots = new Map<number, Map<string, Part>>();
  #knownFromMs: number;

  /**
   * `stepMs`: of windows that are all known; else it is learnt as they come, when each meter has been heard. `knownFromMs`: windows that
   * begin earlier may be on disk, and are not told here.
   */
  constructor(
    quantity: QuantityId,
    meters: readonly string[],
    { stepMs, knownFromMs = 0 }: { readonly stepMs?: number; readonly knownFromMs?: number } = {},
  ) {
    this.#quantity = quantity;
    this.meters = meters;
    this.#longestMs = stepMs ?? 0;
    this.#isGiven = stepMs !== undefined;
    this.#knownFromMs = knownFromMs;
  }

  /** The other meters' parts of a window that begins before this may have come and be known no more: they are on disk alone. */
  get knownFromMs(): number {
    return this.#knownFromMs;
  }

  /** Windows of one of its meters. Gives those of the sum that they make whole, by time. */
  take(meter: string, points: readonly Point[]): Point[] {
    for (const { startMs, endMs, values } of points)
      if (values[this.#quantity] !== undefined && endMs > startMs) this.#learn(meter, endMs - startMs);
    const taken = [...this.#early, ...points.map((point): readonly [string, Point] => [meter, point])];
    if (!this.#isGiven && this.#heard.size < this.meters.length) {
      this.#early = taken.slice(-waitingMost);
      for (const [, { endMs }] of taken.slice(0, -waitingMost)) this.#forgot(endMs);
      return [];
    }
    this.#early = [];
    return taken.flatMap(([of, point]) => this.#put(of, point)).sort((a, b) => a.startMs - b.startMs);
  }

  #put(meter: string, { startMs, endMs, values }: Point): Point[] {
    const mean = values[this.#quantity]?.mean;
    if (mean === undefined || endMs <= startMs) return [];
    const whole: Point[] = [];
    const step = this.#longestMs;
    for (let at = Math.floor(startMs / step) * step; at < endMs; at += step) {
      this.#add(at, meter, Math.min(endMs, at + step) - Math.max(startMs, at), mean);
      const sum = this.#wholeAt(at);
      if (sum !== undefined) whole.push(sum);
    }
    return whole;
  }

  #learn(meter: string, lengthMs: number): void {
    if (this.#isGiven) return;
    this.#heard.add(meter);
    if (lengthMs <= this.#longestMs) return;
    for (const at of this.#slots.keys()) this.#forgot(at + this.#longestMs);
    this.#longestMs = lengthMs;
    this.#slots.clear();
  }

  #forgot(endMs: number): void {
    this.#knownFromMs = Math.max(this.#knownFromMs, endMs);
  }

  #add(at: number, meter: string, lengthMs: number, mean: number): void {
    const slot = this.#slots.get(at) ?? new Map<string, Part>();
    this.#slots.set(at, slot);
    const part = slot.get(meter) ?? { measuredMs: 0, area: 0 };
    part.measuredMs += lengthMs;
    part.area += lengthMs * mean;
    slot.set(meter, part);
    if (this.#isGiven || this.#slots.size <= waitingMost) return;
    const oldest = Math.min(...this.#slots.keys());
    this.#slots.delete(oldest);
    this.#forgot(oldest + this.#longestMs);
  }

  #wholeAt(at: number): Point | undefined {
    const slot = this.#slots.get(at);
    const parts = [...(slot?.values() ?? [])];
    if (parts.length < this.meters.length || parts.some(({ measuredMs }) => measuredMs < this.#longestMs))
      return undefined;
    this.#slots.delete(at);
    const sum = parts.reduce((total, { measuredMs, area }) => total + area / measuredMs, 0);
    const value = { mean: sum, min: sum, max: sum, last: sum };
    return { startMs: at, endMs: at + this.#longestMs, values: { [this.#quantity]: value } };
  }
}

/** The same of windows that are all there, of each meter in the order of their times. */
export function sumOf(quantity: QuantityId, windows: ReadonlyMap<string, readonly Point[]>): Point[] {
  const lengths = [...windows.values()].flat().map(({ startMs, endMs }) => endMs - startMs);
  const longestMs = lengths.reduce((longest, length) => Math.max(longest, length), 0);
  if (longestMs === 0) return [];
  const sum = new SumWindows(quantity, [...windows.keys()], { stepMs: longestMs });
  return [...windows]
    .flatMap(([meter, points]) => sum.take(meter, points))
    .sort((a, b) => a.startMs - b.startMs);
}
