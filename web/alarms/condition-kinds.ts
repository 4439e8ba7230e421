import { isQuantityId, quantities, type Unit } from '#core/quantities.ts';

/** What a field of a condition is, which says how it is shown and read. */
export type ConditionFieldKind =
  | 'quantity'
  | 'counter'
  | 'value'
  | 'duration'
  | 'operator'
  | 'windowValue'
  | 'phases'
  | 'period'
  | 'figure';

export interface ConditionField {
  /** As the host calls it. */
  readonly name: string;
  readonly is: ConditionFieldKind;
  readonly initial: string | number;
  /** Of `value`; without it that of what is measured. */
  readonly unit?: Unit;
  /** Of `value` and `duration`. */
  readonly least?: number;
  readonly most?: number;
  /** It has a good value already, and stands behind “More”. */
  readonly isFine?: true;
}

const quantity: ConditionField = { name: 'quantity', is: 'quantity', initial: 'powerW' };
const counter: ConditionField = { name: 'quantity', is: 'counter', initial: 'energyImportWh' };
const windowValue: ConditionField = { name: 'of', is: 'windowValue', initial: 'mean', isFine: true };
const operator: ConditionField = { name: 'operator', is: 'operator', initial: '>' };
const limit: ConditionField = { name: 'limit', is: 'value', initial: 3500 };
const hysteresis: ConditionField = { name: 'hysteresis', is: 'value', initial: 0, least: 0, isFine: true };
const lasting = (initial: number): ConditionField => ({
  name: 'forS',
  is: 'duration',
  initial,
  least: 0,
  most: 86_400,
});
const span = (name: string, initial: number, least = 10, most = 3600): ConditionField => ({
  name,
  is: 'duration',
  initial,
  least,
  most,
});

/** Every kind of a condition by the fields that it has, in the order in which they are asked. */
export const conditionKinds = Object.freeze({
  threshold: [quantity, operator, limit, lasting(60), windowValue, hysteresis],
  range: [
    { ...quantity, initial: 'voltageV' },
    { name: 'low', is: 'value', initial: 207 },
    { name: 'high', is: 'value', initial: 253 },
    lasting(60),
    windowValue,
    hysteresis,
  ],
  rate: [quantity, operator, { ...limit, initial: 1000 }, span('overS', 60), lasting(0), hysteresis],
  peak: [quantity, operator, limit, span('withinS', 900), lasting(0), hysteresis],
  energy: [
    counter,
    { name: 'budget', is: 'value', initial: 5000, least: 0 },
    span('withinS', 3600, 60, 86_400),
    { ...lasting(0), isFine: true },
  ],
  budget: [
    counter,
    { name: 'budget', is: 'value', initial: 10_000, least: 0 },
    { name: 'period', is: 'period', initial: 'day' },
    { ...lasting(0), isFine: true },
  ],
  silence: [{ ...lasting(600), least: 10, most: 604_800 }],
  quality: [
    { name: 'belowPercent', is: 'value', initial: 90, unit: '%', least: 0, most: 100 },
    span('withinS', 3600, 600, 86_400),
    { ...lasting(0), isFine: true },
  ],
  phaseLoss: [{ name: 'belowV', is: 'value', initial: 100, unit: 'V', least: 0 }, lasting(10)],
  unbalance: [
    { name: 'of', is: 'phases', initial: 'voltage' },
    { name: 'overPercent', is: 'value', initial: 10, unit: '%', least: 0 },
    lasting(60),
    { name: 'fromMean', is: 'value', initial: 1, least: 0, isFine: true },
    { ...hysteresis, unit: '%' },
  ],
  health: [
    { name: 'figure', is: 'figure', initial: '' },
    operator,
    { ...limit, initial: 0 },
    lasting(60),
    hysteresis,
  ],
} as const satisfies Record<string, readonly ConditionField[]>);

export type ConditionKind = keyof typeof conditionKinds;

/** A condition as the host has it; of a kind that this page does not know only that there is one. */
export type AnyCondition = Readonly<Record<string, unknown>> & { readonly kind: string };

export const isConditionKind = (kind: string): kind is ConditionKind => Object.hasOwn(conditionKinds, kind);

/** What figures of health were is not kept, so these cannot be held against the past. */
export const isTriable = (kind: string): boolean => kind !== 'health';

export const conditionFields = (kind: ConditionKind): readonly ConditionField[] => conditionKinds[kind];

/** The unit that a value is of, beside one that its field has itself. */
export function unitOfCondition(
  condition: AnyCondition,
  figureUnits: Readonly<Record<string, string>> = {},
): string {
  const { kind, quantity: id, of, figure } = condition;
  if (kind === 'unbalance') return of === 'current' ? 'A' : 'V';
  if (typeof figure === 'string') return figureUnits[figure] ?? '1';
  return typeof id === 'string' && isQuantityId(id) ? quantities[id].unit : '1';
}

const unitsOfEvents: Readonly<Record<string, string>> = Object.freeze({
  quality: '%',
  unbalance: '%',
  phaseLoss: 'V',
});

/** The unit that events of a condition tell their values in: not always that of a value beside it. */
export const unitOfEvents = (
  condition: AnyCondition,
  figureUnits: Readonly<Record<string, string>> = {},
): string => unitsOfEvents[condition.kind] ?? unitOfCondition(condition, figureUnits);
