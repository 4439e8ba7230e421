import { expect, test } from 'vitest';
import { decodeRecord, encodeRecord } from '#core/wire/records.ts';
import { shifted } from '../../../host/connectors/exact-numbers.ts';
import { checkLive } from '../../../host/ingest/plausible.ts';

test('live values that are not in the vocabulary or out of range are left out and counted', () => {
  const { meters, implausible } = checkLive({
    v: 1,
    meters: {
      main: { atMs: 5, values: { powerW: 200, frequencyHz: 7000, nonsense: 1 } },
      'Not an id': { atMs: 5, values: { powerW: 1 } },
    },
  });
  expect(meters).toEqual({ main: { atMs: 5, values: { powerW: 200 } } });
  expect(implausible).toBe(3);
});

test('a live reading of a counter is the one that is stored of it: none is more, which would fall and look like a reset', () => {
  const window = { meter: 'main', startMs: 0, windowS: 10, clock: 'synced', failures: [] } as const;
  // As an OPC UA server may tell it, in kWh of any digits.
  for (const kWh of [1.23456789, 5177.123546600342, 20_000.00000009]) {
    const last = shifted(kWh, 3);
    const told = checkLive({ v: 1, meters: { main: { atMs: 5, values: { energyImportWh: last } } } });
    const values = [{ quantity: 'energyImportWh', samples: 1, last } as const];
    const record = decodeRecord(encodeRecord({ ...window, values }));
    expect(told.meters.main?.values.energyImportWh).toBe(record.ok && record.value.values[0]?.last);
  }
});
