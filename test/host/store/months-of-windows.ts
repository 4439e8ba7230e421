import type { WindowRecord } from '#core/wire/records.ts';

export const aDayMs = 86_400_000;

/** Windows of days of two meters: a gauge and a counter, every now and then nothing. */
export function monthsOfWindows(
  fromMs: number,
  days: number,
  only?: string,
  windowS = 900,
  most = Number.POSITIVE_INFINITY,
): WindowRecord[] {
  const meters = only === undefined ? ['main', 'solar'] : [only];
  const count = Math.min((days * 86_400) / windowS, most);
  return Array.from({ length: count }, (_, at) => at).flatMap(at =>
    meters.map(meter => windowAt(meter, fromMs + at * windowS * 1000, windowS)),
  );
}

function windowAt(meter: string, startMs: number, windowS: number): WindowRecord {
  const at = Math.floor(startMs / 900_000);
  const base = { meter, startMs, windowS, clock: 'synced' } as const;
  if (at % 97 === 5) return { ...base, values: [], failures: [{ reason: 'timeout', count: windowS }] };
  const mean = -1500 + ((at * 7919) % 4000);
  return {
    ...base,
    values: [
      { quantity: 'powerW', samples: windowS, mean, min: mean - 5, max: mean + 7, last: mean + 1 },
      { quantity: 'energyImportWh', samples: windowS, last: 1000 + at * 25 + windowS / 60 },
    ],
    failures: [],
  };
}
