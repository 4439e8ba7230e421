import { quantities } from '#core/quantities.ts';
import type { CounterEvents } from '../api/contract.ts';
import type { CounterEvent } from '../counters/types.ts';
import { counterGaps } from './counter-gaps.ts';
import type { Lane } from './lane.ts';
import type { Shelves } from './series-parts.ts';
import type { SeriesRef } from './types.ts';

/** What happened to these counters within a range, by time, with readings in the unit of each. */
export async function counterEventsOf(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  fromMs: number,
  toMs: number,
): Promise<CounterEvents> {
  const [fromS, toS] = [Math.floor(fromMs / 1000), Math.ceil(toMs / 1000)];
  const all: CounterEvents = [];
  for (const each of series) {
    const { decimals, unit } = quantities[each.quantity];
    const { events } = await counterGaps(lane, shelves, each, fromS, toS);
    for (const event of events) {
      if (event.fromS >= toS || event.toS <= fromS) continue;
      all.push({
        quantity: each.quantity,
        unit,
        kind: event.kind,
        fromMs: event.fromS * 1000,
        toMs: event.toS * 1000,
        before: event.before / 10 ** decimals,
        after: event.after / 10 ** decimals,
        amount: event.amount / 10 ** decimals,
        ...serialsOf(event, each),
      });
    }
  }
  return all.sort((one, other) => one.fromMs - other.fromMs || (one.quantity < other.quantity ? -1 : 1));
}

/** Of a swap that is known by it the serial numbers of both meters. */
function serialsOf(
  { replaced }: CounterEvent,
  { replacements }: SeriesRef,
): { readonly serials?: { before: string; after: string } } {
  const known = replacements.find(({ atS }) => atS === replaced?.atS);
  return known === undefined ? {} : { serials: { before: known.before, after: known.after } };
}
