import type { QuantityId } from '#core/quantities.ts';
import type { WindowValue } from '#core/wire/records.ts';
import { batchOf } from '../store/memory-store.ts';
import type { HostUnderTest } from './host-under-test.ts';

/** Start of what `storeSite` stores: 11:00 of the test's day. */
export const siteStartMs = Date.UTC(2026, 10, 21, 11);

const gauge = (quantity: QuantityId, value: number): WindowValue => ({
  quantity,
  samples: 10,
  mean: value,
  min: value - 1,
  max: value + 1,
  last: value,
});

export interface Span {
  readonly meter: string;
  /** When the window of number 0 begins; `siteStartMs` if nothing else is said. */
  readonly startMs?: number;
  /** Numbers of windows of 10 s; `to` is not among them. */
  readonly from: number;
  readonly to: number;
  /** Up to where the journal is stored then. */
  readonly sequence: number;
  /** Windows that have no value, by a time-out. */
  readonly isMissing?: (index: number) => boolean;
}

/** Stores windows of power and import of a meter of the gateway `cellar`. */
export async function storeWindows({ store }: Pick<HostUnderTest, 'store'>, span: Span): Promise<void> {
  const { meter, startMs = siteStartMs, from, to, sequence, isMissing = () => false } = span;
  const windows = Array.from({ length: to - from }, (_, offset) => {
    const index = from + offset;
    const values: readonly WindowValue[] = isMissing(index)
      ? []
      : [gauge('powerW', 1000 + index), { quantity: 'energyImportWh', samples: 10, last: 5000 + index * 3 }];
    return {
      gateway: 'cellar',
      record: {
        meter,
        startMs: startMs + index * 10_000,
        windowS: 10,
        clock: 'synced' as const,
        values,
        failures: isMissing(index) ? [{ reason: 'timeout' as const, count: 10 }] : [],
      },
    };
  });
  const watermarks = [{ gateway: 'cellar', epoch: '0123456789abcdef', sequence }];
  await store.commit(batchOf(store, { windows, watermarks, losses: [] }));
}

/**
 * A gateway `cellar` with meter `house`: 60 windows of 10 s of power and import, of which windows 20 to 29 are
 * missing by a time-out.
 */
export async function storeSite({ store, fleet }: HostUnderTest): Promise<void> {
  const isMissing = (index: number) => index >= 20 && index < 30;
  await storeWindows({ store }, { meter: 'house', from: 0, to: 60, sequence: 60, isMissing });
  await fleet.register('cellar');
  fleet.connection('cellar', true);
  fleet.about('cellar', {
    v: 1,
    firmware: '0.1.0',
    board: 'test',
    epoch: '0123456789abcdef',
    settingsVersion: 0,
    meters: [
      {
        id: 'house',
        name: 'The house',
        profile: 'eastron-sdm630',
        line: 'bus',
        windowS: 10,
        sampleMs: 1000,
        series: ['powerW', 'energyImportWh'],
      },
      {
        id: 'sun',
        name: 'The roof',
        profile: 'eastron-sdm120',
        line: 'bus',
        windowS: 10,
        sampleMs: 1000,
        series: ['powerW'],
      },
    ],
  });
  fleet.health('cellar', {
    v: 1,
    uptimeS: 3600,
    clock: 'synced',
    journal: { records: 1, bytes: 100, capacityBytes: 65_536, dropped: 0 },
    uplink: { connects: 1, sent: 60, resent: 0, acknowledged: 60 },
    undatedDropped: 0,
    meters: {
      house: { state: 'well', reason: null, samples: 600, failures: { timeout: 10 } },
      sun: { state: 'silent', reason: 'timeout', samples: 0, failures: { timeout: 42 } },
    },
    lines: { bus: { requests: 700, timeouts: 52 } },
  });
}
