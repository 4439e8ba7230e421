import { quantities } from '#core/quantities.ts';
import type { Plan } from '../corrections/plan.ts';
import { millionths } from '../corrections/types.ts';
import { isTurnedOver, type Step, type WindowRule } from '../corrections/window-rules.ts';
import type { Generation } from './generations.ts';
import { rawRows } from './raw-windows.ts';
import { type Kind, partsOfWindows } from './tier-tables.ts';

/** A rule and the series it is for, which have the same bounds. */
interface RuleOfSeries {
  readonly rule: WindowRule;
  readonly least: number;
  readonly most: number;
  readonly series: number[];
}

/**
 * SQL for the windows of these generations as parts, corrected. The one place where corrections reach windows: whatever
 * is read or built comes from here. Costs nothing where no correction of these series (undefined: any) touches
 * `[fromS, toS)`, to which `where` keeps.
 */
export function correctedParts(
  plan: Plan,
  kind: Kind,
  generations: readonly Generation[],
  where: string,
  { fromS, toS }: { readonly fromS: number; readonly toS: number },
  numbers?: readonly number[],
): string {
  const rules = rulesIn(plan, kind, fromS, toS, numbers);
  if (rules.length === 0) return rawRows(kind, generations, partsOfWindows[kind], where);
  const untouched = `${where} AND NOT (${rules.map(concerned).join(' OR ')})`;
  const changed = rules.filter(({ rule }) => !rule.isExcluded && rule.steps.length > 0);
  return [
    rawRows(kind, generations, partsOfWindows[kind], untouched),
    ...changed.map(each => changedGauges(each, generations, where)),
  ].join(' UNION ALL ');
}

function rulesIn(
  plan: Plan,
  kind: Kind,
  fromS: number,
  toS: number,
  numbers: readonly number[] | undefined,
): RuleOfSeries[] {
  const byText = new Map<string, RuleOfSeries>();
  for (const { series, rules } of plan.among(numbers)) {
    const quantity = quantities[series.quantity];
    if (quantity.kind !== kind) continue;
    const scale = 10 ** quantity.decimals;
    for (const rule of rules) {
      if (rule.fromS >= toS || rule.toS <= fromS) continue;
      const [least, most] = [Math.round(quantity.min * scale), Math.round(quantity.max * scale)];
      const text = JSON.stringify([rule, rule.isExcluded ? 0 : [least, most]]);
      const known = byText.get(text);
      if (known === undefined) byText.set(text, { rule, least, most, series: [series.number] });
      else known.series.push(series.number);
    }
  }
  return [...byText.values()];
}

const concerned = ({ rule: { fromS, toS }, series }: RuleOfSeries): string =>
  `(series IN (${series.join(', ')}) AND startS >= ${fromS}::UINTEGER AND startS < ${toS}::UINTEGER)`;

/** What would lie outside its quantity's range is left out, as a window that comes so is not stored. */
function changedGauges(each: RuleOfSeries, generations: readonly Generation[], where: string): string {
  const { steps } = each.rule;
  const [low, high] = isTurnedOver(steps) ? ['most', 'least'] : ['least', 'most'];
  const columns = [
    'series, startS, windowS',
    `${changed(steps, 'low * step')} AS ${low}`,
    `${changed(steps, '(low + high) * step')} AS ${high}`,
    `${changed(steps, 'low * step + mean')} AS middle`,
    `${changed(steps, '(low + last) * step')} AS newest`,
  ].join(', ');
  return `SELECT series, startS, windowS::UINTEGER AS measuredS, startS + windowS AS lastS, least AS low, most AS high,
      newest AS last, middle * windowS AS area, greatest(-middle, 0) * windowS AS negative
    FROM (${rawRows('gauge', generations, columns, `${where} AND ${concerned(each)}`)})
    WHERE least >= ${each.least} AND most <= ${each.most}`;
}

/**
 * The steps as an expression: whole numbers after each, computed exactly, half away from zero. What does not fit becomes
 * NULL, and is thereby out of range.
 */
function changed(steps: readonly Step[], value: string): string {
  let expression = `(${value})::DECIMAL(25, 0)`;
  for (const step of steps) {
    const result =
      'offset' in step
        ? `${expression} + ${step.offset}::DECIMAL(15, 0)`
        : `round(${expression} * ${decimalOf(step.factorMillionths)}::DECIMAL(13, 6))`;
    expression = `TRY_CAST(${result} AS DECIMAL(15, 0))::DECIMAL(25, 0)`;
  }
  return `(${expression})::BIGINT`;
}

function decimalOf(factorMillionths: number): string {
  const digits = String(Math.abs(factorMillionths)).padStart(7, '0');
  const places = String(millionths).length - 1;
  const sign = factorMillionths < 0 ? '-' : '';
  return `'${sign}${digits.slice(0, -places)}.${digits.slice(-places)}'`;
}
