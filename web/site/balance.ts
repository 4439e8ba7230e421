import type { Meter, MeterRole } from '../../host/api/contract.ts';

/** What a meter measures: as somebody said, else as far as its name, profile and registers tell. */
export type Role = MeterRole;

export type MeterFacts = Pick<Meter, 'key' | 'id' | 'name' | 'profile' | 'quantities' | 'role'>;

/** Names people give their meters, in the page's languages. Looked for in id and name. */
const nameHints: Readonly<Record<'grid' | 'whole' | 'solar' | 'battery', RegExp>> = Object.freeze({
  grid: /\b(grid|utility|netz|rede|hausanschluss|anschluss|smart[- ]?meter|hauptzähler|stromzähler)\b/i,
  whole: /\b(house|home|haus|casa|total|main|mains|gesamt|geral)\b/i,
  solar: /\b(pv|solar|photovolt\w*|fotovolt\w*|inverter|wechselrichter|inversor)\b/i,
  battery: /(batter|akku|speicher|bateria)/i,
});

const isHinted = (meter: MeterFacts, role: keyof typeof nameHints): boolean =>
  nameHints[role].test(`${meter.id.replaceAll(/[_-]/g, ' ')} ${meter.name}`);

const isDc = (meter: MeterFacts): boolean => meter.quantities.includes('shuntVoltageV');

const ways: readonly ((meter: MeterFacts) => boolean)[] = [
  meter => isHinted(meter, 'grid'),
  // A telegram over the infrared port comes from the utility's own meter at the grid connection.
  meter => /^sml\b/i.test(meter.profile),
  meter => isHinted(meter, 'whole'),
  meter =>
    meter.quantities.includes('energyExportWh') && !isHinted(meter, 'solar') && !isHinted(meter, 'battery'),
];

/** The meter at the grid connection: by name, by being the utility's, by what it counts; null where none is likely. */
function gridMeter(meters: readonly MeterFacts[]): MeterFacts | null {
  const candidates = meters.filter(meter => meter.quantities.includes('powerW') && !isDc(meter));
  for (const way of ways) {
    const found = candidates.filter(way);
    if (found.length > 0) {
      return found.reduce((best, meter) => (meter.quantities.length > best.quantities.length ? meter : best));
    }
  }
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
}

/**
 * Every meter's role, by key. What somebody said counts; the rest is guessed, a grid only where nobody named one.
 */
export function rolesOf(meters: readonly MeterFacts[]): ReadonlyMap<string, Role> {
  const unsaid = meters.filter(({ role }) => role === null);
  const grid = meters.some(({ role }) => role === 'grid') ? null : gridMeter(unsaid);
  const guess = (meter: MeterFacts): Role => {
    if (meter === grid) return 'grid';
    if (isDc(meter)) return 'aside';
    if (isHinted(meter, 'solar')) return 'solar';
    if (isHinted(meter, 'battery')) return 'battery';
    return isHinted(meter, 'grid') || isHinted(meter, 'whole') ? 'whole' : 'load';
  };
  return new Map(meters.map(meter => [meter.key, meter.role ?? guess(meter)]));
}

/** A part of what flows now. `key` is the meter, or null for what is computed (the rest, feeding in). */
export interface Flow {
  readonly key: string | null;
  readonly kind: 'grid' | 'solar' | 'battery' | 'load' | 'rest';
  readonly powerW: number;
}

export interface Balance {
  readonly gridKey: string | null;
  /** Positive: taken from the grid; null where it is not known now. */
  readonly gridW: number | null;
  /** What PV makes, and what the batteries take (positive) or give; null where there is none or one is not known. */
  readonly solarW: number | null;
  readonly batteryW: number | null;
  /** What the house uses: the grid's, PV's and the batteries' power together. Null where one of them is not known. */
  readonly usedW: number | null;
  readonly sources: readonly Flow[];
  readonly uses: readonly Flow[];
  /** Meters with a place in the picture that have no fresh value. */
  readonly absent: readonly string[];
}

/** How old a value may be and still be called "now": three windows, at least half a minute. */
export const freshForMs = (windowS: number): number => Math.max(30, 3 * windowS) * 1000;

/** Power now in watts, or null where the newest value is too old to be called that. */
export function powerNow(meter: Pick<Meter, 'latest' | 'windowS'>, nowMs: number): number | null {
  if (meter.latest === null || nowMs - meter.latest.atMs > freshForMs(meter.windowS)) return null;
  return meter.latest.values.powerW ?? null;
}

/** What an inverter takes at night is no production, whichever way round its meter is wired. */
const inverterStandbyW = 15;

const rank: Readonly<Record<Flow['kind'], number>> = Object.freeze({
  solar: 0,
  battery: 1,
  load: 2,
  rest: 3,
  grid: 4,
});

const sumOf = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

/** The power of a part in the direction in which it is taken. Which way round a PV meter is wired differs. */
function takenW(role: Role, powerW: number): number {
  if (role !== 'solar') return powerW;
  return Math.abs(powerW) < inverterStandbyW ? 0 : -Math.abs(powerW);
}

/** Where a part stands in the balance. */
function flowOf(role: Role, key: string, ownW: number): { readonly isSource: boolean; readonly flow: Flow } {
  const kind = role === 'solar' || role === 'battery' || role === 'grid' ? role : 'load';
  return { isSource: ownW >= 0 === (role === 'grid'), flow: { key, kind, powerW: Math.abs(ownW) } };
}

/**
 * Where power comes from and where it goes, at this moment. Both sides have the same sum where the grid is known:
 * what no meter of its own explains is the `rest`. Direct current and second meters of the whole are not added, as
 * they would count the same power twice; nor is what is below another load, or what a PV plant measures below a load
 * (`ownParts`). A meter without a fresh value is `absent`, never zero.
 */
export function balanceOf(meters: readonly Meter[], nowMs: number): Balance {
  const roles = rolesOf(meters);
  const measured = meters.filter(
    ({ key, quantities }) => isCounted(roles.get(key)) && quantities.includes('powerW'),
  );
  const powers = new Map<string, number>();
  for (const meter of measured) {
    const powerW = powerNow(meter, nowMs);
    if (powerW !== null) powers.set(meter.key, takenW(roles.get(meter.key) ?? 'load', powerW));
  }
  const absent = measured.filter(({ key }) => !powers.has(key)).map(({ key }) => key);
  const gridKey = measured.find(({ key }) => roles.get(key) === 'grid')?.key ?? null;
  const own = ownParts(meters, roles, powers);
  const together = (role: Role): number | null => {
    const keys = measured.filter(({ key }) => roles.get(key) === role).map(({ key }) => key);
    if (keys.length === 0 || keys.some(key => !powers.has(key))) return null;
    return sumOf(keys.map(key => own.get(key) ?? 0));
  };
  const has = (role: Role) => measured.some(({ key }) => roles.get(key) === role);
  const [gridW, solar, batteryW] = [together('grid'), together('solar'), together('battery')];

  const sources: Flow[] = [];
  const uses: Flow[] = [];
  for (const [key, ownW] of own) {
    const { isSource, flow } = flowOf(roles.get(key) ?? 'load', key, ownW);
    if (flow.powerW > 0) (isSource ? sources : uses).push(flow);
  }
  const sideW = (flows: readonly Flow[]) => sumOf(flows.map(({ powerW }) => powerW));
  const restW = sideW(sources) - sideW(uses);
  // More is used than what comes from a meter: something feeds in that has no meter of its own.
  if (gridW !== null && restW !== 0) {
    (restW > 0 ? uses : sources).push({ key: null, kind: 'rest', powerW: Math.abs(restW) });
  }
  const isWhole =
    gridW !== null && (solar !== null || !has('solar')) && (batteryW !== null || !has('battery'));
  const order = (a: Flow, b: Flow) => rank[a.kind] - rank[b.kind] || b.powerW - a.powerW;
  return {
    gridKey,
    gridW,
    solarW: solar === null ? null : -solar + 0,
    batteryW,
    usedW: isWhole ? gridW - (solar ?? 0) - (batteryW ?? 0) : null,
    sources: sources.sort(order),
    uses: uses.sort(order),
    absent,
  };
}

type Placed = Pick<Meter, 'key' | 'below'>;

/** Whether what a meter of this role measures is a part of the balance. */
export const isCounted = (role: Role | undefined): boolean =>
  role === 'grid' || role === 'solar' || role === 'battery' || role === 'load';

/**
 * The nearest meter above one that holds its energy too and is counted in the balance itself: another load, an inverter,
 * a battery. The grid and second meters of the whole hold everything, so they are nobody's in particular.
 */
function holderOf(
  key: string,
  below: ReadonlyMap<string, string | null>,
  roles: ReadonlyMap<string, Role>,
  known: ReadonlyMap<string, number>,
): string | null {
  const seen = new Set([key]);
  let above = below.get(key) ?? null;
  while (above !== null && !seen.has(above)) {
    const role = roles.get(above);
    if (known.has(above) && (role === 'load' || role === 'solar' || role === 'battery')) return above;
    seen.add(above);
    above = below.get(above) ?? null;
  }
  return null;
}

/**
 * What each counted meter has for itself, so that nothing is in the sum twice: a meter below another of its role is
 * held by that one and left out, and what is below a meter of another role (PV behind the meter of a garage) is
 * taken from that one. `amounts` are positive as taken; what has none is passed over: its holder is the next above.
 */
export function ownParts(
  meters: readonly Placed[],
  roles: ReadonlyMap<string, Role>,
  amounts: ReadonlyMap<string, number>,
): Map<string, number> {
  const below = new Map(meters.map(meter => [meter.key, meter.below]));
  const own = new Map<string, number>();
  const holders = new Map<string, string | null>();
  for (const { key } of meters) {
    if (amounts.has(key) && isCounted(roles.get(key))) holders.set(key, holderOf(key, below, roles, amounts));
  }
  const isInside = (key: string): boolean => {
    const holder = holders.get(key) ?? null;
    return holder !== null && roles.get(holder) === roles.get(key);
  };
  /** The one that stands for a meter and for those of its role above it. */
  const topOf = (key: string): string => {
    const seen = new Set<string>();
    let top = key;
    while (isInside(top) && !seen.has(top)) {
      seen.add(top);
      top = holders.get(top) ?? top;
    }
    return top;
  };
  for (const key of holders.keys()) if (!isInside(key)) own.set(key, amounts.get(key) ?? 0);
  for (const [key, holder] of holders) {
    if (isInside(key) || holder === null) continue;
    const top = topOf(holder);
    own.set(top, (own.get(top) ?? 0) - (amounts.get(key) ?? 0));
  }
  return own;
}
