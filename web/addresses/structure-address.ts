import { momentOf } from './moment.ts';

/** Which meter is below which, and how energy went through them. */
export interface StructureAddress {
  readonly view: 'structure';
  /** A day, where nothing else is said. */
  readonly period?: StructurePeriod;
  /** A moment of it; the one that runs, where nothing is said. */
  readonly atMs?: number;
}

/** Calendar units of the site's zone. */
export const structurePeriods = Object.freeze(['day', 'week', 'month', 'year'] as const);

export type StructurePeriod = (typeof structurePeriods)[number];

export function parseStructure(_parts: readonly string[], query: URLSearchParams): StructureAddress {
  const period = structurePeriods.find(each => each === query.get('period'));
  const atMs = momentOf(query.get('at'));
  return { view: 'structure', ...(period && { period }), ...(atMs !== null && { atMs }) };
}

export function formatStructure({ period, atMs }: StructureAddress): string {
  const query = new URLSearchParams();
  if (period !== undefined) query.set('period', period);
  if (atMs !== undefined) query.set('at', String(atMs));
  return query.size === 0 ? '/structure' : `/structure?${query}`;
}
