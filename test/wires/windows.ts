import type { WindowRecord } from '#core/wire/records.ts';

const originMs = Date.UTC(2026, 0, 1);

/** The window number `index` of a meter: every value can be told from it. */
export function windowAt(meter: string, index: number, windowS = 10): WindowRecord {
  const watts = (index % 5000) + 0.125;
  return {
    meter,
    startMs: originMs + index * windowS * 1000,
    windowS,
    clock: 'synced',
    values: [
      { quantity: 'powerW', samples: 10, mean: watts, min: watts - 100, max: watts + 100, last: watts + 1 },
      { quantity: 'voltageV', samples: 10, mean: 230, min: 229.5, max: 231.25, last: 230.125 },
      { quantity: 'energyImportWh', samples: 1, last: index + 0.5 },
    ],
    failures: [],
  };
}
