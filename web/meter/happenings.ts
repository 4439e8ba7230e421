import { isQuantityId, quantities } from '#core/quantities.ts';
import type { Alarm, CounterEvents } from '../../host/api/contract.ts';

export type CounterEvent = CounterEvents[number];

/** Something that happened to a meter, dated by its end; `more` are its other counters to which the same happened. */
export type Happening =
  | {
      readonly is: 'counter';
      readonly atMs: number;
      readonly event: CounterEvent;
      readonly more: readonly CounterEvent[];
    }
  | { readonly is: 'alarm'; readonly atMs: number; readonly alarm: Alarm };

/** Registers of one meter are read within so long of each other: slow ones once in a minute. */
const togetherMs = 120_000;

/**
 * Events of a meter's counters and the alarms of its gateway that are about it, the newest first. What happened to several
 * counters at once, such as a gap, is told once, by the first of them in the vocabulary.
 */
export function happeningsOf(
  meter: string,
  events: readonly CounterEvent[],
  alarms: readonly Alarm[],
  fromMs: number,
): Happening[] {
  const own = alarms.filter(alarm => `${alarm.gateway}.${alarm.meter}` === meter);
  const all: Happening[] = [
    ...gathered(events),
    ...own.map(alarm => ({ is: 'alarm' as const, atMs: alarm.atMs ?? alarm.receivedMs, alarm })),
  ];
  return all.filter(({ atMs }) => atMs >= fromMs).sort((one, other) => other.atMs - one.atMs);
}

function gathered(events: readonly CounterEvent[]): Happening[] {
  const groups: CounterEvent[][] = [];
  for (const event of events.toSorted((one, other) => other.toMs - one.toMs)) {
    const group = groups.find(
      ([first, ...rest]) =>
        first !== undefined &&
        first.kind === event.kind &&
        Math.abs(first.toMs - event.toMs) <= togetherMs &&
        Math.abs(first.fromMs - event.fromMs) <= togetherMs &&
        ![first, ...rest].some(({ quantity }) => quantity === event.quantity),
    );
    if (group === undefined) groups.push([event]);
    else group.push(event);
  }
  return groups.flatMap(group => {
    const [event, ...more] = group.sort((one, other) => wireOf(one) - wireOf(other));
    return event === undefined ? [] : { is: 'counter', atMs: event.toMs, event, more };
  });
}

const wireOf = ({ quantity }: CounterEvent): number =>
  isQuantityId(quantity) ? quantities[quantity].wire : Number.POSITIVE_INFINITY;
