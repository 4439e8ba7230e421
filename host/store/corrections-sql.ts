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
  const values = `low * step AS least, low * step + mean AS middle, (low + high) * step AS most,
    (low + last) * step AS newest`;
  let rows = rawRows(
    'gauge',
    generations,
    `series, startS, windowS, ${values}`,
    `${where} AND ${concerned(each)}`,
  );
  for (const step of steps) {
    const changed = ['least', 'middle', 'most', 'newest'].map(value => `${after(step, value)} AS ${value}`);
    rows = `SELECT series, startS, windowS, ${changed.join(', ')} FROM (${rows})`;
  }
  return `SELECT series, startS, windowS::UINTEGER AS measuredS, startS + windowS AS lastS, ${low} AS low, ${high} AS high,
      newest AS last, middle * windowS AS area, greatest(-middle, 0) * windowS AS negative
    FROM (${rows}) WHERE ${low} >= ${each.least} AND ${high} <= ${each.most}`;
}

/** Beyond all ranges, and small enough that nothing overflows: times a factor it is at most 10^18. */
const largest = 1e12;

/**
 * What a step makes of a whole number: one again, computed exactly in whole numbers of 64 bits, half away from zero.
 * NULL, and thereby out of range, what is beyond everything that is measured.
 */
function after(step: Step, value: string): string {
  return `CASE WHEN ${value} BETWEEN -${largest}::BIGINT AND ${largest}::BIGINT THEN ${resultOf(step, value)} END`;
}

function resultOf(step: Step, value: string): string {
  if ('offset' in step) return `${value} + ${step.offset}::BIGINT`;
  const whole = Math.trunc(step.factorMillionths / millionths);
  const rest = step.factorMillionths - whole * millionths;
  if (rest === 0) return `${value} * ${whole}::BIGINT`;
  const half = Math.sign(rest) * (millionths / 2);
  return `${value} * ${whole}::BIGINT + (${value} * ${rest}::BIGINT
    + CASE WHEN ${value} < 0 THEN ${-half}::BIGINT ELSE ${half}::BIGINT END) // ${millionths}::BIGINT`;
}
