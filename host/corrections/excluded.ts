import type { Plan } from './plan.ts';
import { openEndS } from './types.ts';

/** Time of which nothing is told, and of which quantity; without one of all. */
interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
  readonly reason: string;
  readonly quantity?: string;
}

/**
 * What is missing of a meter in a range together with what corrections leave out, in order of time. Where a window did
 * not come at all, that stays the reason.
 */
export function withExcluded<S extends Stretch>(
  missing: readonly S[],
  plan: Plan,
  meter: number,
  fromMs: number,
  toMs: number,
): (S | Stretch)[] {
  const stretches: Stretch[] = [];
  const excluded = plan.corrections.filter(each => each.kind === 'exclude' && each.meter === meter);
  const ofSeries = new Set(excluded.map(({ series }) => series));
  for (const series of ofSeries) {
    const quantity = series === 0 ? undefined : plan.of(series)?.series.quantity;
    // Once all of the meter is left out, one of its series need not be told apart.
    const own = excluded.filter(each => each.series === series);
    const others = series === 0 ? [] : excluded.filter(each => each.series === 0);
    const gaps = [...missing, ...others.map(spanOf)];
    for (const span of own.map(spanOf)) {
      const clipped = { startMs: Math.max(span.startMs, fromMs), endMs: Math.min(span.endMs, toMs) };
      for (const rest of without(clipped, [
        ...gaps,
        ...stretches.filter(each => each.quantity === quantity),
      ])) {
        stretches.push({ ...rest, reason: 'excluded', ...(quantity !== undefined && { quantity }) });
      }
    }
  }
  if (stretches.length === 0) return [...missing];
  return [...missing, ...stretches].sort((one, other) => one.startMs - other.startMs);
}

type Span = Pick<Stretch, 'startMs' | 'endMs'>;

const spanOf = ({ fromS, toS }: { readonly fromS: number; readonly toS: number }): Span => ({
  startMs: fromS * 1000,
  endMs: toS === openEndS ? Number.MAX_SAFE_INTEGER : toS * 1000,
});

function without({ startMs, endMs }: Span, taken: readonly Span[]): Span[] {
  const rest: Span[] = [];
  let atMs = startMs;
  const inOrder = taken
    .filter(each => each.startMs < endMs && each.endMs > startMs)
    .sort((one, other) => one.startMs - other.startMs);
  for (const each of inOrder) {
    if (each.startMs > atMs) rest.push({ startMs: atMs, endMs: each.startMs });
    atMs = Math.max(atMs, each.endMs);
  }
  if (atMs < endMs) rest.push({ startMs: atMs, endMs });
  return rest;
}
