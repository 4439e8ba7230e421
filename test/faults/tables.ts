import { expect } from 'vitest';
import { reasons } from '#core/wire/reasons.ts';
import { decodeRecord, type WindowRecord } from '#core/wire/records.ts';
import type { Store } from '../../host/store/store.ts';

/** The records as windows. @throws Error where one is none. */
export const windowsOf = (records: readonly Uint8Array[]): WindowRecord[] =>
  records.map(bytes => {
    const decoded = decodeRecord(bytes);
    if (!decoded.ok) throw new Error(decoded.detail);
    return decoded.value;
  });

/** Every row these records have to leave in the database, one text each, with all its numbers. */
function rowsOf(records: readonly Uint8Array[]): string[] {
  return windowsOf(records).flatMap(({ meter, startMs, windowS, values, failures }) => {
    const at = `${meter} ${startMs / 1000} ${windowS}`;
    const whole = values.length === 0 ? 1 : 0;
    return [
      ...values.map(value =>
        'mean' in value
          ? `${at} ${value.quantity} ${[value.samples, value.mean, value.min, value.max, value.last].join(' ')}`
          : `${at} ${value.quantity} ${value.samples} ${value.last}`,
      ),
      ...failures.map(({ reason, count }) => `${at} missing ${reason} ${count} ${whole}`),
    ];
  });
}

/** Every row of the gateway in the database, written in the same way. */
async function storedRows(store: Pick<Store, 'all'>, gateway: string): Promise<string[]> {
  const names = `JOIN series ON series.number = series JOIN meter ON meter.number = series.meter WHERE gateway = ?`;
  const gauges = await store.all(
    `SELECT meter.id AS meter, startS, windowS, quantity, samples, mean, min, max, last FROM gauge ${names}`,
    [gateway],
  );
  const counters = await store.all(
    `SELECT meter.id AS meter, startS, windowS, quantity, samples, last FROM counter ${names}`,
    [gateway],
  );
  const missing = await store.all(
    `SELECT meter.id AS meter, startS, windowS, reason, samples, isWhole FROM missing
     JOIN meter ON meter.number = missing.meter WHERE gateway = ?`,
    [gateway],
  );
  return [
    ...[...gauges, ...counters].map(row => Object.values(row).join(' ')),
    ...missing.map(
      ({ meter, startS, windowS, reason, samples, isWhole }) =>
        `${meter} ${startS} ${windowS} missing ${reasons[Number(reason)]} ${samples} ${isWhole}`,
    ),
  ];
}

/** Holds the tables to these records: every window, quantity and number is there, once, and nothing else. */
export async function expectTables(
  store: Pick<Store, 'all'>,
  gateway: string,
  records: readonly Uint8Array[],
): Promise<void> {
  const left = new Map<string, number>();
  for (const row of rowsOf(records)) left.set(row, (left.get(row) ?? 0) + 1);
  const unexpected: string[] = [];
  for (const row of await storedRows(store, gateway)) {
    const count = left.get(row) ?? 0;
    if (count === 0) unexpected.push(row);
    else if (count === 1) left.delete(row);
    else left.set(row, count - 1);
  }
  const absent = [...left.keys()];
  // Some of each are enough to see what is wrong.
  expect({
    absent: absent.length,
    unexpected: unexpected.length,
    some: [...absent.slice(0, 5), ...unexpected.slice(0, 5)],
  }).toEqual({ absent: 0, unexpected: 0, some: [] });
}

/**
 * Holds the records to one window after the other of each meter, without hole or overlap, from then until then. What a
 * counter showed in a window of before, and was believed only later, comes as a record of that window again.
 */
export function expectContiguous(
  records: readonly Uint8Array[],
  meters: readonly string[],
  fromMs: number,
  toMs: number,
): void {
  for (const meter of meters) {
    const windows = windowsOf(records).filter(window => window.meter === meter);
    let endMs = fromMs;
    const told = new Set<number>();
    for (const { startMs, windowS, values, failures } of windows) {
      const isConfirmed = failures.length === 0 && values.every(value => !('mean' in value));
      if (told.has(startMs) && isConfirmed) continue;
      told.add(startMs);
      expect(`${meter} ${startMs}`).toBe(`${meter} ${endMs}`);
      endMs = startMs + windowS * 1000;
    }
    expect(`${meter} until ${endMs}`).toBe(`${meter} until ${toMs}`);
  }
}
