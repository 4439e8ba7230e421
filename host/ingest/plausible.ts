import { isPlausible, isQuantityId } from '#core/quantities.ts';
import type { Message } from '#core/wire/messages.ts';
import { isId } from '#core/wire/topics.ts';
import type { LiveValues } from '../events.ts';

/** The live values that can be true, by meter; others are left out and counted. */
export function checkLive({ meters }: Message<'live'>): {
  readonly meters: Readonly<Record<string, LiveValues>>;
  readonly implausible: number;
} {
  let implausible = 0;
  const checked: Record<string, LiveValues> = {};
  for (const [meter, { atMs, values, agesMs }] of Object.entries(meters)) {
    const kept = Object.entries(values).filter(([id, value]) => isQuantityId(id) && isPlausible(id, value));
    implausible += Object.keys(values).length - kept.length;
    const told = { atMs, values: Object.fromEntries(kept) };
    if (isId(meter)) checked[meter] = agesMs === undefined ? told : { ...told, agesMs };
    else implausible += kept.length;
  }
  return { meters: checked, implausible };
}
