import type { Gateway, Meter } from '../../host/api/contract.ts';
import { formatDuration } from '../format.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { type AnyCondition, unitOfCondition } from './condition-kinds.ts';
import { firingFlag } from './flag.ts';
import { figureUnits, type TargetDraft } from './rule-draft.ts';
import { limitText } from './typed-number.ts';

/** Those whose names stand in sentences. */
export interface Named {
  readonly meters: readonly Pick<Meter, 'key' | 'name'>[];
  readonly gateways: readonly Pick<Gateway, 'id'>[];
}

const namedMost = 4;

/** What a rule is about, in a sentence; figures of health are of gateways, all others of their meters. */
export function targetText({ is, id, ids }: TargetDraft, { meters }: Named, isHealth = false): string {
  const { says } = words().alarms;
  const nameOf = (key: string) => meters.find(meter => meter.key === key)?.name ?? key;
  switch (is) {
    case 'meter':
      return nameOf(id);
    case 'gateway':
      return isHealth ? id : says.each(id);
    case 'site':
      return isHealth ? says.gatewaysOfSite : says.eachOfSite;
    case 'sum':
      return says.together(listed(ids.map(nameOf)));
    case 'sumOfSite':
      return says.site;
    case 'host':
      return says.host;
  }
}

/** `a, b and c`; of many the first ones. */
export function listed(
  names: readonly string[],
  type: 'conjunction' | 'disjunction' = 'conjunction',
): string {
  const shown = names.length > namedMost ? [...names.slice(0, namedMost), '…'] : names;
  return new Intl.ListFormat(locale(), { type }).format(shown);
}

/** A condition as the middle of a sentence: “Heat pump: Power is over 3,500 W for 60 s”. */
export function conditionWords(condition: AnyCondition, who: string): string {
  const { says, operators, kinds, figures, flags, phases, periods } = words().alarms;
  const unit = unitOfCondition(condition, figureUnits);
  const number = (name: string): number => (typeof condition[name] === 'number' ? condition[name] : 0);
  const text = (name: string): string => (typeof condition[name] === 'string' ? condition[name] : '');
  const amount = (name: string, of = unit) => limitText(number(name), of, locale());
  const long = (name: string) => formatDuration(number(name) * 1000, locale());
  const lasting = number('forS') > 0 ? says.lasting(long('forS')) : '';
  const limit = says.limit(operators[text('operator')] ?? text('operator'), amount('limit'));
  const what = says.of(who, quantityName(text('quantity')));
  switch (condition.kind) {
    case 'threshold':
      return says.threshold(what, limit, lasting);
    case 'range':
      return says.range(what, amount('low'), amount('high'), lasting);
    case 'rate':
      return says.rate(what, limit, long('overS'), lasting);
    case 'peak':
      return says.peak(what, limit, long('withinS'), lasting);
    case 'energy':
      return says.energy(what, amount('budget'), long('withinS'), lasting);
    case 'budget':
      return says.budget(what, amount('budget'), periods[text('period')] ?? '', lasting);
    case 'silence':
      return says.silence(who, long('forS'));
    case 'quality':
      return says.quality(who, amount('belowPercent', '%'), long('withinS'), lasting);
    case 'phaseLoss':
      return says.phaseLoss(who, amount('belowV', 'V'), lasting);
    case 'unbalance':
      return says.unbalance(who, phases[text('of')] ?? '', amount('overPercent', '%'), lasting);
    case 'health': {
      const flag = firingFlag(text('operator'), number('limit'));
      const said = flag === null ? undefined : flags[text('figure')]?.[flag];
      if (said !== undefined) return `${who} ${said}${lasting}`;
      const figure = says.of(who, figures[text('figure')] ?? text('figure'));
      return says.threshold(figure, limit, lasting);
    }
    default:
      return kinds[condition.kind] ?? condition.kind;
  }
}

export interface Sentence {
  readonly condition: AnyCondition;
  readonly target: TargetDraft;
  /** Of those that are told, with their kinds; null where that is not for who reads. */
  readonly channels: readonly string[] | null;
  readonly schedule: { readonly days: readonly number[]; readonly from: string; readonly to: string } | null;
  readonly reminderHours: number | null;
}

/** A rule in plain sentences. */
export function ruleWords(
  { condition, target, channels, schedule, reminderHours }: Sentence,
  named: Named,
): string {
  const { says } = words().alarms;
  const when = conditionWords(condition, targetText(target, named, condition.kind === 'health'));
  return [
    channels === null
      ? says.whenHidden(when)
      : channels.length === 0
        ? says.whenNobody(when)
        : says.when(listed(channels), when),
    ...(schedule === null ? [] : [says.onDays(listedDays(schedule.days), schedule.from, schedule.to)]),
    ...(reminderHours === null ? [] : [says.reminds(formatDuration(reminderHours * 3_600_000, locale()))]),
  ].join(' ');
}

/** 1 is Monday. */
export const dayName = (day: number, style: 'short' | 'long' = 'short'): string =>
  new Intl.DateTimeFormat(locale(), { weekday: style, timeZone: 'UTC' }).format(Date.UTC(2024, 0, day));

const listedDays = (days: readonly number[]): string =>
  new Intl.ListFormat(locale(), { type: 'conjunction' }).format([...days].sort().map(day => dayName(day)));
