import { phaseIds, supplyId } from '../plant/circuit-tree.ts';
import { loadKinds } from '../plant/load-kinds.ts';
import type { PhaseId } from './scenario.ts';

/**
 * What can be told of a scenario whose file may have mistakes: of each part what is there and of the right type. So
 * that names are compared, and their mistakes told, beside those of other parts.
 */
export interface Sketch {
  readonly lines: readonly SketchLine[];
  readonly meters: readonly SketchMeter[];
  /** Where a meter can hang, by name; empty where the circuits cannot be told. */
  readonly points: ReadonlyMap<string, SketchPoint>;
}

export interface SketchLine {
  readonly index: number;
  readonly id?: string;
  readonly kind?: string;
}

export interface SketchMeter {
  readonly index: number;
  readonly id?: string;
  readonly profile?: string;
  readonly line?: string;
  readonly at?: string;
  readonly head?: string;
  readonly address?: number;
  /** Absent: the meter's own form is not known. */
  readonly hasAddress?: boolean;
}

export interface SketchPoint {
  readonly phases: readonly PhaseId[];
  readonly isDirect: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const rows = (value: unknown): { readonly index: number; readonly fields: Fields }[] =>
  Array.isArray(value)
    ? value.flatMap((fields: unknown, index) => (isFields(fields) ? [{ index, fields }] : []))
    : [];

/** The fields of these names that hold a text. */
function texts<N extends string>(fields: Fields, names: readonly N[]): { readonly [K in N]?: string } {
  const found: { [K in N]?: string } = {};
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string') found[name] = value;
  }
  return found;
}

export function sketchOf(value: unknown): Sketch {
  const file = isFields(value) ? value : {};
  return {
    lines: rows(file.lines).map(({ index, fields }) => ({ index, ...texts(fields, ['id', 'kind']) })),
    meters: rows(file.meters).map(({ index, fields }) => ({
      index,
      ...texts(fields, ['id', 'profile', 'line', 'at', 'head']),
      ...(typeof fields.address === 'number' ? { address: fields.address } : {}),
      hasAddress: fields.address !== undefined,
    })),
    points: pointsOf(file),
  };
}

function pointsOf({ supply, circuits }: Fields): ReadonlyMap<string, SketchPoint> {
  const points = new Map<string, SketchPoint>();
  const kind = isFields(supply) ? supply.kind : undefined;
  if (kind !== 'single-phase' && kind !== 'three-phase' && kind !== 'dc') return points;
  const add = (id: string, point: SketchPoint): void => {
    points.set(id, point);
    if (!point.isDirect)
      for (const phase of point.phases) points.set(`${id}.${phase}`, { ...point, phases: [phase] });
  };
  add(supplyId, { phases: kind === 'three-phase' ? phaseIds : ['L1'], isDirect: kind === 'dc' });
  const waiting = rows(circuits).map(({ fields }) => fields);
  // Each turn hangs those whose parent hangs; those in a circle, or under nothing, are never hung.
  for (let hung = -1; hung !== 0; ) {
    hung = 0;
    for (const fields of waiting) {
      const { id, under = supplyId } = texts(fields, ['id', 'under']);
      const above = points.get(under);
      if (id === undefined || points.has(id) || above === undefined) continue;
      add(id, {
        phases: phasesOf(fields.phases, above.phases),
        isDirect: above.isDirect || feedsDirect(waiting, under),
      });
      hung++;
    }
  }
  return points;
}

const phasesOf = (value: unknown, above: readonly PhaseId[]): readonly PhaseId[] =>
  Array.isArray(value) ? phaseIds.filter(phase => value.includes(phase)) : above;

/** Whether what hangs under it hangs on direct current: it is a supply that turns one into the other. */
function feedsDirect(circuits: readonly Fields[], id: string): boolean {
  const load = circuits.find(circuit => circuit.id === id)?.load;
  return (
    isFields(load) &&
    typeof load.kind === 'string' &&
    Object.hasOwn(loadKinds, load.kind) &&
    loadKinds[load.kind]?.on === 'converter'
  );
}
