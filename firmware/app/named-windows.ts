interface Span {
  fromMs: number;
  untilMs: number;
  /** Named by a clock that may have been ahead, and without readings of counters. */
  isDoubtful: boolean;
}

/** Each far step of the clock begins a span; of more than these the oldest two become one, with what lies between. */
const mostSpans = 8;

/**
 * For a clock set back by more than this nobody waits: it had been wrong. An hour is what a clock goes back that took
 * its zone for UTC, and a window may have 15 minutes.
 */
const longestWaitMs = 75 * 60_000;

const alignedUp = (ms: number, windowMs: number): number => Math.ceil(ms / windowMs) * windowMs;

/**
 * For each meter the time that its windows have names of already, so that no window is named twice. Outlives a meter
 * whose settings change.
 */
export class NamedWindows {
  readonly #spansOf = new Map<string, Span[]>();

  add(meter: string, fromMs: number, untilMs: number, isDoubtful = false): void {
    const spans = this.#spansOf.get(meter) ?? [];
    this.#spansOf.set(meter, spans);
    let index = spans.length;
    while (index > 0 && (spans[index - 1] as Span).fromMs >= untilMs) index--;
    const before = spans[index - 1];
    if (before?.untilMs === fromMs && before.isDoubtful === isDoubtful) before.untilMs = untilMs;
    else spans.splice(index, 0, { fromMs, untilMs, isDoubtful });
    if (spans.length <= mostSpans) return;
    const [oldest, next] = spans as [Span, Span];
    spans.splice(0, 2, {
      fromMs: oldest.fromMs,
      untilMs: next.untilMs,
      isDoubtful: oldest.isDoubtful && next.isDoubtful,
    });
  }

  /** The first start of a window of this length, at or after an aligned one, that meets no named window. */
  freeStartMs(meter: string, windowMs: number, startMs: number): number {
    // Before 1970 there are no names: only a wrong clock goes there.
    let freeMs = Math.max(startMs, 0);
    for (const { fromMs, untilMs } of this.#spansOf.get(meter) ?? []) {
      if (freeMs < untilMs && freeMs + windowMs > fromMs) freeMs = alignedUp(untilMs, windowMs);
    }
    return freeMs;
  }

  /**
   * Where a meter that begins at an aligned start finds its window: behind all it has named, so that readings of a
   * counter keep their order; doubtful ones have none. But after hours or years of a clock that was ahead it is the first
   * free one.
   */
  nextStartMs(meter: string, windowMs: number, startMs: number): number {
    let behindMs = startMs;
    for (const { untilMs, isDoubtful } of this.#spansOf.get(meter) ?? []) {
      if (!isDoubtful) behindMs = Math.max(behindMs, alignedUp(untilMs, windowMs));
    }
    const fromMs = behindMs - startMs <= longestWaitMs ? behindMs : startMs;
    return this.freeStartMs(meter, windowMs, fromMs);
  }

  /** Forgets meters that are not `kept` and whose named time is over: they bind nobody. */
  forgetPast(kept: { has(meter: string): boolean }, nowMs: number): void {
    for (const [meter, spans] of this.#spansOf) {
      if (!kept.has(meter) && spans.every(({ untilMs }) => untilMs <= nowMs)) this.#spansOf.delete(meter);
    }
  }
}
