import { encodeRecord, type WindowRecord } from '../core/wire/records.ts';

/**
 * A window as records of at most `mostBytes`: one, or where it has too many values for that, several of the same
 * window with a part of the values each. Failures and a serial number are told once, with the first.
 */
export function recordParts(window: WindowRecord, mostBytes: number): Uint8Array[] {
  const bytes = encodeRecord(window);
  const half = Math.ceil(window.values.length / 2);
  if (bytes.length <= mostBytes || window.values.length < 2) return [bytes];
  const { serial: _, ...rest } = window;
  return [
    ...recordParts({ ...window, values: window.values.slice(0, half) }, mostBytes),
    ...recordParts({ ...rest, values: window.values.slice(half), failures: [] }, mostBytes),
  ];
}
