import type { FlowKind, Flows } from './flows.ts';
import type { MeterTotals } from './meter-totals.ts';

/** What went in and out of the site, in whole thousandths of a watt-hour. What came in is what went out. */
export interface FlowSums {
  readonly taken: number;
  readonly made: number;
  /** From batteries. */
  readonly given: number;
  /** What had to come in and no meter shows. */
  readonly unexplained: number;
  readonly fed: number;
  readonly stored: number;
  readonly used: number;
  /** What had to go out and no meter shows. */
  readonly lost: number;
}

/** Of flows that are not grouped. */
export function sumsOf({ nodes, links }: Flows): FlowSums {
  const sources = new Set(links.map(({ from }) => from));
  const sinks = new Set(links.map(({ to }) => to));
  const sum = (ends: ReadonlySet<string>, kinds: readonly FlowKind[]) =>
    nodes
      .filter(({ id, kind }) => kinds.includes(kind) && ends.has(id))
      .reduce((total, { amount }) => total + amount, 0);
  // What goes both ways between a meter and the one above it stands on both sides, and is nobody's.
  const twice = sum(sinks, ['above']);
  const across = sum(sources, ['above']);
  return {
    taken: sum(sources, ['grid']),
    made: sum(sources, ['solar', 'rest', 'source']) - twice,
    given: sum(sources, ['battery']),
    unexplained: sum(sources, ['over', 'unmeasured']),
    fed: sum(sinks, ['feed']),
    stored: sum(sinks, ['charge']),
    used: sum(sinks, ['load', 'rest']) - across,
    lost: sum(sinks, ['over', 'unmeasured']),
  };
}

/** Share of a meter's energy that was shared out or concluded, 0 to 1. */
export const estimatedShare = (totals: MeterTotals): number => sharedEstimate([totals]);

/** The same of several meters together. */
export function sharedEstimate(totals: readonly MeterTotals[]): number {
  const all = totals.reduce((sum, { imported, exported }) => sum + (imported ?? 0) + (exported ?? 0), 0);
  const estimated = totals.reduce((sum, each) => sum + each.estimated, 0);
  return all === 0 ? 0 : Math.min(1, estimated / all);
}

/** The least of the shares of time that these meters measured; 1 with none. */
export const leastCoverage = (totals: readonly MeterTotals[]): number =>
  totals.reduce((least, { coverage }) => Math.min(least, coverage), 1);
