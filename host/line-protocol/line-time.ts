import { deepFreeze } from '#core/freeze.ts';

/** How many of a unit are a millisecond, or how many milliseconds it is. */
const units = deepFreeze({
  ns: { perMs: 1_000_000n },
  us: { perMs: 1000n },
  ms: { perMs: 1n },
  s: { ms: 1000n },
  m: { ms: 60_000n },
  h: { ms: 3_600_000n },
} as const satisfies Record<string, { perMs: bigint } | { ms: bigint }>);

/** What the times of lines count. */
export type LinePrecision = keyof typeof units;

/** As requests name them: InfluxDB 1 also has n and u. */
const names: Readonly<Record<string, LinePrecision>> = deepFreeze({
  n: 'ns',
  u: 'us',
  µ: 'us',
  ns: 'ns',
  us: 'us',
  ms: 'ms',
  s: 's',
  m: 'm',
  h: 'h',
});

export const precisionNames: readonly string[] = Object.freeze(Object.keys(names));

/** The precision of a request; nanoseconds where it says none, undefined where there is no such. */
export const precisionOf = (name: string | undefined): LinePrecision | undefined =>
  name === undefined || name === '' ? 'ns' : Object.hasOwn(names, name) ? names[name] : undefined;

/** The last instant that JavaScript dates know. */
const mostMs = 8_640_000_000_000_000n;

/** A time in digits as UTC milliseconds, rounded down; undefined where it is none. */
export function timeOf(digits: string, precision: LinePrecision): number | undefined {
  if (!/^-?\d{1,20}$/.test(digits)) return undefined;
  const count = BigInt(digits);
  const unit = units[precision];
  const ms = 'ms' in unit ? count * unit.ms : floorDivided(count, unit.perMs);
  return ms >= -mostMs && ms <= mostMs ? Number(ms) : undefined;
}

const floorDivided = (value: bigint, by: bigint): bigint => value / by - (value % by < 0n ? 1n : 0n);
