import { isQuantityId, type QuantityId, quantities, quantityIds, type Unit } from '#core/quantities.ts';
import { stemOf } from '../i18n/quantity-names.ts';

export type GroupId = 'power' | 'voltage' | 'current' | 'energy' | 'quality' | 'others';

/** Quantities that stand in one line of a table: by phase or between phases, and for all of them. */
export interface QuantityRow {
  /** What the line is called after. */
  readonly stem: string;
  readonly is: 'phases' | 'between' | 'single';
  /** L1, L2, L3, or L1–L2, L2–L3, L3–L1; empty where there is one value alone. */
  readonly byPhase: readonly (QuantityId | null)[];
  readonly total: QuantityId | null;
}

export interface QuantityGroup {
  readonly id: GroupId;
  /** Whether any line has columns for the phases. */
  readonly hasPhases: boolean;
  readonly rows: readonly QuantityRow[];
}

const groupOfUnit: Readonly<Record<Unit, GroupId>> = Object.freeze({
  W: 'power',
  VA: 'power',
  var: 'power',
  V: 'voltage',
  A: 'current',
  Wh: 'energy',
  VAh: 'energy',
  varh: 'energy',
  Ah: 'energy',
  J: 'energy',
  '1': 'quality',
  '°': 'quality',
  Hz: 'quality',
  '%': 'quality',
  '°C': 'others',
  'm³': 'others',
});

const order: readonly GroupId[] = ['power', 'voltage', 'current', 'energy', 'quality', 'others'];
const phases = ['L1', 'L2', 'L3'];
const between = ['L1-L2', 'L2-L3', 'L3-L1'];
/** What is for all pairs of phases, by what is for one of them. */
const totalBetween: Readonly<Record<string, QuantityId>> = Object.freeze({
  voltage: 'voltageLineV',
  thdVoltage: 'thdVoltageLinePercent',
});

/** Everything that a meter measures, each quantity once, in groups that are not empty; what no vocabulary knows is left out. */
export function quantityGroups(measured: readonly string[]): QuantityGroup[] {
  const known = new Set(measured.filter(isQuantityId));
  const groups = new Map<GroupId, QuantityRow[]>();
  const placed = new Set<QuantityId>();
  for (const id of quantityIds) {
    if (!known.has(id) || placed.has(id)) continue;
    const row = rowOf(id, known);
    for (const each of [...row.byPhase, row.total]) if (each !== null) placed.add(each);
    const group = groupOfUnit[quantities[id].unit];
    groups.set(group, [...(groups.get(group) ?? []), row]);
  }
  return order.flatMap(id => {
    const rows = groups.get(id);
    return rows === undefined ? [] : { id, rows, hasPhases: rows.some(({ is }) => is !== 'single') };
  });
}

function rowOf(id: QuantityId, known: ReadonlySet<QuantityId>): QuantityRow {
  const stem = stemOf(id);
  const alike = quantityIds.filter(
    each => known.has(each) && stemOf(each) === stem && quantities[each].unit === quantities[id].unit,
  );
  const at = (columns: readonly string[]) =>
    columns.map(phase => alike.find(each => quantities[each].phase === phase) ?? null);
  const ofBetween = at(between);
  const isBetween = between.includes(quantities[id].phase ?? '') || Object.values(totalBetween).includes(id);
  if (isBetween) {
    const base = Object.entries(totalBetween).find(([from, total]) => from === stem || total === id);
    const pairs = ofBetween.some(Boolean) ? ofBetween : pairsOf(base?.[0], known);
    const total = base !== undefined && known.has(base[1]) ? base[1] : null;
    if (pairs.some(Boolean))
      return { stem: base === undefined ? stem : stemOf(base[1]), is: 'between', byPhase: pairs, total };
  }
  const ofPhases = at(phases);
  const total = alike.find(each => quantities[each].phase === null && !isNumbered(each)) ?? null;
  if (ofPhases.some(Boolean)) return { stem, is: 'phases', byPhase: ofPhases, total };
  return { stem, is: 'single', byPhase: [], total: id };
}

const pairsOf = (stem: string | undefined, known: ReadonlySet<QuantityId>): (QuantityId | null)[] =>
  between.map(
    phase =>
      quantityIds.find(
        each => known.has(each) && stemOf(each) === stem && quantities[each].phase === phase,
      ) ?? null,
  );

/** One of several inputs or quadrants, which stand by themselves. */
const isNumbered = (id: QuantityId): boolean => /(Dc|Q)[1-4]/.test(id);
