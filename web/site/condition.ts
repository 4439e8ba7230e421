import type { Gateway, Meter } from '../../host/api/contract.ts';
import { freshForMs } from './balance.ts';

/** How a meter is, as a person is told it: first what explains the rest. */
export type Condition =
  | { readonly is: 'well' | 'silent' | 'waiting' | 'unknown' | 'gatewayOffline' }
  | { readonly is: 'failing'; readonly reason: string; readonly sinceMs: number | null }
  | { readonly is: 'stale'; readonly sinceMs: number };

export type Tone = 'well' | 'bad' | 'warn' | 'idle';

export const tones: Readonly<Record<Condition['is'], Tone>> = Object.freeze({
  well: 'well',
  failing: 'bad',
  silent: 'bad',
  waiting: 'idle',
  unknown: 'idle',
  gatewayOffline: 'bad',
  stale: 'warn',
});

/** The condition of a meter. What an offline gateway last said of its meters is old news and is not shown as true. */
export function conditionOf(meter: Meter, gateway: Gateway | undefined, nowMs: number): Condition {
  const sinceMs = meter.latest?.atMs ?? meter.lastWindowMs;
  if (gateway !== undefined && !gateway.online) return { is: 'gatewayOffline' };
  if (meter.state === 'failing') return { is: 'failing', reason: meter.reason ?? 'unknown', sinceMs };
  if (meter.state !== 'well') return { is: meter.state };
  return sinceMs !== null && nowMs - sinceMs > freshForMs(meter.windowS)
    ? { is: 'stale', sinceMs }
    : { is: 'well' };
}
