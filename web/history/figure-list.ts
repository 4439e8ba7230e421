import { isQuantityId, quantities, type Unit } from '#core/quantities.ts';
import { type Difference, differenceOf } from './compare.ts';
import { estimatedShare, type Figures, loadFactor } from './selection.ts';

/** How a figure is written. */
export type FigureForm = 'value' | 'energy' | 'share' | 'count' | 'duration';

export type FigureName =
  | 'taken'
  | 'fedIn'
  | 'energy'
  | 'energyOut'
  | 'growth'
  | 'mean'
  | 'min'
  | 'max'
  | 'loadFactor'
  | 'samples'
  | 'coverage'
  | 'estimated'
  | 'length';

export interface Figure {
  readonly name: FigureName;
  readonly form: FigureForm;
  readonly unit: Unit;
  readonly value: number | null;
  /** Of the time that is compared with; undefined where there is none, or where a difference would say nothing. */
  readonly before: number | null | undefined;
  readonly difference: Difference | null;
}

const energyUnits: Readonly<Partial<Record<Unit, Unit>>> = Object.freeze({ W: 'Wh', VA: 'VAh', var: 'varh' });
/** What the meter's own counters tell better than the integral of its power. */
const isOfMeter = (quantity: string): boolean =>
  ['powerW', 'energyImportWh', 'energyExportWh'].includes(quantity);

/** What is told of a stretch, in the order in which it is shown. */
export function figureList(quantity: string, now: Figures, before: Figures | null | undefined): Figure[] {
  const unit = isQuantityId(quantity) ? quantities[quantity].unit : '1';
  const list: Figure[] = [];
  const add = (
    name: FigureName,
    form: FigureForm,
    of: (figures: Figures) => number | null,
    { isCompared = true, shownUnit = unit } = {},
  ) => {
    const value = of(now);
    const other = before === undefined || !isCompared ? undefined : before === null ? null : of(before);
    list.push({
      name,
      form,
      unit: shownUnit,
      value,
      before: other,
      difference: differenceOf(value, other ?? null),
    });
  };
  const { statistics, energy } = now;
  const isGauge = statistics.kind === 'gauge';
  if (isOfMeter(quantity) && energy !== null) {
    const wh = { shownUnit: 'Wh' } as const;
    if (energy.importWh !== null) add('taken', 'energy', each => each.energy?.importWh ?? null, wh);
    if (energy.exportWh !== null) add('fedIn', 'energy', each => each.energy?.exportWh ?? null, wh);
  } else if (isGauge && statistics.positive !== null) {
    const shownUnit = energyUnits[unit] ?? unit;
    add('energy', 'energy', each => each.statistics.positive, { shownUnit });
    if ((statistics.negative ?? 0) > 0)
      add('energyOut', 'energy', each => each.statistics.negative, { shownUnit });
  } else if (!isGauge) add('growth', 'energy', each => each.statistics.growth);
  if (isGauge) {
    add('mean', 'value', each => each.statistics.mean);
    add('min', 'value', each => each.statistics.min);
    add('max', 'value', each => each.statistics.max);
    if (energyUnits[unit] !== undefined)
      add('loadFactor', 'share', each => loadFactor(each.statistics), { isCompared: false });
  }
  add('coverage', 'share', each => each.statistics.coverage, { isCompared: false });
  add('estimated', 'share', estimatedOf(quantity), { isCompared: false });
  add('samples', 'count', each => each.statistics.samples, { isCompared: false });
  add('length', 'duration', each => each.span.toMs - each.span.fromMs, { isCompared: false });
  const isOptional = (name: FigureName) => name === 'estimated' || name === 'loadFactor';
  return list.filter(({ name, value }) => value !== null || !isOptional(name));
}

const estimatedOf =
  (quantity: string) =>
  ({ statistics, energy }: Figures): number | null =>
    isOfMeter(quantity) && energy !== null ? estimatedShare(energy) : statistics.estimated;
