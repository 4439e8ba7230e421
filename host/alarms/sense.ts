import { type QuantityId, quantities } from '#core/quantities.ts';
import { healthFigures } from './health-figures.ts';
import { quantitiesOf, type RuleBody } from './rule.ts';

/** What makes no sense in a rule and its schema cannot say; undefined where nothing is wrong. */
export function senseMistake(
  { condition, target }: Pick<RuleBody, 'condition' | 'target'>,
  siteOf: (meter: string) => string,
): { readonly message: string; readonly field: string } | undefined {
  if (condition.kind === 'range' && condition.low >= condition.high)
    return {
      message: `low is ${condition.low} and high is ${condition.high}; low must be below high.`,
      field: 'condition.low',
    };
  const never = neverOver(condition);
  if (never !== undefined) return never;
  if ((condition.kind === 'energy' || condition.kind === 'budget') && !isCounter(condition.quantity))
    return {
      message: `${condition.quantity} is no counter; a counter such as energyImportWh is allowed.`,
      field: 'condition.quantity',
    };
  if (condition.kind === 'health') {
    const { of } = healthFigures[condition.figure];
    const isRight = of === 'host' ? 'host' in target : 'gateway' in target || 'site' in target;
    if (!isRight)
      return {
        message: `${condition.figure} is of ${of === 'host' ? 'the host: host is' : 'gateways: gateway or site are'} allowed.`,
        field: 'target',
      };
    return undefined;
  }
  if ('host' in target)
    return {
      message: 'Of the host figures of health are judged: the kind health is allowed.',
      field: 'target.host',
    };
  return 'sum' in target || 'sumOfSite' in target ? sumMistake({ condition, target }, siteOf) : undefined;
}

/** Kinds that judge the mean of a window, which is all that a sum has. */
const ofMeans: readonly string[] = ['threshold', 'range', 'rate', 'peak'];

function sumMistake(
  { condition, target }: Pick<RuleBody, 'condition' | 'target'>,
  siteOf: (meter: string) => string,
): { readonly message: string; readonly field: string } | undefined {
  const [quantity] = quantitiesOf(condition);
  const isOther = 'of' in condition && condition.of !== 'mean';
  if (!ofMeans.includes(condition.kind) || quantity === undefined || isCounter(quantity) || isOther)
    return {
      message: `Of a sum the means of a quantity are judged that is no counter: ${ofMeans.join(', ')} with "of": "mean" are allowed.`,
      field: 'condition',
    };
  if ('sum' in target && new Set(target.sum.map(siteOf)).size > 1)
    return { message: 'The meters of a sum belong to one site.', field: 'target.sum' };
  return undefined;
}

const isCounter = (quantity: QuantityId): boolean => quantities[quantity].kind === 'counter';

/** Where no value is far enough back for an alarm to end. */
function neverOver(
  condition: RuleBody['condition'],
): { readonly message: string; readonly field: string } | undefined {
  const { kind } = condition;
  if (kind !== 'range' && kind !== 'unbalance') return undefined;
  const { hysteresis } = condition;
  const most = kind === 'range' ? (condition.high - condition.low) / 2 : condition.overPercent;
  return hysteresis === 0 || hysteresis < most
    ? undefined
    : {
        message: `hysteresis is ${hysteresis}, so an alarm would never be over; less than ${most} is allowed.`,
        field: 'condition.hysteresis',
      };
}
