import { expect, test } from 'vitest';
import { decodeRegisters } from '#core/modbus/decode.ts';
import { decodeRecord, encodeRecord } from '#core/wire/records.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
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
  const register = eastronSdm630.registers.filter(({ quantity }) => quantity === 'energyImportWh');
  const data = new DataView(new ArrayBuffer(4));
  for (let kWh = 1.2345678; kWh < 20_000; kWh *= 1.17) {
    data.setFloat32(0, kWh);
    const [read] = decodeRegisters(register, 0x0048, new Uint8Array(data.buffer));
    const last = read?.value ?? Number.NaN;
    const live = checkLive({ v: 1, meters: { main: { atMs: 5, values: { energyImportWh: last } } } });
    const window = { meter: 'main', startMs: 0, windowS: 10, clock: 'synced', failures: [] } as const;
    const bytes = encodeRecord({ ...window, values: [{ quantity: 'energyImportWh', samples: 1, last }] });
    const record = decodeRecord(bytes);
    const stored = record.ok ? record.value.values[0]?.last : undefined;
    expect(live.meters.main?.values.energyImportWh).toBe(stored);
  }
});
