import { deepFreeze } from '#core/freeze.ts';

/**
 * Tiers: windows reduced to buckets. A row is a function of the raw windows that start in its bucket and of nothing
 * else, by sums of whole numbers, so it is the same in whatever order they came. `day` are the civil days of the
 * site's zone, the others begin at multiples of their length, s.
 */
export const tiers = deepFreeze([
  { name: '60', lengthS: 60 },
  { name: '900', lengthS: 900 },
  { name: '3600', lengthS: 3600 },
  { name: 'day', lengthS: 86_400 },
] as const);

export type Tier = (typeof tiers)[number];
export const kinds = deepFreeze(['gauge', 'counter'] as const);
export type Kind = (typeof kinds)[number];

/** Of each tier up to where it is built, s: everything that starts before is in it. */
export type Horizons = Readonly<Record<Tier['name'], number>>;

const tables = {
  // area = Σ mean × windowS, negative = Σ max(-mean, 0) × windowS; lastAfterS: end of the newest window, from
  // the bucket's start. high, last and area count from low, as they do on the wire: small numbers take few bits.
  gauge: `series UINTEGER NOT NULL, startS UINTEGER NOT NULL, measuredS UINTEGER NOT NULL, lastAfterS UINTEGER NOT NULL,
    low BIGINT NOT NULL, high BIGINT NOT NULL, last BIGINT NOT NULL, area BIGINT NOT NULL, negative BIGINT NOT NULL`,
  // Readings of the first window and of the last (counted from the first), when they ended, from
  // the bucket's start, and how long they were.
  // gap: growth over holes between windows. fastest: the most it grew in a second from one reading to the next,
  // rounded up. isFallen: it fell somewhere. host/counters tells what these are for.
  counter: `series UINTEGER NOT NULL, startS UINTEGER NOT NULL, measuredS UINTEGER NOT NULL, readings UINTEGER NOT NULL,
    firstAfterS UINTEGER NOT NULL, firstWindowS USMALLINT NOT NULL, lastAfterS UINTEGER NOT NULL,
    lastWindowS USMALLINT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL, gap BIGINT NOT NULL,
    fastest BIGINT NOT NULL, isFallen UTINYINT NOT NULL`,
} as const satisfies Record<Kind, string>;

export const tierTable = (kind: Kind, tier: Pick<Tier, 'name'>): string => `${kind}_${tier.name}`;

/** A tier's rows as parts; `where` is on series and startS. */
export const partsOfTier = deepFreeze({
  gauge: `series, startS, measuredS, startS + lastAfterS AS lastS, low, low + high AS high, low + last AS last,
    area + low * measuredS AS area, negative`,
  counter: `series, startS, measuredS, readings, startS + firstAfterS AS firstEndS, firstWindowS,
    startS + lastAfterS AS lastEndS, lastWindowS, first, first + last AS last, gap, fastest, isFallen`,
} as const satisfies Record<Kind, string>);

/** Joined parts as a tier keeps them. */
export const keptOfParts = deepFreeze({
  gauge: `series, bucketS, measuredS, lastS - bucketS, low, high - low, last - low, area - low * measuredS,
    negative`,
  counter: `series, bucketS, measuredS, readings, firstEndS - bucketS, firstWindowS, lastEndS - bucketS, lastWindowS,
    first, last - first, gap, fastest, isFallen`,
} as const satisfies Record<Kind, string>);

/** Raw windows as parts. */
export const partsOfWindows = deepFreeze({
  gauge: `series, startS, windowS::UINTEGER AS measuredS, startS + windowS AS lastS, low * step AS low,
    (low + high) * step AS high, (low + last) * step AS last, (low * step + mean) * windowS AS area,
    greatest(-(low * step + mean), 0) * windowS AS negative`,
  counter: `series, startS, windowS::UINTEGER AS measuredS, 1::UINTEGER AS readings, startS + windowS AS firstEndS,
    windowS AS firstWindowS, startS + windowS AS lastEndS, windowS AS lastWindowS, last * step AS first,
    last * step AS last, 0::BIGINT AS gap, 0::BIGINT AS fastest, 0::UTINYINT AS isFallen`,
} as const satisfies Record<Kind, string>);

export const createTiers: readonly string[] = [
  ...tiers.flatMap(tier => kinds.map(kind => `CREATE TABLE ${tierTable(kind, tier)} (${tables[kind]})`)),
  // Seconds of each meter in quarters of an hour, by what became of them; see ledger.ts.
  `CREATE TABLE ledger_900 (meter UINTEGER NOT NULL, startS UINTEGER NOT NULL, kind USMALLINT NOT NULL,
    seconds UINTEGER NOT NULL, count UINTEGER NOT NULL)`,
  // horizonS: everything that starts before it is in the tier, but for what is new since the last build.
  'CREATE TABLE tier (name VARCHAR NOT NULL, horizonS BIGINT NOT NULL, zone VARCHAR)',
  ...tiers.map(({ name }) => `INSERT INTO tier VALUES ('${name}', 0, NULL)`),
];
