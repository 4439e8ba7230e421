import type { ImportEntry } from '../../host/api/contract.ts';
import type { Span } from './ranges.ts';

/** A stretch of which there are windows that came out of a file. */
export interface Imported {
  readonly startMs: number;
  readonly endMs: number;
  readonly fileName: string;
}

/** What of a span was imported, by the imports that a series has windows of; those undone left nothing. */
export const importedIn = (
  entries: readonly ImportEntry[],
  numbers: readonly number[],
  { fromMs, toMs }: Span,
): readonly Imported[] =>
  entries
    .filter(({ id, undone }) => undone === null && numbers.includes(id))
    .filter(entry => entry.fromMs < toMs && entry.toMs > fromMs)
    .map(entry => ({
      startMs: Math.max(entry.fromMs, fromMs),
      endMs: Math.min(entry.toMs, toMs),
      fileName: entry.fileName,
    }));
