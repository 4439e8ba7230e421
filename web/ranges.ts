/** What the history shows: a length that ends now and moves on with it, or two fixed moments. */
export type Range =
  | { readonly kind: 'preset'; readonly preset: Preset }
  | { readonly kind: 'fixed'; readonly fromMs: number; readonly toMs: number };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const presetMs = Object.freeze({
  '1h': hourMs,
  '24h': dayMs,
  '7d': 7 * dayMs,
  '30d': 30 * dayMs,
});

export type Preset = keyof typeof presetMs;

export const presets = Object.freeze(Object.keys(presetMs)) as readonly Preset[];

export const isPreset = (text: string): text is Preset => Object.hasOwn(presetMs, text);

/** The shortest range a zoom or an input may give: a minute still holds a few windows. */
export const shortestMs = minuteMs;
export const longestMs = 10 * 366 * dayMs;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export function spanOf(range: Range, nowMs: number): Span {
  return range.kind === 'fixed'
    ? { fromMs: range.fromMs, toMs: range.toMs }
    : { fromMs: nowMs - presetMs[range.preset], toMs: nowMs };
}

/** Two moments as a range: in order, not shorter and not longer than allowed, not before 1970. */
export function fixedRange(aMs: number, bMs: number): Range {
  const fromMs = Math.max(0, Math.round(Math.min(aMs, bMs)));
  const length = Math.min(longestMs, Math.max(shortestMs, Math.round(Math.abs(bMs - aMs))));
  return { kind: 'fixed', fromMs, toMs: fromMs + length };
}

/** One page earlier (-1) or later (1); later than now ends at now, which for a preset's length is the preset. */
export function shifted(range: Range, direction: -1 | 1, nowMs: number): Range {
  const { fromMs, toMs } = spanOf(range, nowMs);
  const length = toMs - fromMs;
  const toNext = toMs + direction * length;
  if (direction === 1 && toNext >= nowMs) return endingNow(length, nowMs);
  return fixedRange(toNext - length, toNext);
}

/** A range of this length that ends now: the preset where there is one of nearly this length. */
export function endingNow(lengthMs: number, nowMs: number): Range {
  const preset = presets.find(candidate => Math.abs(presetMs[candidate] - lengthMs) < minuteMs);
  return preset === undefined ? fixedRange(nowMs - lengthMs, nowMs) : { kind: 'preset', preset };
}

/** Whether new windows belong into the picture. */
export const isLive = (range: Range): boolean => range.kind === 'preset';

/** Three times as long around the same middle, for zooming out; never beyond now. */
export function widened(range: Range, nowMs: number): Range {
  const { fromMs, toMs } = spanOf(range, nowMs);
  const length = Math.min(longestMs, (toMs - fromMs) * 3);
  const end = (fromMs + toMs) / 2 + length / 2;
  return end >= nowMs ? endingNow(length, nowMs) : fixedRange(end - length, end);
}

export type EnergyStep = 'minutes' | 'hour' | 'day' | 'month';

/** Which bars belong below a range of this length: some dozens, never hundreds. */
export function energyStep(lengthMs: number): EnergyStep {
  if (lengthMs <= 4 * hourMs) return 'minutes';
  if (lengthMs <= 3 * dayMs) return 'hour';
  return lengthMs <= 120 * dayMs ? 'day' : 'month';
}

/** A moment as `datetime-local` wants it, in the machine's own zone. */
export function toLocalInput(atMs: number): string {
  const date = new Date(atMs);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
