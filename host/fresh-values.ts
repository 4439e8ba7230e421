import type { QuantityId } from '#core/quantities.ts';
import { windowSOf } from './current-meters.ts';
import type { GatewayState } from './fleet.ts';
import type { Store } from './store/store.ts';

/** What a meter shows now, for others that would take an old value for one of now. */
export interface FreshValues {
  /** When the newest of them was measured; the end of its window, where it is of one and has ended. */
  readonly atMs: number;
  readonly values: ReadonlyMap<QuantityId, number>;
}

const leastMs = 60_000;
/** What is measured each minute comes with the window after, and the commit after that. */
const leastOfQuantityMs = 180_000;
const spareMs = 30_000;

/**
 * How old the newest value of a meter may be for it to count as one that is heard: two windows and half a minute, a minute at
 * least. Beyond, nobody knows what it shows.
 */
export const meterStaleMs = (windowS: number): number => Math.max(leastMs, windowS * 2000 + spareMs);

/** The same of one of its quantities, of which some are measured once a minute. */
export const quantityStaleMs = (windowS: number): number =>
  Math.max(leastOfQuantityMs, meterStaleMs(windowS));

const isWithin = (atMs: number, nowMs: number, mostMs: number): boolean => Math.abs(nowMs - atMs) <= mostMs;

/**
 * The newest values of a meter of a gateway, live or stored, without those that are old; undefined where the meter is silent:
 * its gateway is away, says so, or has sent nothing of it for too long.
 */
export function freshValues(
  { id, online, about, health, live, isHealthCurrent }: GatewayState,
  meter: string,
  store: Pick<Store, 'seriesOfMeter' | 'newest' | 'newestWindowS'>,
  nowMs: number,
): FreshValues | undefined {
  if (!online || (isHealthCurrent && health?.meters[meter]?.state === 'silent')) return undefined;
  const key = `${id}.${meter}`;
  const windowS = windowSOf({ id, about }, meter, store);
  const stored = store.newest(key)?.values ?? {};
  const lived = live[meter];
  const quantityMs = quantityStaleMs(windowS);
  const values = new Map<QuantityId, number>();
  let atMs = 0;
  for (const { quantity, lastMs } of store.seriesOfMeter(key)) {
    const value = stored[quantity];
    if (value === undefined || !isWithin(lastMs, nowMs, quantityMs)) continue;
    values.set(quantity, value);
    atMs = Math.max(atMs, lastMs);
  }
  if (lived !== undefined && lived.atMs >= atMs && isWithin(lived.atMs, nowMs, meterStaleMs(windowS))) {
    atMs = lived.atMs;
    for (const [quantity, value] of Object.entries(lived.values)) {
      const sampledMs = lived.atMs - (lived.agesMs?.[quantity] ?? 0);
      // Ids that are none are not taken in.
      if (isWithin(sampledMs, nowMs, quantityMs)) values.set(quantity as QuantityId, value);
    }
  }
  // Where a source has a value each quarter of an hour, its window lasts yet: it was measured by now.
  return isWithin(atMs, nowMs, meterStaleMs(windowS)) ? { atMs: Math.min(atMs, nowMs), values } : undefined;
}
