/** What a clock on the wall of the site shows. */
export interface CivilTime {
  /** 0 is Monday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

const weekdays: Readonly<Record<string, number>> = Object.freeze({
  Mon: 0,
  Tue: 1,
  Wed: 2,
  Thu: 3,
  Fri: 4,
  Sat: 5,
  Sun: 6,
});

/** Offsets of zones change at quarters of an hour alone. */
const quarterMs = 900_000;

/** A clock of a zone that remembers quarters of an hour it has shown: asking `Intl` takes some microseconds each. */
export function civilClock(zone: string): (atMs: number) => CivilTime {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const known = new Map<number, CivilTime>();
  return atMs => {
    const quarter = Math.floor(atMs / quarterMs);
    let time = known.get(quarter);
    if (time === undefined) {
      const parts = new Map(
        format.formatToParts(quarter * quarterMs).map(({ type, value }) => [type, value]),
      );
      time = {
        weekday: weekdays[parts.get('weekday') ?? ''] ?? 0,
        hour: Number(parts.get('hour')),
        minute: Number(parts.get('minute')),
      };
      known.set(quarter, time);
    }
    return time;
  };
}
