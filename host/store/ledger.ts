import type { Ledger } from '../api/contract.ts';
import type { Lane } from './lane.ts';
import {
  accountOf,
  type DayAccount,
  joined,
  type LostStretch,
  pendingFrom,
  without,
} from './ledger-account.ts';
import { type Estimates, estimatesOf } from './ledger-estimates.ts';
import { type Interval, type LedgerRange, type LedgerRows, ledgerRange, ledgerRows } from './ledger-rows.ts';
import type { Shelves } from './series-parts.ts';
import { list } from './sql-text.ts';
import type { EnergySeries, LossReason } from './types.ts';

/** A meter whose ledger is asked for, or that says how far its gateway has come. */
export interface LedgerMeter {
  readonly number: number;
  readonly gateway: string;
  readonly series: EnergySeries;
  /** Its longest window. */
  readonly windowS: number;
  /** Its gateway still has it. One that is gone is expected up to its last window. */
  readonly isAnnounced: boolean;
  readonly isAsked: boolean;
}

export interface LedgerGateway {
  readonly id: string;
  /** It is here and holds nothing back, as it says itself. */
  readonly isSettled: boolean;
  /** How far one of its meters came tells nothing of the others. */
  readonly isApart: boolean;
}

export interface LedgerAsk {
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  readonly gateways: readonly LedgerGateway[];
  readonly meters: readonly LedgerMeter[];
}

export type LedgerAnswer = Omit<Ledger, 'gateways'> & {
  readonly gateways: readonly Omit<Ledger['gateways'][number], 'state' | 'reportedDropped'>[];
};

/** Records that a gateway's journal dropped or damaged, and when it measured them. */
interface Dropped {
  readonly gateway: string;
  readonly reason: LossReason;
  readonly records: number;
  /** Undefined where that is not known. */
  readonly within: Interval | undefined;
}

/** What became of every second of meters by the civil days that cover a range, up to now. */
export async function ledgerAnswer(
  lane: Lane,
  shelves: Shelves,
  zone: string,
  ask: LedgerAsk,
): Promise<LedgerAnswer> {
  const nowS = Math.floor(ask.nowMs / 1000);
  const range = await ledgerRange(lane, zone, ask.fromMs, ask.toMs, nowS);
  const asked = ask.meters.filter(({ isAsked }) => isAsked);
  const numbers = ask.meters.map(({ number }) => number);
  const rows = await ledgerRows(lane, shelves, range, numbers, new Set(asked.map(({ number }) => number)));
  const reached = reachedOf(ask, rows);
  const dropped = await droppedOf(lane, ask, range, reached);
  const known = asked.filter(({ number }) => rows.has(number));
  const series = known.map(({ series }) => series);
  const estimates = await estimatesOf(lane, shelves, zone, series, range.bounds);
  const meters = known.map((meter, index) => {
    const own = rows.get(meter.number) as LedgerRows;
    const untilS = meter.isAnnounced ? nowS : own.lastS;
    const { isSettled = false, isApart = false } = ask.gateways.find(({ id }) => id === meter.gateway) ?? {};
    const accounts = accountOf(range.bounds, own, {
      untilS,
      pendingFromS: pendingFrom(
        { reachedS: isApart ? own.lastS : (reached.get(meter.gateway) ?? 0), isSettled },
        meter.windowS,
        nowS,
      ),
      dropped: stretchesOf(meter, ask, dropped),
    });
    const span = { firstMs: own.firstS * 1000, untilMs: untilS * 1000 };
    return columnsOf(meter, span, accounts, estimates[index] as Estimates);
  });
  return {
    zone,
    nowMs: nowS * 1000,
    startMs: range.bounds.slice(0, -1).map(boundS => boundS * 1000),
    endMs: range.bounds.slice(1).map(boundS => boundS * 1000),
    meters,
    gateways: ask.gateways.map(({ id }) => {
      const own = dropped.filter(({ gateway, reason }) => gateway === id && reason !== 'recordDamaged');
      const of = (wanted: LossReason) => recordsIn(own.filter(({ reason }) => reason === wanted));
      return {
        ...sumOf(meters.filter(({ gateway }) => gateway === id)),
        gateway: id,
        droppedRecords: of('journalOverflow'),
        lostAtHostRecords: of('lostAtHost'),
        unplacedRecords: recordsIn(own.filter(({ within }) => within === undefined)),
      };
    }),
  };
}

/** End of the newest window of each gateway, whichever meter it is of. */
function reachedOf({ meters }: LedgerAsk, rows: ReadonlyMap<number, LedgerRows>): Map<string, number> {
  const reached = new Map<string, number>();
  for (const { number, gateway } of meters) {
    reached.set(gateway, Math.max(reached.get(gateway) ?? 0, rows.get(number)?.lastS ?? 0));
  }
  return reached;
}

const lossReasons: readonly LossReason[] = Object.freeze<LossReason[]>([
  'journalOverflow',
  'recordDamaged',
  'lostAtHost',
]);

/** What journals dropped that touches the range, or is not known to lie elsewhere. */
async function droppedOf(
  lane: Lane,
  { gateways }: LedgerAsk,
  { bounds }: LedgerRange,
  reached: ReadonlyMap<string, number>,
): Promise<Dropped[]> {
  const [fromS, toS] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  const rows = await lane.all(
    `SELECT gateway, toSequence - fromSequence + 1 AS records, fromS, toS, atMs // 1000 AS atS, reason FROM lost
     WHERE gateway IN (SELECT unnest(?::VARCHAR[])) ORDER BY atMs, fromSequence`,
    [list(gateways.map(({ id }) => id))],
  );
  return rows.flatMap(row => {
    const [gateway, records, atS] = [String(row.gateway), Number(row.records), Number(row.atS)];
    const reason = lossReasons.find(name => name === row.reason) ?? 'journalOverflow';
    const startS = Number(row.fromS);
    // What came after them is not known yet: they were measured before the host heard of it.
    const endS = Number(row.toS) || Math.min(atS, startS === 0 ? 0 : (reached.get(gateway) ?? 0));
    const within = endS > startS ? { fromS: startS, toS: endS } : undefined;
    const isInRange = within ? startS < toS && endS > fromS : atS >= fromS && atS < toS;
    return isInRange ? [{ gateway, reason, records, within }] : [];
  });
}

/**
 * Where windows of this meter can have been dropped. They left the journal in the order of their ends: the first may have
 * begun a window before the last one that came, the last ends with the first one that came after.
 */
function stretchesOf(meter: LedgerMeter, { meters }: LedgerAsk, dropped: readonly Dropped[]): LostStretch[] {
  const siblings = meters.filter(({ gateway }) => gateway === meter.gateway);
  const longestS = Math.max(...siblings.map(({ windowS }) => windowS));
  const of = (wanted: LossReason, endOf: (within: Interval) => number) =>
    dropped.flatMap(({ gateway, reason, within }) =>
      gateway === meter.gateway && reason === wanted && within
        ? [{ fromS: within.fromS - meter.windowS, toS: endOf(within) }]
        : [],
    );
  const gone = joined(of('lostAtHost', ({ toS }) => toS + longestS));
  const overflown = without(joined(of('journalOverflow', ({ toS }) => toS + longestS)), gone);
  // One record has one window: what is absent after it, as while the power was off, is not its.
  const damaged = joined(of('recordDamaged', ({ fromS, toS }) => Math.min(toS, fromS + longestS)));
  const before = joined([...gone, ...overflown]);
  return [
    ...gone.map(stretch => ({ ...stretch, reason: 'lostAtHost' as const })),
    ...overflown.map(stretch => ({ ...stretch, reason: 'journalOverflow' as const })),
    ...without(damaged, before).map(stretch => ({ ...stretch, reason: 'recordDamaged' as const })),
  ];
}

const recordsIn = (dropped: readonly Dropped[]): number =>
  dropped.reduce((sum, { records }) => sum + records, 0);

type MeterColumns = Ledger['meters'][number];

function columnsOf(
  { gateway, series }: LedgerMeter,
  span: { readonly firstMs: number; readonly untilMs: number },
  accounts: readonly DayAccount[],
  { estimatedS, importWh, exportWh }: Estimates,
): MeterColumns {
  const byName = (name: 'lostS' | 'failedSamples') => {
    const names = [...new Set(accounts.flatMap(account => [...account[name].keys()]))].sort();
    return Object.fromEntries(names.map(key => [key, accounts.map(account => account[name].get(key) ?? 0)]));
  };
  return {
    meter: series.meter,
    gateway,
    ...span,
    expectedS: accounts.map(({ expectedS }) => expectedS),
    receivedS: accounts.map(({ receivedS }) => receivedS),
    lateS: accounts.map(({ lateS }) => lateS),
    backdatedS: accounts.map(({ backdatedS }) => backdatedS),
    importedS: accounts.map(({ importedS }) => importedS),
    pendingS: accounts.map(({ pendingS }) => pendingS),
    lostS: byName('lostS'),
    windows: accounts.map(({ windows }) => windows),
    failedSamples: byName('failedSamples'),
    estimatedS: [...estimatedS],
    importEstimatedWh: [...importWh],
    exportEstimatedWh: [...exportWh],
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function sumOf(meters: readonly MeterColumns[]) {
  const total = (name: 'expectedS' | 'receivedS' | 'lateS' | 'backdatedS' | 'pendingS' | 'estimatedS') =>
    sum(meters.map(meter => sum(meter[name])));
  const reasons = [...new Set(meters.flatMap(({ lostS }) => Object.keys(lostS)))].sort();
  return {
    expectedS: total('expectedS'),
    receivedS: total('receivedS'),
    lateS: total('lateS'),
    backdatedS: total('backdatedS'),
    pendingS: total('pendingS'),
    estimatedS: total('estimatedS'),
    lostS: Object.fromEntries(
      reasons.map(reason => [reason, sum(meters.map(({ lostS }) => sum(lostS[reason] ?? [])))]),
    ),
  };
}
