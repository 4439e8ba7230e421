import { isQuantityId } from '#core/quantities.ts';
import type { AlarmEvent, AlarmRule } from '../../host/api/contract.ts';
import { formatDuration, formatTime } from '../format.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import type { Tone } from '../site/condition.ts';
import { conditionWords } from './rule-words.ts';
import { valueText } from './value-text.ts';

/** How a severity looks beside its word. */
export const severityTones: Readonly<Record<string, Tone>> = Object.freeze({
  info: 'idle',
  warning: 'warn',
  critical: 'bad',
});

/** A value of an event, in the unit that the host gives with it, told apart from what its condition compares it with. */
export const eventValue = (value: number, unit: string, condition = ''): string =>
  valueText(value, unit, condition, locale());

export function subjectText(subject: string): string {
  const { subjects, figures } = words().alarms;
  return subjects[subject] ?? figures[subject] ?? (isQuantityId(subject) ? quantityName(subject) : subject);
}

/** What was measured: “Power 3.71 kW, at worst 4.02 kW”. */
export function measuredText({
  subject,
  value,
  worst,
  unit,
  condition = '',
}: Pick<AlarmEvent, 'subject' | 'value' | 'worst' | 'unit'> & { readonly condition?: string }): string {
  const { events } = words().alarms;
  if (value === null) return events.noValue;
  const shown = (of: number) => eventValue(of, unit, condition);
  const first = events.value(subjectText(subject), shown(value));
  return worst === null || shown(worst) === shown(value) ? first : `${first}, ${events.worst(shown(worst))}`;
}

/** When it was: “14:03 to 14:21 (18 min)”, or since when it lasts. */
export function whenText(
  { beganMs, endedMs }: { readonly beganMs: number; readonly endedMs: number | null },
  nowMs: number,
  zone: string | undefined,
): string {
  const { events } = words().alarms;
  const dayOf = (atMs: number) => formatTime(atMs, 'dayYear', locale(), zone);
  const isToday = dayOf(beganMs) === dayOf(nowMs);
  if (endedMs === null) {
    const since = formatTime(beganMs, isToday ? 'time' : 'dayTime', locale(), zone);
    return events.since(since, formatDuration(nowMs - beganMs, locale()));
  }
  const style = dayOf(beganMs) === dayOf(endedMs) ? 'time' : 'dayTime';
  return events.span(
    formatTime(beganMs, style === 'time' ? 'time' : 'dayTime', locale(), zone),
    formatTime(endedMs, style, locale(), zone),
    formatDuration(endedMs - beganMs, locale()),
  );
}

/** The day of an event as a heading. */
export function dayText(atMs: number, nowMs: number, zone: string | undefined): string {
  const { events } = words().alarms;
  const dayOf = (ms: number) => formatTime(ms, 'dayYear', locale(), zone);
  const day = dayOf(atMs);
  if (day === dayOf(nowMs)) return events.today;
  return day === dayOf(nowMs - 86_400_000) ? events.yesterday : day;
}

/** The condition in the person's words, where the rule is still the one that judged; else as the host wrote it down. */
export function judgedBy(
  { condition, beganMs }: Pick<AlarmEvent, 'condition' | 'beganMs'>,
  rule: AlarmRule | undefined,
  meterName: string,
): { readonly text: string; readonly isOfHost: boolean } {
  return rule === undefined || beganMs < rule.sinceMs
    ? { text: condition, isOfHost: true }
    : { text: conditionWords(rule.condition, meterName), isOfHost: false };
}
