import { isQuantityId, quantities } from '#core/quantities.ts';
import type { AlarmRule, NewAlarmRule } from '../../host/api/contract.ts';
import type { Severity } from '../addresses/alarms-address.ts';
import {
  type AnyCondition,
  type ConditionField,
  type ConditionKind,
  conditionFields,
  isConditionKind,
  unitOfCondition,
} from './condition-kinds.ts';
import { numberText, typedNumber, typedValue } from './typed-number.ts';

/** What a rule is about; `ids` where it is several meters together. */
export interface TargetDraft {
  readonly is: TargetKind;
  readonly id: string;
  readonly ids: readonly string[];
}

export const targetKinds = Object.freeze(['meter', 'gateway', 'site', 'sum', 'sumOfSite', 'host'] as const);
export type TargetKind = (typeof targetKinds)[number];

/** A rule as it stands in its form: texts as they are typed. */
export interface RuleDraft {
  readonly name: string;
  readonly isOn: boolean;
  readonly severity: Severity;
  readonly target: TargetDraft;
  readonly kind: ConditionKind;
  /** By the name of the field; of a duration its unit stands beside it as `forS.unit`. */
  readonly fields: Readonly<Record<string, string>>;
  readonly channels: readonly string[];
  /** Null: it looks always. */
  readonly schedule: { readonly days: readonly number[]; readonly from: string; readonly to: string } | null;
  /** Empty: nobody is reminded. */
  readonly reminderHours: string;
}

export type RuleMistake = 'needed' | 'number' | 'least' | 'most' | 'order' | 'whole';
/** What is not right yet, by the field where it stands. */
export type RuleMistakes = ReadonlyMap<string, { readonly is: RuleMistake; readonly figure: string }>;

export const durationUnits = Object.freeze({ s: 1, min: 60, h: 3600, d: 86_400 });
export type DurationUnit = keyof typeof durationUnits;
const isDurationUnit = (text: string): text is DurationUnit => Object.hasOwn(durationUnits, text);

/** The largest unit in which it is a whole number. */
export function durationParts(seconds: number): { readonly count: number; readonly unit: DurationUnit } {
  const units: readonly DurationUnit[] = ['d', 'h', 'min'];
  const unit = units.find(each => seconds > 0 && seconds % durationUnits[each] === 0) ?? 's';
  return { count: seconds / durationUnits[unit], unit };
}

/** A new condition of a kind: its usual values, with the quantity of another where that fits. */
export function newFields(
  kind: ConditionKind,
  locale: string,
  before: RuleDraft['fields'] = {},
): RuleDraft['fields'] {
  const texts: Record<string, string> = {};
  for (const field of conditionFields(kind)) {
    const { name, is, initial } = field;
    const kept = before[name];
    const isKept = is === 'quantity' || is === 'counter' || is === 'operator' || is === 'windowValue';
    const fits = is !== 'counter' || (kept !== undefined && isCounterId(kept));
    if (kept !== undefined && isKept && fits && isOffered(field, kept)) texts[name] = kept;
    else put(texts, field, initial, locale);
  }
  return texts;
}

export const isCounterId = (id: string): boolean => isQuantityId(id) && quantities[id].kind === 'counter';

/** A power or a voltage is compared; of a counter only what was used is. */
const isOffered = ({ is }: ConditionField, id: string): boolean => is !== 'quantity' || !isCounterId(id);

function put(
  texts: Record<string, string>,
  { name, is }: ConditionField,
  value: unknown,
  locale: string,
): void {
  if (is === 'duration' && typeof value === 'number') {
    const { count, unit } = durationParts(value);
    texts[name] = numberText(count, locale);
    texts[`${name}.unit`] = unit;
  } else if (typeof value === 'number') texts[name] = numberText(value, locale);
  else texts[name] = typeof value === 'string' ? value : '';
}

/** The form of a rule; null where its condition is of a kind that this page does not know. */
export function draftOfRule(
  rule: Omit<AlarmRule, 'id' | 'version' | 'sinceMs' | 'snoozedUntilMs' | 'isLeavingOut'>,
  locale: string,
): RuleDraft | null {
  const { name, isOn, severity, channels } = rule;
  const condition: AnyCondition = rule.condition;
  const { kind } = condition;
  if (!isConditionKind(kind)) return null;
  const fields: Record<string, string> = {};
  for (const field of conditionFields(kind)) put(fields, field, condition[field.name], locale);
  const { schedule = null, reminderHours = null } = extrasOf(rule);
  return {
    name,
    isOn,
    severity,
    target: targetDraftOf(rule.target),
    kind,
    fields,
    channels: channels ?? [],
    schedule,
    reminderHours: reminderHours === null ? '' : numberText(reminderHours, locale),
  };
}

/** Of a rule what hosts of before do not have. */
interface Extras {
  readonly schedule?: RuleDraft['schedule'];
  readonly reminderHours?: number | null;
}
export const extrasOf = (rule: object): Extras => rule;

export function targetDraftOf(target: object): TargetDraft {
  const [[is = 'meter', given] = []] = Object.entries(target) as [string, unknown][];
  const kind = targetKinds.find(each => each === is) ?? 'meter';
  return {
    is: kind,
    id: typeof given === 'string' ? given : '',
    ids: Array.isArray(given) ? given.filter(each => typeof each === 'string') : [],
  };
}

/** A target as the host has it. */
export function targetOf({ is, id, ids }: TargetDraft): Record<string, unknown> {
  if (is === 'sum') return { sum: [...ids] };
  return is === 'host' ? { host: true } : { [is]: id };
}

/** A rule that nobody has filled in yet, of a meter where there is one. */
export const newRule = (meter: string | null, site: string, locale: string): RuleDraft => ({
  name: '',
  isOn: true,
  severity: 'warning',
  target: meter === null ? { is: 'site', id: site, ids: [] } : { is: 'meter', id: meter, ids: [] },
  kind: 'threshold',
  fields: newFields('threshold', locale),
  channels: [],
  schedule: null,
  reminderHours: '',
});

/** The condition that a form says, or what is not right yet. */
export function conditionOf(
  { kind, fields }: Pick<RuleDraft, 'kind' | 'fields'>,
  locale: string,
): { readonly condition: AnyCondition; readonly mistakes: RuleMistakes } {
  const mistakes = new Map<string, { is: RuleMistake; figure: string }>();
  const given: Record<string, unknown> = { kind };
  for (const field of conditionFields(kind)) {
    const { name, is } = field;
    const text = fields[name] ?? '';
    if (is !== 'value' && is !== 'duration') {
      given[name] = text;
      if (text === '') mistakes.set(name, { is: 'needed', figure: '' });
      continue;
    }
    const unit = field.unit ?? unitOfCondition({ kind, ...fields }, figureUnits);
    const factor = durationUnits[unitIn(fields, name)];
    const typed = is === 'duration' ? typedNumber(text, locale) : typedValue(text, unit, locale);
    const value = typed === null ? null : is === 'duration' ? typed * factor : typed;
    const mistake =
      text.trim() === '' ? ({ is: 'needed', figure: '' } as const) : wrongWith(field, value, factor, locale);
    if (mistake !== null) mistakes.set(name, mistake);
    given[name] = value ?? 0;
  }
  if (kind === 'range' && mistakes.size === 0 && Number(given.low) >= Number(given.high))
    mistakes.set('high', { is: 'order', figure: '' });
  return { condition: { ...given, kind }, mistakes };
}

export function unitIn(fields: RuleDraft['fields'], name: string): DurationUnit {
  const unit = fields[`${name}.unit`] ?? 's';
  return isDurationUnit(unit) ? unit : 's';
}

function wrongWith(
  { is, least, most }: ConditionField,
  value: number | null,
  factor: number,
  locale: string,
): { is: RuleMistake; figure: string } | null {
  if (value === null) return { is: 'number', figure: '' };
  const figure = (bound: number) => numberText(is === 'duration' ? bound / factor : bound, locale);
  if (least !== undefined && value < least) return { is: 'least', figure: figure(least) };
  if (most !== undefined && value > most) return { is: 'most', figure: figure(most) };
  return is === 'duration' && !Number.isInteger(value) ? { is: 'whole', figure: '' } : null;
}

/** The rule that a form says, as the host takes it, or what is not right yet. */
export function ruleOf(
  draft: RuleDraft,
  locale: string,
): { readonly rule: NewAlarmRule; readonly mistakes: RuleMistakes } {
  const { condition, mistakes: wrong } = conditionOf(draft, locale);
  const mistakes = new Map(wrong);
  const { name, isOn, severity, target, channels, schedule, reminderHours } = draft;
  if (name.trim() === '') mistakes.set('name', { is: 'needed', figure: '' });
  if (!isWhole(target)) mistakes.set('target', { is: 'needed', figure: '' });
  const hours = reminderHours.trim() === '' ? null : typedNumber(reminderHours, locale);
  if (reminderHours.trim() !== '' && (hours === null || !Number.isInteger(hours)))
    mistakes.set('reminderHours', { is: 'whole', figure: '' });
  else if (hours !== null && hours < 1) mistakes.set('reminderHours', { is: 'least', figure: '1' });
  else if (hours !== null && hours > 168) mistakes.set('reminderHours', { is: 'most', figure: '168' });
  if (schedule !== null && schedule.days.length === 0) mistakes.set('schedule', { is: 'needed', figure: '' });
  const rule = {
    name: name.trim(),
    isOn,
    severity,
    target: targetOf(target),
    condition,
    channels: [...channels],
    ...(schedule !== null && { schedule }),
    ...(hours !== null && { reminderHours: hours }),
  };
  // Made of the table of kinds; the host holds it to its schema.
  return { rule: rule as unknown as NewAlarmRule, mistakes };
}

const isWhole = ({ is, id, ids }: TargetDraft): boolean =>
  is === 'host' || (is === 'sum' ? ids.length >= 2 : id !== '');

/** Figures of health that rules may judge, as the host has them in its table `health-figures`, with their units. */
export const figureUnits: Readonly<Record<string, string>> = Object.freeze({
  'host.diskUsedPercent': '%',
  'host.memoryMb': 'MB',
  'host.loopDelayMs': 'ms',
  'host.faults': '1',
  'host.commitsFailed': '1',
  'gateway.online': '1',
  'gateway.heapFreeBytes': 'B',
  'gateway.wifiDbm': 'dBm',
  'gateway.journalPercent': '%',
  'gateway.recordsDropped': '1',
  'gateway.readsFailed': '1',
  'gateway.metersFailing': '1',
  'gateway.clockUnsynced': '1',
  'gateway.safeMode': '1',
});
