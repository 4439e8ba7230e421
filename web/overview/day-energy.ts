import type { EnergyTable, Meter } from '../../host/api/contract.ts';
import { freshForMs, isCounted, ownParts, type Role } from '../site/balance.ts';

/** What a site took, gave, made and used in a period, in Wh. null: there is no such meter, or it is not known. */
export interface SiteEnergy {
  /** Which kinds of meters there are. */
  readonly has: { readonly grid: boolean; readonly solar: boolean; readonly battery: boolean };
  readonly takenWh: number | null;
  readonly fedInWh: number | null;
  readonly producedWh: number | null;
  readonly chargedWh: number | null;
  readonly dischargedWh: number | null;
  /** Taken − fed in + produced + discharged − charged; null where a part is not known or more is fed in than these explain. */
  readonly usedWh: number | null;
  /** How much of what these meters told was not read but shared out over gaps. */
  readonly estimatedWh: number;
  /** The least share of the period so far that one of these meters was measured. */
  readonly coverage: number;
}

export interface Period extends SiteEnergy {
  readonly startMs: number;
  readonly endMs: number;
}

type Placed = Pick<Meter, 'key' | 'below' | 'windowS'>;
type Column = EnergyTable['meters'][number];

interface Row {
  readonly key: string;
  readonly importWh: number | null;
  readonly exportWh: number | null;
  readonly estimatedWh: number;
  readonly coverage: number;
}

const rowOf = (column: Column, index: number, passed: number): Row => ({
  key: column.meter,
  importWh: column.importWh[index] ?? null,
  exportWh: column.exportWh[index] ?? null,
  estimatedWh: (column.importEstimatedWh[index] ?? 0) + (column.exportEstimatedWh[index] ?? 0),
  coverage: passed <= 0 ? 1 : Math.min(1, (column.coverage[index] ?? 0) / passed),
});

/** Net as taken. Which way round a PV meter is wired differs, and over a period it makes more than it takes. */
function netWh(role: Role, { importWh, exportWh }: Row): number | null {
  if (importWh === null && exportWh === null) return null;
  const net = (importWh ?? 0) - (exportWh ?? 0);
  return role === 'solar' ? -Math.abs(net) : net;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Meters count whole Wh or ten of them, and differ by a little in what they measure. */
const roundedWh = 20;
const errorShare = 0.02;

/** Of all or of none: a sum that lacks a part is not known. */
function sumOfAll(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null);
  return known.length === 0 || known.length < values.length ? null : sum(known);
}

/**
 * The periods of a table as the whole site has them, from `nowMs` back: a period that runs counts as far as it came.
 * Each meter's part is what it has for itself (`ownParts`), so nothing is in it twice.
 */
export function siteEnergy(
  table: EnergyTable,
  meters: readonly Placed[],
  roles: ReadonlyMap<string, Role>,
  nowMs: number,
): Period[] {
  const columns = table.meters.filter(({ meter }) => roles.has(meter));
  const windows = new Map(meters.map(({ key, windowS }) => [key, windowS]));
  // The newest windows are on their way: what is not there yet is no gap.
  const arrivedMs = (meter: string) => nowMs - freshForMs(windows.get(meter) ?? 0);
  return table.startMs.map((startMs, index) => {
    const endMs = table.endMs[index] ?? startMs;
    const rows = columns.map(column =>
      rowOf(column, index, Math.min(1, (arrivedMs(column.meter) - startMs) / (endMs - startMs))),
    );
    return { ...energyOfRows(rows, meters, roles), startMs, endMs };
  });
}

function energyOfRows(
  rows: readonly Row[],
  meters: readonly Placed[],
  roles: ReadonlyMap<string, Role>,
): SiteEnergy {
  const ofRole = (role: Role) => rows.filter(({ key }) => roles.get(key) === role);
  const nets = new Map<string, number>();
  for (const row of rows) {
    const role = roles.get(row.key) ?? 'load';
    const net = netWh(role, row);
    if (net !== null && isCounted(role)) nets.set(row.key, net);
  }
  const own = ownParts(meters, roles, nets);
  const standing = (role: Role) => ofRole(role).filter(({ key }) => own.has(key) || !nets.has(key));
  const [grid, solar, battery] = [standing('grid'), standing('solar'), standing('battery')];
  // One of several may count the other direction alone; what none of them tells is not known.
  const gross = (list: readonly Row[], side: 'importWh' | 'exportWh') =>
    list.some(row => row[side] !== null)
      ? sumOfAll(list.map(row => (nets.has(row.key) ? (row[side] ?? 0) : null)))
      : null;

  const takenWh = gross(grid, 'importWh');
  const fedInWh = gross(grid, 'exportWh');
  const madeWh = sumOfAll(solar.map(({ key }) => own.get(key) ?? null));
  const chargedWh = gross(battery, 'importWh');
  const dischargedWh = gross(battery, 'exportWh');
  const givenWh = -(madeWh ?? 0) + (dischargedWh ?? 0);
  // Where next to nothing was given nothing of it was fed in, whoever counts that or not.
  const isKnown =
    takenWh !== null &&
    (solar.length === 0 || madeWh !== null) &&
    (battery.length === 0 || (chargedWh !== null && dischargedWh !== null)) &&
    (fedInWh !== null || givenWh <= roundedWh);
  // More is fed in than PV and battery gave: something makes power that has no meter of its own.
  const isExplained = (fedInWh ?? 0) <= givenWh + Math.max(roundedWh, givenWh * errorShare);
  const balanceWh = (takenWh ?? 0) - (fedInWh ?? 0) + givenWh - (chargedWh ?? 0);
  const usedWh = isKnown && isExplained && balanceWh > -roundedWh ? Math.max(0, balanceWh) : null;
  const told = [...grid, ...solar, ...battery];
  return {
    has: { grid: grid.length > 0, solar: solar.length > 0, battery: battery.length > 0 },
    takenWh,
    fedInWh,
    producedWh: madeWh === null ? null : -madeWh + 0,
    chargedWh,
    dischargedWh,
    usedWh,
    estimatedWh: sum(told.map(({ estimatedWh }) => estimatedWh)),
    coverage: told.length === 0 ? 0 : Math.min(...told.map(({ coverage }) => coverage)),
  };
}

/** Where what was used came from, and where the rest went. All of `usedWh` is in the first three. */
export interface Shares {
  readonly solarUsedWh: number;
  readonly batteryUsedWh: number;
  readonly gridUsedWh: number;
  readonly solarChargedWh: number;
  readonly gridChargedWh: number;
  readonly solarFedInWh: number;
  readonly batteryFedInWh: number;
}

/**
 * Who supplied whom is not measured, so a rule says it: what is fed in comes from PV before the battery, what is
 * charged comes from PV before the grid. null where the energy used is not known.
 */
export function sharesOf(energy: SiteEnergy): Shares | null {
  const { usedWh, takenWh } = energy;
  if (usedWh === null || takenWh === null) return null;
  const [fedInWh, producedWh] = [energy.fedInWh ?? 0, energy.producedWh ?? 0];
  const [chargedWh, dischargedWh] = [energy.chargedWh ?? 0, energy.dischargedWh ?? 0];
  const solarFedInWh = Math.min(producedWh, fedInWh);
  const batteryFedInWh = Math.min(dischargedWh, fedInWh - solarFedInWh);
  const solarChargedWh = Math.min(producedWh - solarFedInWh, chargedWh);
  const gridChargedWh = Math.min(takenWh, chargedWh - solarChargedWh);
  const solarUsedWh = producedWh - solarFedInWh - solarChargedWh;
  const batteryUsedWh = dischargedWh - batteryFedInWh;
  // What is neither: also what a source without a meter of its own leaves to be explained.
  const used = Math.max(0, usedWh);
  const solar = Math.min(used, solarUsedWh);
  const battery = Math.min(used - solar, batteryUsedWh);
  return {
    solarUsedWh: solar,
    batteryUsedWh: battery,
    gridUsedWh: used - solar - battery,
    solarChargedWh,
    gridChargedWh,
    solarFedInWh,
    batteryFedInWh,
  };
}

/** Shares from 0 to 1 that people ask for where there is PV; null where they cannot be known. */
export interface SolarShares {
  /** Of what was used, how much did not come from the grid. */
  readonly selfSufficiency: number | null;
  /** Of what PV made, how much was not fed in. */
  readonly selfConsumption: number | null;
}

export function solarShares(energy: SiteEnergy): SolarShares {
  const shares = sharesOf(energy);
  const { usedWh, producedWh } = energy;
  return {
    selfSufficiency:
      shares === null || usedWh === null || usedWh === 0 ? null : 1 - shares.gridUsedWh / usedWh,
    selfConsumption:
      shares === null || producedWh === null || producedWh === 0 || energy.fedInWh === null
        ? null
        : 1 - shares.solarFedInWh / producedWh,
  };
}
