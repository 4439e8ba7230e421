import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recordParts } from '#app/record-parts.ts';
import { limits } from '#core/limits.ts';
import { decodeRecord } from '#core/wire/records.ts';
import { windowRecord } from '../core/wire/arbitraries.ts';

const decoded = (bytes: Uint8Array) => {
  const result = decodeRecord(bytes);
  if (!result.ok) throw new Error(result.detail);
  return result.value;
};

it('a window of any size goes as one record under the limit of the wire', () => {
  fc.assert(
    fc.property(windowRecord, window => {
      expect(recordParts(window, limits.recordBytes).map(decoded)).toEqual([window]);
    }),
  );
});

it('a window over the limit is split: every value comes once, in order, failures and serial number once', () => {
  fc.assert(
    fc.property(windowRecord, fc.integer({ min: 280, max: 600 }), (window, mostBytes) => {
      const parts = recordParts(window, mostBytes);
      const records = parts.map(decoded);
      for (const [index, { values, failures, serial, ...head }] of records.entries()) {
        const { serial: told, ...rest } = window;
        expect({ ...head, values: [], failures: [] }).toEqual({ ...rest, values: [], failures: [] });
        expect(serial).toBe(index === 0 ? told : undefined);
        expect(failures).toEqual(index === 0 ? window.failures : []);
        expect(parts[index]?.length).toBeLessThanOrEqual(mostBytes);
        if (window.values.length > 0) expect(values.length).toBeGreaterThan(0);
      }
      expect(records.flatMap(({ values }) => values)).toEqual(window.values);
    }),
  );
});
