import type { Missing, Readings } from '../../host/api/contract.ts';
import type { EnergyBar } from '../charts/columns.ts';
import type { Imported } from './imported.ts';
import type { EnergyStep, Span } from './ranges.ts';

/** What one look at a meter's past needs. */
export interface History {
  readonly span: Span;
  readonly readings: Readings;
  readonly missing: Missing;
  /** Stretches that came out of files. */
  readonly imported: readonly Imported[];
  readonly bars: readonly EnergyBar[];
  readonly step: EnergyStep;
}
