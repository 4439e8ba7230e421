import { reasons } from '#core/wire/reasons.ts';
import { lateAfterS, ledgerKinds } from './ledger-build.ts';
import type { Interval, LedgerRows, LedgerSum } from './ledger-rows.ts';
import type { LossReason } from './types.ts';

/** Seconds of one meter and day. `expected` = `received` + all of `lost` + `pending`, always. */
export interface DayAccount {
  expectedS: number;
  receivedS: number;
  /** Of those received. */
  lateS: number;
  backdatedS: number;
  /** Those that came from a file. */
  importedS: number;
  pendingS: number;
  /** Windows with a value. */
  windows: number;
  /** By reason: the gateway's, `unknown` where it gave none, `journalOverflow`, `recordDamaged`, `lostAtHost` and `notReceived`. */
  readonly lostS: Map<string, number>;
  /** Failed samples within windows that have values, by reason. */
  readonly failedSamples: Map<string, number>;
}

/** Whose windows never came, and why. */
export interface LostStretch extends Interval {
  readonly reason: LossReason;
}

/** What decides of the seconds that no window came for. */
export interface MeterClaim {
  /** Up to where windows are expected, s. */
  readonly untilS: number;
  /** What is absent from here on may still come. */
  readonly pendingFromS: number;
  /** Stretches of which its gateway's journal dropped or damaged records, apart from each other. */
  readonly dropped: readonly LostStretch[];
}

/** What became of every second of a meter by day. `bounds` are those of the days, s. */
export function accountOf(bounds: readonly number[], rows: LedgerRows, claim: MeterClaim): DayAccount[] {
  const days = bounds.slice(1).map((endS, index) => {
    const fromS = Math.max(bounds[index] as number, rows.firstS);
    const account = newAccount();
    account.expectedS = Math.max(Math.min(endS, claim.untilS) - fromS, 0);
    return account;
  });
  for (const sum of rows.sums) {
    const account = days[sum.day];
    if (account !== undefined) take(account, sum);
  }
  for (const { fromS, toS } of rows.holes) {
    const hole = { fromS: Math.max(fromS, rows.firstS), toS: Math.min(toS, claim.untilS) };
    let day = lastUpTo(bounds, hole.fromS);
    for (let at = hole.fromS; at < hole.toS; day++) {
      const account = days[day];
      const endS = Math.min(hole.toS, bounds[day + 1] ?? hole.toS);
      if (account !== undefined) explain(account, { fromS: at, toS: endS }, claim);
      at = endS;
    }
  }
  return days;
}

/** Stretches joined where they touch or overlap, in order. */
export function joined(intervals: readonly Interval[]): Interval[] {
  const apart: { fromS: number; toS: number }[] = [];
  for (const { fromS, toS } of intervals.toSorted((one, other) => one.fromS - other.fromS)) {
    const last = apart.at(-1);
    if (last !== undefined && fromS <= last.toS) last.toS = Math.max(last.toS, toS);
    else if (toS > fromS) apart.push({ fromS, toS });
  }
  return apart;
}

/** What is left of stretches in order without others in order. */
export function without(intervals: readonly Interval[], others: readonly Interval[]): Interval[] {
  return intervals.flatMap(({ fromS, toS }) => {
    const left: Interval[] = [];
    let atS = fromS;
    for (const other of others) {
      if (other.toS <= atS || other.fromS >= toS) continue;
      if (other.fromS > atS) left.push({ fromS: atS, toS: other.fromS });
      atS = Math.max(atS, other.toS);
    }
    return atS < toS ? [...left, { fromS: atS, toS }] : left;
  });
}

/**
 * From where on what is absent of a meter may still come. A journal hands its records on in order, so what is older than
 * the newest window of the gateway by a window and a while is not on its way any more. A gateway that is here and holds
 * nothing back owes nothing but the newest.
 */
export function pendingFrom(
  gateway: { readonly reachedS: number; readonly isSettled: boolean },
  windowS: number,
  nowS: number,
): number {
  const slackS = windowS + lateAfterS;
  return (gateway.isSettled ? Math.max(gateway.reachedS, nowS - slackS) : gateway.reachedS) - slackS;
}

const newAccount = (): DayAccount => ({
  expectedS: 0,
  receivedS: 0,
  lateS: 0,
  backdatedS: 0,
  importedS: 0,
  pendingS: 0,
  windows: 0,
  lostS: new Map(),
  failedSamples: new Map(),
});

function take(account: DayAccount, { kind, seconds, count }: LedgerSum): void {
  const { received, late, backdated, imported, missing, failed } = ledgerKinds;
  if (kind === received) {
    account.receivedS += seconds;
    account.windows += count;
  } else if (kind === late) account.lateS += seconds;
  else if (kind === backdated) account.backdatedS += seconds;
  else if (kind === imported) account.importedS += seconds;
  else if (kind >= failed) add(account.failedSamples, reasons[kind - failed] ?? 'unknown', count);
  else if (seconds > 0) add(account.lostS, reasons[kind - missing] ?? 'unknown', seconds);
}

/** A hole within one day, by what is known of it. */
function explain(account: DayAccount, hole: Interval, { dropped, pendingFromS }: MeterClaim): void {
  let restS = hole.toS - hole.fromS;
  let pendingS = Math.max(hole.toS - Math.max(hole.fromS, pendingFromS), 0);
  for (const { fromS, toS, reason } of dropped) {
    const insideS = Math.min(hole.toS, toS) - Math.max(hole.fromS, fromS);
    if (insideS <= 0) continue;
    add(account.lostS, reason, insideS);
    restS -= insideS;
    pendingS -= Math.max(Math.min(hole.toS, toS) - Math.max(hole.fromS, fromS, pendingFromS), 0);
  }
  account.pendingS += pendingS;
  if (restS > pendingS) add(account.lostS, 'notReceived', restS - pendingS);
}

const add = (sums: Map<string, number>, name: string, amount: number): void => {
  sums.set(name, (sums.get(name) ?? 0) + amount);
};

function lastUpTo(bounds: readonly number[], atS: number): number {
  let [low, high] = [0, bounds.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((bounds[middle] as number) <= atS) low = middle;
    else high = middle - 1;
  }
  return low;
}
