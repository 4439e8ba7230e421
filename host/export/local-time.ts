/** Offsets change at whole quarters of an hour of UTC, in every zone since 1972. */
const slotS = 900;

/** An instant as texts of ISO 8601, in UTC and as clocks of the site show it. */
export interface LocalClock {
  /** Seconds that the site's clocks are ahead of UTC. */
  readonly offsetS: (atS: number) => number;
  /** `2026-03-29T01:00:00Z` */
  readonly utc: (atS: number) => string;
  /** `2026-03-29T03:00:00+02:00` */
  readonly local: (atS: number) => string;
}

/** The clock of an IANA zone. One answer serves for its quarter of an hour, so instants in order are cheap. */
export function localClock(zone: string): LocalClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const [utcText, localText] = [isoWriter(), isoWriter()];
  let [slot, slotOffsetS, slotText] = [Number.NaN, 0, ''];
  const look = (atS: number): void => {
    const wanted = Math.floor(atS / slotS);
    if (wanted === slot) return;
    slot = wanted;
    slotOffsetS = offsetOf(format, wanted * slotS);
    slotText = offsetText(slotOffsetS);
  };
  return {
    offsetS: atS => {
      look(atS);
      return slotOffsetS;
    },
    utc: atS => `${utcText(atS)}Z`,
    local: atS => {
      look(atS);
      return localText(atS + slotOffsetS) + slotText;
    },
  };
}

const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** ISO 8601 without offset; the hour is kept, so that instants in order are cheap. */
function isoWriter(): (atS: number) => string {
  let [hour, text] = [Number.NaN, ''];
  return atS => {
    const wanted = Math.floor(atS / 3600);
    if (wanted !== hour) [hour, text] = [wanted, new Date(wanted * 3_600_000).toISOString().slice(0, 14)];
    const second = atS - wanted * 3600;
    return `${text}${twoDigits[Math.floor(second / 60)]}:${twoDigits[second % 60]}`;
  };
}

function offsetOf(format: Intl.DateTimeFormat, atS: number): number {
  const parts = new Map(format.formatToParts(atS * 1000).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const [year, month, day] = [part('year'), part('month'), part('day')];
  return Date.UTC(year, month - 1, day, part('hour'), part('minute'), part('second')) / 1000 - atS;
}

function offsetText(offsetS: number): string {
  const minutes = Math.round(Math.abs(offsetS) / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${offsetS < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
