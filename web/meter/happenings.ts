import type { Alarm, CounterEvents } from '../../host/api/contract.ts';

export type CounterEvent = CounterEvents[number];

/** Something that happened to a meter, dated by its end. */
export type Happening =
  | { readonly is: 'counter'; readonly atMs: number; readonly event: CounterEvent }
  | { readonly is: 'alarm'; readonly atMs: number; readonly alarm: Alarm };

/** Events of a meter's counters and the alarms of its gateway that are about it, the newest first. */
export function happeningsOf(
  meter: string,
  events: readonly CounterEvent[],
  alarms: readonly Alarm[],
  fromMs: number,
): Happening[] {
  const own = alarms.filter(alarm => `${alarm.gateway}.${alarm.meter}` === meter);
  const all: Happening[] = [
    ...events.map(event => ({ is: 'counter' as const, atMs: event.toMs, event })),
    ...own.map(alarm => ({ is: 'alarm' as const, atMs: alarm.atMs ?? alarm.receivedMs, alarm })),
  ];
  return all.filter(({ atMs }) => atMs >= fromMs).sort((one, other) => other.atMs - one.atMs);
}
