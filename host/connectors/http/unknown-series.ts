import type { LinePoint } from '../../line-protocol/read-lines.ts';
import { ingestLimits } from './limits.ts';

/** A series of line protocol that no connector wanted. */
export interface UnknownSeries {
  readonly measurement: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly field: string;
  readonly value: number;
}

const seen = new Map<string, UnknownSeries>();

/** Names of one are no longer than this together, or it is not remembered. */
const namesMost = 1024;

/**
 * Remembers it as the one seen last, where it is a number. Of all senders of this process; proposals are for admins of the
 * host alone.
 */
export function rememberUnknown(point: LinePoint, name: string): void {
  const value = point.fields.get(name);
  if (typeof value !== 'number') return;
  const key = JSON.stringify([point.measurement, [...point.tags], name]);
  if (key.length > namesMost) return;
  // Names as they were read are parts of the whole body, and would keep it.
  const [measurement, tags, field]: [string, [string, string][], string] = JSON.parse(key);
  seen.delete(key);
  seen.set(key, { measurement, tags: new Map(tags), field, value });
  const [oldest] = seen.keys();
  if (seen.size > ingestLimits.unknownSeries && oldest !== undefined) seen.delete(oldest);
}

/** Those seen last, newest first. */
export const unknownSeries = (): UnknownSeries[] => [...seen.values()].reverse();
