import type { DiagnosisEvent, ScanEvent } from '../../host/api/contract.ts';

export type Slave = DiagnosisEvent['slaves'][number];
export type Head = NonNullable<DiagnosisEvent['head']>;
export type Cause = DiagnosisEvent['causes'][number];
export type Found = ScanEvent['found'][number];

/** Upper bounds of the classes of a latency histogram, ms, as the gateway counts them; the last class is all above. */
export const latencyBoundsMs: readonly number[] = Object.freeze([
  2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000,
]);

/** The class in which the middle one of all answers lies; null without any. */
export function medianClass(latency: readonly number[]): number | null {
  const all = latency.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  let before = 0;
  return latency.findIndex(count => {
    before += count;
    return before * 2 >= all;
  });
}

/** A sureness of 0 to 1 in three words. */
export type Sureness = 'high' | 'middle' | 'low';

export const surenessOf = ({ sureness = 0.5 }: Cause): Sureness =>
  sureness >= 0.8 ? 'high' : sureness >= 0.5 ? 'middle' : 'low';

/** The surest first; the whole line before a single meter. */
export const inOrder = (causes: readonly Cause[]): readonly Cause[] =>
  [...causes].sort(
    (a, b) =>
      (b.sureness ?? 0.5) - (a.sureness ?? 0.5) ||
      Number(a.address !== undefined) - Number(b.address !== undefined),
  );

/** How well a head is aimed. */
export type Aim = 'waiting' | 'dark' | 'turn' | 'almost' | 'pin' | 'good';

/** More of the telegrams than this must be good. */
const goodShare = 0.8;

export function aimOf(head: Head | undefined): Aim {
  if (head === undefined) return 'waiting';
  const bad = head.crcErrors + head.broken;
  if (head.telegrams === 0) return head.bytesPerS > 0 ? 'turn' : 'dark';
  if (head.telegrams / (head.telegrams + bad) < goodShare) return 'almost';
  return head.isReduced ? 'pin' : 'good';
}

/** How good the aim is, 0 to 1: what the tone and the bar follow. */
export function aimShare(head: Head | undefined): number {
  if (head === undefined || head.bytesPerS === 0) return 0;
  const all = head.telegrams + head.crcErrors + head.broken;
  return 0.15 + (all === 0 ? 0 : (0.85 * head.telegrams) / all);
}
