/** The moment, as people at the place see it. Filled anew for each step. */
export interface Moment {
  /** Whole seconds since 1970, UTC. */
  second: number;
  /** Days since 1970 in local time. */
  day: number;
  /** Seconds since local midnight, by the clock on the wall. */
  secondOfDay: number;
  /** 0 is Sunday. */
  weekday: number;
  kind: DayKind;
  /** Of the day before, to which the night before it belongs. */
  eveKind: DayKind;
  /** 0 to 1, from the first of January to the last of December. */
  season: number;
}

/** What of a week a day is; public holidays are Sundays. */
export type DayKind = 'weekday' | 'saturday' | 'sunday';

const dayS = 86_400;
/** Offsets are whole quarters of an hour, and change at whole ones. */
const quarterS = 900;

/** Public holidays with a fixed date that most of Europe has, as month and day: New Year, Labour Day, Christmas. */
const holidays: readonly string[] = Object.freeze(['01-01', '05-01', '12-25', '12-26']);

/** 1 January 1970 was a Thursday. */
const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

function kindOf(day: number): DayKind {
  const weekday = weekdayOf(day);
  const isHoliday = holidays.includes(new Date(day * dayS * 1000).toISOString().slice(5, 10));
  return weekday === 0 || isHoliday ? 'sunday' : weekday === 6 ? 'saturday' : 'weekday';
}

/** The local time of a zone. */
export class Clock {
  readonly moment: Moment = {
    second: 0,
    day: 0,
    secondOfDay: 0,
    weekday: 0,
    kind: 'weekday',
    eveKind: 'weekday',
    season: 0,
  };
  readonly #format: Intl.DateTimeFormat;
  #quarter = Number.NaN;
  #utcDay = Number.NaN;
  /** The clocks are not changed on this day of UTC. */
  #isEven = false;
  #offsetS = 0;
  #day = Number.NaN;

  /** @throws RangeError where there is no such zone. */
  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  }

  /** Goes to this second; what it gives is always the same object. */
  at(second: number): Moment {
    const { moment } = this;
    const quarter = Math.floor(second / quarterS);
    if (quarter !== this.#quarter) {
      this.#quarter = quarter;
      this.#setOffset(quarter * quarterS);
    }
    const localS = second + this.#offsetS;
    const day = Math.floor(localS / dayS);
    moment.second = second;
    moment.secondOfDay = localS - day * dayS;
    if (day !== this.#day) this.#setDay(day);
    return moment;
  }

  #setDay(day: number): void {
    this.#day = day;
    const { moment } = this;
    moment.day = day;
    moment.weekday = weekdayOf(day);
    const date = new Date(day * dayS * 1000);
    moment.kind = kindOf(day);
    moment.eveKind = kindOf(day - 1);
    const firstDay = Date.UTC(date.getUTCFullYear(), 0, 1) / 86_400_000;
    moment.season = (day - firstDay + 0.5) / 365.25;
  }

  /** Asking for the offset takes long: where a day begins and ends with the same one, it is asked no more. */
  #setOffset(second: number): void {
    const utcDay = Math.floor(second / dayS);
    if (utcDay !== this.#utcDay) {
      this.#utcDay = utcDay;
      this.#offsetS = this.#offsetAt(utcDay * dayS);
      this.#isEven = this.#offsetS === this.#offsetAt((utcDay + 1) * dayS);
    }
    if (!this.#isEven) this.#offsetS = this.#offsetAt(second);
  }

  /** Seconds that the clocks are ahead of UTC. */
  #offsetAt(second: number): number {
    const parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0 };
    for (const { type, value } of this.#format.formatToParts(second * 1000)) {
      if (type in parts) parts[type as keyof typeof parts] = Number(value);
    }
    const { year, month, day, hour, minute } = parts;
    return Date.UTC(year, month - 1, day, hour, minute) / 1000 - Math.floor(second / 60) * 60;
  }
}
