import type { Meter } from '../host/api/contract.ts';
import type { MeterRole } from '../host/api/contract-site.ts';

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

function flowsOf(role: Role, key: string, powerW: number): { source?: Flow; use?: Flow } {
  // Which way round a PV meter is wired differs from house to house; it never takes more than its standby.
  if (role === 'solar') return { source: { key, kind: 'solar', powerW: Math.abs(powerW) } };
  const kind = role === 'battery' || role === 'grid' ? role : 'load';
  return powerW >= 0 === (role === 'grid')
    ? { source: { key, kind, powerW: Math.abs(powerW) } }
    : { use: { key, kind, powerW: Math.abs(powerW) } };
}

/**
 * Where power comes from and where it goes, at this moment. Both sides have the same sum where the grid is known:
 * what no meter of its own explains is the `rest`. Direct current and second meters of the whole are not added, as
 * they would count the same power twice. A meter without a fresh value is `absent`, never zero.
 */
export function balanceOf(meters: readonly Meter[], nowMs: number): Balance {
  const roles = rolesOf(meters);
  const sources: Flow[] = [];
  const uses: Flow[] = [];
  const absent: string[] = [];
  let gridKey: string | null = null;
  let gridW: number | null = null;
  for (const meter of meters) {
    const role = roles.get(meter.key) ?? 'load';
    if (role === 'aside' || role === 'whole' || !meter.quantities.includes('powerW')) continue;
    const powerW = powerNow(meter, nowMs);
    if (role === 'grid') {
      gridKey = meter.key;
      gridW = powerW;
    }
    if (powerW === null) {
      absent.push(meter.key);
      continue;
    }
    const { source, use } = flowsOf(role, meter.key, powerW);
    if (source !== undefined && source.powerW > 0) sources.push(source);
    if (use !== undefined && use.powerW > 0) uses.push(use);
  }
  const sum = (flows: readonly Flow[]) => flows.reduce((total, flow) => total + flow.powerW, 0);
  const restW = sum(sources) - sum(uses);
  // More is used than what comes from a meter: something feeds in that has no meter of its own.
  if (gridW !== null && restW !== 0) {
    (restW > 0 ? uses : sources).push({ key: null, kind: 'rest', powerW: Math.abs(restW) });
  }
  const order = (a: Flow, b: Flow) => rank[a.kind] - rank[b.kind] || b.powerW - a.powerW;
  return { gridKey, gridW, sources: sources.sort(order), uses: uses.sort(order), absent };
}

const rank: Readonly<Record<Flow['kind'], number>> = Object.freeze({
  solar: 0,
  battery: 1,
  load: 2,
  rest: 3,
  grid: 4,
});
