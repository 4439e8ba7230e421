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
export type Kind = 'gauge' | 'counter';

/** What the rows of all sources of a kind have in common, raw windows included: parts of a bucket. */
export const partColumns = deepFreeze({
  /** area = Σ mean × windowS, negative = Σ max(-mean, 0) × windowS; lastS: end of the newest window. */
  gauge: ['series', 'startS', 'measuredS', 'lastS', 'low', 'high', 'last', 'area', 'negative'],
  /**
   * Readings of the first window and of the last, when the first began and both ended. gap: growth over holes between
   * windows. isOdd: the readings did not simply rise at a rate that can be.
   */
  counter: [
    'series',
    'startS',
    'measuredS',
    'firstStartS',
    'firstEndS',
    'lastEndS',
    'first',
    'last',
    'gap',
    'isOdd',
  ],
} as const satisfies Record<Kind, readonly string[]>);

const tables = {
  // high, last and area count from low, as they do on the wire: small numbers take few bits.
  gauge: `series UINTEGER NOT NULL, startS UINTEGER NOT NULL, measuredS UINTEGER NOT NULL, lastS UINTEGER NOT NULL,
    low BIGINT NOT NULL, high BIGINT NOT NULL, last BIGINT NOT NULL, area BIGINT NOT NULL, negative BIGINT NOT NULL`,
  counter: `series UINTEGER NOT NULL, startS UINTEGER NOT NULL, measuredS UINTEGER NOT NULL,
    firstStartS UINTEGER NOT NULL, firstEndS UINTEGER NOT NULL, lastEndS UINTEGER NOT NULL, first BIGINT NOT NULL,
    last BIGINT NOT NULL, gap BIGINT NOT NULL, isOdd UTINYINT NOT NULL`,
} as const satisfies Record<Kind, string>;

export const tierTable = (kind: Kind, tier: Pick<Tier, 'name'>): string => `${kind}_${tier.name}`;

/** A tier's rows as parts; `where` is on series and startS. */
export const partsOfTier = deepFreeze({
  gauge: `series, startS, measuredS, lastS, low, low + high AS high, low + last AS last,
    area + low * measuredS AS area, negative`,
  counter:
    'series, startS, measuredS, firstStartS, firstEndS, lastEndS, first, first + last AS last, gap, isOdd',
} as const satisfies Record<Kind, string>);

/** Parts as a tier keeps them. */
export const keptOfParts = deepFreeze({
  gauge: 'series, startS, measuredS, lastS, low, high - low, last - low, area - low * measuredS, negative',
  counter: 'series, startS, measuredS, firstStartS, firstEndS, lastEndS, first, last - first, gap, isOdd',
} as const satisfies Record<Kind, string>);

/** Raw windows as parts. */
export const partsOfWindows = deepFreeze({
  gauge: `series, startS, windowS::UINTEGER AS measuredS, startS + windowS AS lastS, low * step AS low,
    (low + high) * step AS high, (low + last) * step AS last, (low * step + mean) * windowS AS area,
    greatest(-(low * step + mean), 0) * windowS AS negative`,
  counter: `series, startS, windowS::UINTEGER AS measuredS, startS AS firstStartS, startS + windowS AS firstEndS,
    startS + windowS AS lastEndS, last * step AS first, last * step AS last, 0::BIGINT AS gap, 0::UTINYINT AS isOdd`,
} as const satisfies Record<Kind, string>);

export const createTiers: readonly string[] = [
  ...tiers.flatMap(tier =>
    (['gauge', 'counter'] as const).map(kind => `CREATE TABLE ${tierTable(kind, tier)} (${tables[kind]})`),
  ),
  // Seconds of each meter in quarters of an hour, by what became of them; see ledger.ts.
  `CREATE TABLE ledger_900 (meter UINTEGER NOT NULL, startS UINTEGER NOT NULL, kind USMALLINT NOT NULL,
    seconds UINTEGER NOT NULL, count UINTEGER NOT NULL)`,
  // horizonS: everything that starts before it is in the tier, but for what is new since the last build.
  'CREATE TABLE tier (name VARCHAR NOT NULL, horizonS BIGINT NOT NULL, zone VARCHAR)',
  ...tiers.map(({ name }) => `INSERT INTO tier VALUES ('${name}', 0, NULL)`),
];
