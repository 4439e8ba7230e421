import type { QuantityId } from '#core/quantities.ts';
import { quantities, quantityIds } from '#core/quantities.ts';
import { type Static, Type } from '../typebox.ts';
import { civilPeriods } from './civil-clock.ts';
import { figureIds, healthFigures } from './health-figures.ts';
import { Schedule } from './schedule.ts';

/** Rules of alarms as data: what is judged, of which meters, how grave it is and who is told. */

const open = { additionalProperties: false } as const;
/** Meters of one sum. */
export const sumMost = 64;
const Quantity = Type.Enum([...quantityIds]);
const Finite = Type.Number({ minimum: -1e12, maximum: 1e12 });
const Size = Type.Number({ minimum: 0, maximum: 1e12 });
/** So long a condition must hold before it counts. */
const forS = Type.Integer({ minimum: 0, maximum: 86_400 });
/** As far back as a rule remembers windows. */
const spanS = Type.Integer({ minimum: 10, maximum: 3600 });

export const operators = ['>', '<', '>=', '<=', '==', '!='] as const;
const Operator = Type.Enum([...operators]);
export type Operator = (typeof operators)[number];

/** Which of a window's values is judged. */
const Of = Type.Enum(['mean', 'min', 'max', 'last']);
const compared = { operator: Operator, limit: Finite, hysteresis: Size, forS };

export const Condition = Type.Union([
  Type.Object({ kind: Type.Literal('threshold'), quantity: Quantity, of: Of, ...compared }, open),
  Type.Object(
    {
      kind: Type.Literal('range'),
      quantity: Quantity,
      of: Of,
      low: Finite,
      high: Finite,
      hysteresis: Size,
      forS,
    },
    open,
  ),
  /** What the window's mean has changed within so many seconds. */
  Type.Object({ kind: Type.Literal('rate'), quantity: Quantity, overS: spanS, ...compared }, open),
  /** The largest value (with > and >=, else the smallest) of so many seconds. */
  Type.Object({ kind: Type.Literal('peak'), quantity: Quantity, withinS: spanS, ...compared }, open),
  /** More energy within so many seconds than a budget, by a counter; Wh, or the counter's unit. */
  Type.Object(
    {
      kind: Type.Literal('energy'),
      quantity: Quantity,
      withinS: Type.Integer({ minimum: 60, maximum: 86_400 }),
      budget: Size,
      forS,
    },
    open,
  ),
  /** More within a civil day, week or month of the zone than a budget, by a counter, from the period's begin on. */
  Type.Object(
    {
      kind: Type.Literal('budget'),
      quantity: Quantity,
      period: Type.Enum([...civilPeriods]),
      budget: Size,
      forS,
    },
    open,
  ),
  /** How host or gateways are: a figure of the table `health-figures`. */
  Type.Object({ kind: Type.Literal('health'), figure: Type.Enum([...figureIds]), ...compared }, open),
  /** Less than this share of so many seconds was measured. Judged as windows come: where none do, it is silence. */
  Type.Object(
    {
      kind: Type.Literal('quality'),
      withinS: Type.Integer({ minimum: 600, maximum: 86_400 }),
      belowPercent: Type.Number({ minimum: 0, maximum: 100 }),
      forS,
    },
    open,
  ),
  /** A phase is without voltage while another has it. */
  Type.Object({ kind: Type.Literal('phaseLoss'), belowV: Size, forS }, open),
  /** The phase that is furthest from the mean of all, in percent of that mean. */
  Type.Object(
    {
      kind: Type.Literal('unbalance'),
      of: Type.Union([Type.Literal('voltage'), Type.Literal('current')]),
      overPercent: Size,
      hysteresis: Size,
      /** Below this mean it is not judged: at no load every balance is lost. */
      fromMean: Size,
      forS,
    },
    open,
  ),
  /** No window with values for so long. */
  Type.Object({ kind: Type.Literal('silence'), forS: Type.Integer({ minimum: 10, maximum: 604_800 }) }, open),
]);
export type Condition = Static<typeof Condition>;
export type ConditionKind = Condition['kind'];

const MeterKey = Type.String({ pattern: '^[a-z0-9_-]{1,64}\\.[a-z0-9_-]{1,64}$' });

/** Of a gateway or site each meter for itself; `sum` and `sumOfSite` judge what meters come to together; `host`: its health. */
export const Target = Type.Union([
  Type.Object({ meter: MeterKey }, open),
  Type.Object({ gateway: Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,63}$' }) }, open),
  Type.Object({ site: Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,63}$' }) }, open),
  Type.Object({ sum: Type.Array(MeterKey, { minItems: 2, maxItems: sumMost, uniqueItems: true }) }, open),
  Type.Object({ sumOfSite: Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,63}$' }) }, open),
  Type.Object({ host: Type.Literal(true) }, open),
]);
export type Target = Static<typeof Target>;

export const RuleBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    isOn: Type.Boolean(),
    severity: Type.Union([Type.Literal('info'), Type.Literal('warning'), Type.Literal('critical')]),
    target: Target,
    condition: Condition,
    channels: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 16 }),
    /** Null or left out: it looks always. */
    schedule: Type.Optional(Type.Union([Schedule, Type.Null()])),
    /** So often people are told again while an event lasts and nobody has acknowledged it; null or left out: never. */
    reminderHours: Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: 168 }), Type.Null()])),
  },
  open,
);
export type RuleBody = Static<typeof RuleBody>;

export interface Rule extends RuleBody {
  readonly id: string;
  /** Grows with each change; what was judged by another version is not gone on with. */
  readonly version: number;
  /** Windows that begin earlier are not judged. */
  readonly sinceMs: number;
  /** Until then nobody is told; events are kept all the same. */
  readonly snoozedUntilMs: number | null;
}

const voltages = ['voltageL1V', 'voltageL2V', 'voltageL3V'] as const;
const currents = ['currentL1A', 'currentL2A', 'currentL3A'] as const;

/** Quantities that a condition is judged by; none: any window with values will do. */
export function quantitiesOf(condition: Condition): readonly QuantityId[] {
  switch (condition.kind) {
    case 'phaseLoss':
      return voltages;
    case 'unbalance':
      return condition.of === 'voltage' ? voltages : currents;
    case 'silence':
    case 'quality':
    case 'health':
      return [];
    default:
      return [condition.quantity];
  }
}

/** What an event's value is of, and its unit. */
export function subjectOf(condition: Condition): { readonly subject: string; readonly unit: string } {
  switch (condition.kind) {
    case 'phaseLoss':
      return { subject: 'phaseLoss', unit: 'V' };
    case 'unbalance':
      return { subject: 'unbalance', unit: '%' };
    case 'silence':
      return { subject: 'silence', unit: 's' };
    case 'quality':
      return { subject: 'quality', unit: '%' };
    case 'health':
      return { subject: condition.figure, unit: healthFigures[condition.figure].unit };
    default:
      return { subject: condition.quantity, unit: quantities[condition.quantity].unit };
  }
}

/** A condition in a line, in English: `> 3500 W for 60 s`. Messages say it in theirs (`conditionIn`), so its words stand there, too. */
export function conditionText(condition: Condition): string {
  const { unit: id } = subjectOf(condition);
  // A power factor and a count have none to be told.
  const unit = id === '' || id === '1' ? '' : ` ${id}`;
  const lasting = condition.forS > 0 ? ` for ${condition.forS} s` : '';
  switch (condition.kind) {
    case 'threshold':
      return `${condition.operator} ${condition.limit}${unit}${lasting}`;
    case 'range':
      return `outside ${condition.low} … ${condition.high}${unit}${lasting}`;
    case 'rate':
      return `change in ${condition.overS} s ${condition.operator} ${condition.limit}${unit}${lasting}`;
    case 'peak':
      return `peak of ${condition.withinS} s ${condition.operator} ${condition.limit}${unit}${lasting}`;
    case 'energy':
      return `> ${condition.budget}${unit} in ${condition.withinS} s${lasting}`;
    case 'budget':
      return `> ${condition.budget}${unit} in a ${condition.period}${lasting}`;
    case 'health':
      return `${condition.operator} ${condition.limit}${unit}${lasting}`;
    case 'quality':
      return `measured < ${condition.belowPercent} % of ${condition.withinS} s${lasting}`;
    case 'phaseLoss':
      return `phase < ${condition.belowV} V${lasting}`;
    case 'unbalance':
      return `${condition.of} unbalance > ${condition.overPercent} %${lasting}`;
    case 'silence':
      return `no values for ${condition.forS} s`;
  }
}
