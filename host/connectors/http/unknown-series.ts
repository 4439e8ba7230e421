import type { FieldValue, LinePoint } from '../../line-protocol/read-lines.ts';
import { ingestLimits } from './limits.ts';

/** A series of line protocol that no connector wanted. */
export interface UnknownSeries {
  readonly measurement: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly field: string;
  readonly value: FieldValue;
}

const seen = new Map<string, UnknownSeries>();

/** Remembers it as the one seen last. Of all senders of this process; proposals are for admins of the host alone. */
export function rememberUnknown({ measurement, tags, fields }: LinePoint, field: string): void {
  const value = fields.get(field);
  if (value === undefined) return;
  const key = JSON.stringify([measurement, [...tags], field]);
  seen.delete(key);
  seen.set(key, { measurement, tags, field, value });
  const [oldest] = seen.keys();
  if (seen.size > ingestLimits.unknownSeries && oldest !== undefined) seen.delete(oldest);
}

/** Those seen last, newest first. */
export const unknownSeries = (): UnknownSeries[] => [...seen.values()].reverse();
