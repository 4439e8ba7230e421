import type { ReadingAt } from '../../host/api/contract.ts';
import { formatReading, formatTime, missing } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { unitOf } from '../i18n/quantity-names.ts';

const quantityOf = (series: string): string => series.split('.').at(-1) ?? series;

/** A reading as it stands on the display. */
export const readingText = ({ series, value }: Pick<ReadingAt, 'series' | 'value'>): string =>
  formatReading(value, unitOf(quantityOf(series)), locale());

/** Registers that are read more seldom than others have no reading just now: their last one then is the newest there is. */
export const newestOf = (reading: ReadingAt): ReadingAt =>
  reading.why === 'afterLast' && reading.before !== null
    ? { ...reading, ...reading.before, is: 'read', after: reading.before, why: null }
    : reading;

/** When it was read. */
export const readAtText = (atMs: number, zone: string): string =>
  words().meterPage.counters.readAt(formatTime(atMs, 'dayTimeSeconds', locale(), zone));

/** How a reading is known, or why it is not, in a sentence; times are those of a zone. */
export function howText(reading: ReadingAt, zone: string): string {
  const { counters } = words().meterPage;
  const { is, before, after, why, series } = reading;
  const at = (known: ReadingAt['before']) =>
    known === null ? missing : formatTime(known.atMs, 'full', locale(), zone);
  const value = (known: ReadingAt['before']) =>
    known === null ? missing : readingText({ series, value: known.value });
  if (is === 'read') return counters.read;
  if (is === 'interpolated') return counters.interpolated(value(before), at(before), value(after), at(after));
  switch (why) {
    case 'beforeFirst':
      return counters.whys.beforeFirst(value(after), at(after));
    case 'afterLast':
      return counters.whys.afterLast(value(before), at(before));
    case null:
      return missing;
    default:
      return counters.whys[why](`${value(before)} (${at(before)})`, `${value(after)} (${at(after)})`);
  }
}

/** All readings as lines with tabs between: what a spreadsheet takes, with plain numbers in the quantity's unit. */
export const copiedText = (
  readings: readonly ReadingAt[],
  nameOf: (quantity: string) => string,
  zone: string,
): string =>
  readings
    .map(each =>
      [
        nameOf(quantityOf(each.series)),
        each.value ?? '',
        each.unit,
        new Date(each.atMs).toISOString(),
        howText(each, zone),
      ].join('\t'),
    )
    .join('\n');
