import type { Meter } from '../../host/api/contract.ts';
import { type ConditionKind, conditionKinds, isConditionKind } from './condition-kinds.ts';
import { isCounterId, type TargetDraft, type TargetKind } from './rule-draft.ts';

const ofMeans: readonly ConditionKind[] = Object.freeze(['threshold', 'range', 'rate', 'peak'] as const);
const ofValues: readonly ConditionKind[] = Object.freeze([
  ...ofMeans,
  'energy',
  'budget',
  'silence',
  'quality',
  'phaseLoss',
  'unbalance',
] as const);

/** What may be judged of each kind of target: of a sum its means, and only host and gateways are well or not. */
const kinds: Readonly<Record<TargetKind, readonly ConditionKind[]>> = Object.freeze({
  meter: ofValues,
  gateway: [...ofValues, 'health'],
  site: [...ofValues, 'health'],
  sum: ofMeans,
  sumOfSite: ofMeans,
  host: ['health'],
} as const);

export const kindsFor = (target: TargetKind): readonly ConditionKind[] => kinds[target];

/** The same with the one that is chosen, whatever it is. */
export const kindsOffered = (target: TargetKind, chosen: ConditionKind): readonly ConditionKind[] =>
  kinds[target].includes(chosen) ? kinds[target] : [...kinds[target], chosen];

/** Every kind stands in the table. */
export const allKinds: readonly ConditionKind[] = Object.keys(conditionKinds).filter(isConditionKind);

/** The meters of a site. */
interface Measured {
  readonly meters: readonly Meter[];
}

/** Meters that a target is about. */
export function metersOf({ is, id, ids }: TargetDraft, { meters }: Measured): readonly Meter[] {
  if (is === 'meter') return meters.filter(({ key }) => key === id);
  if (is === 'gateway') return meters.filter(({ gateway }) => gateway === id);
  return is === 'sum' ? meters.filter(({ key }) => ids.includes(key)) : meters;
}

/** What the meters of a target measure: counters, or all but those; with the one that is chosen. */
export function quantitiesOf(
  target: TargetDraft,
  site: Measured,
  isCounter: boolean,
  chosen: string,
): readonly string[] {
  const measured = metersOf(target, site).flatMap(({ quantities }) => quantities);
  const fitting = [...new Set(measured)].filter(id => isCounterId(id) === isCounter);
  return fitting.includes(chosen) || chosen === '' ? fitting : [chosen, ...fitting];
}

/** Choices by their ids. What is chosen stays to be seen, and to be taken out, also where it is not there any more. */
export const withChosen = (
  ids: readonly string[],
  all: readonly (readonly [id: string, name: string])[],
): readonly (readonly [id: string, name: string])[] => [
  ...ids.filter(id => id !== '' && !all.some(([each]) => each === id)).map(id => [id, id] as const),
  ...all,
];
