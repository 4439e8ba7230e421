import { isPlausible, isQuantityId, type QuantityId, quantities } from '#core/quantities.ts';
import type { Message } from '#core/wire/messages.ts';
import { isId } from '#core/wire/topics.ts';
import type { LiveValues } from '../events.ts';

/**
 * The live values that can be true, by meter; others are left out and counted. They are what their windows will tell of them: a
 * counter whose live reading had digits more would fall when the stored one takes its place, which others take for a reset.
 */
export function checkLive({ meters }: Message<'live'>): {
  readonly meters: Readonly<Record<string, LiveValues>>;
  readonly implausible: number;
} {
  let implausible = 0;
  const checked: Record<string, LiveValues> = {};
  for (const [meter, { atMs, values, agesMs }] of Object.entries(meters)) {
    const kept = Object.entries(values).flatMap(([id, value]) =>
      isQuantityId(id) && isPlausible(id, value) ? [[id, asStored(id, value)] as const] : [],
    );
    implausible += Object.keys(values).length - kept.length;
    const told = { atMs, values: Object.fromEntries(kept) };
    if (isId(meter)) checked[meter] = agesMs === undefined ? told : { ...told, agesMs };
    else implausible += kept.length;
  }
  return { meters: checked, implausible };
}

/** At the quantity's last decimal, as `encodeRecord` has it. */
function asStored(id: QuantityId, value: number): number {
  const scale = 10 ** quantities[id].decimals;
  return Math.round(value * scale) / scale;
}
