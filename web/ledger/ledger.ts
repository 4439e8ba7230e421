import type { Ledger } from '../../host/api/contract.ts';

export type LedgerMeter = Ledger['meters'][number];

export interface LostPart {
  readonly reason: string;
  readonly seconds: number;
}

/** What became of the seconds of a day, or of many: `expectedS` = `receivedS` + all of `lost` + `pendingS`. */
export interface Account {
  readonly expectedS: number;
  readonly receivedS: number;
  /** Of those received. */
  readonly lateS: number;
  readonly backdatedS: number;
  readonly pendingS: number;
  readonly lostS: number;
  /** Most first. */
  readonly lost: readonly LostPart[];
  /** For how long energy was shared out instead of read, and how much of it went either way. */
  readonly estimatedS: number;
  readonly estimatedWh: number;
  /** Samples that failed although their windows have values, by reason. */
  readonly failedSamples: Readonly<Record<string, number>>;
}

export interface DayAccount extends Account {
  readonly startMs: number;
  readonly endMs: number;
}

/** A meter's days, oldest first. */
export function daysOf({ startMs, endMs }: Ledger, meter: LedgerMeter): DayAccount[] {
  return startMs.map((dayMs, day) => {
    const lost = lostOf(Object.entries(meter.lostS).map(([reason, seconds]) => [reason, seconds[day] ?? 0]));
    const failed = Object.entries(meter.failedSamples).map(([reason, counts]) => [reason, counts[day] ?? 0]);
    return {
      startMs: dayMs,
      endMs: endMs[day] ?? dayMs,
      expectedS: meter.expectedS[day] ?? 0,
      receivedS: meter.receivedS[day] ?? 0,
      lateS: meter.lateS[day] ?? 0,
      backdatedS: meter.backdatedS[day] ?? 0,
      pendingS: meter.pendingS[day] ?? 0,
      ...lost,
      estimatedS: meter.estimatedS[day] ?? 0,
      estimatedWh: (meter.importEstimatedWh[day] ?? 0) + (meter.exportEstimatedWh[day] ?? 0),
      failedSamples: Object.fromEntries(failed.filter(([, count]) => count !== 0)),
    };
  });
}

const lostOf = (parts: readonly (readonly [string, number])[]): Pick<Account, 'lost' | 'lostS'> => ({
  lost: parts
    .filter(([, seconds]) => seconds > 0)
    .map(([reason, seconds]) => ({ reason, seconds }))
    .sort((one, other) => other.seconds - one.seconds),
  lostS: parts.reduce((sum, [, seconds]) => sum + seconds, 0),
});

/** Accounts added up. */
export function sumOf(accounts: readonly Account[]): Account {
  const total = (of: (account: Account) => number) => accounts.reduce((sum, account) => sum + of(account), 0);
  const byName = (of: (account: Account) => readonly (readonly [string, number])[]) => {
    const sums = new Map<string, number>();
    for (const [name, amount] of accounts.flatMap(of)) sums.set(name, (sums.get(name) ?? 0) + amount);
    return sums;
  };
  const lost = byName(account => account.lost.map(({ reason, seconds }) => [reason, seconds]));
  return {
    expectedS: total(({ expectedS }) => expectedS),
    receivedS: total(({ receivedS }) => receivedS),
    lateS: total(({ lateS }) => lateS),
    backdatedS: total(({ backdatedS }) => backdatedS),
    pendingS: total(({ pendingS }) => pendingS),
    ...lostOf([...lost]),
    estimatedS: total(({ estimatedS }) => estimatedS),
    estimatedWh: total(({ estimatedWh }) => estimatedWh),
    failedSamples: Object.fromEntries(byName(({ failedSamples }) => Object.entries(failedSamples))),
  };
}

/** Of each meter by its key, all days together. */
export const accountsOf = (ledger: Ledger | null): ReadonlyMap<string, Account> =>
  new Map(ledger?.meters.map(meter => [meter.meter, sumOf(daysOf(ledger, meter))]));

/** Share received of what has been decided, 0 to 1; null where nothing has been. */
export function receivedShare({ expectedS, pendingS, receivedS }: Account): number | null {
  const decidedS = expectedS - pendingS;
  return decidedS > 0 ? receivedS / decidedS : null;
}

/** A share in percent with two decimals at most, rounded down: 100 is all, and nothing else is. */
export function percentOf(share: number): { readonly value: number; readonly decimals: number } {
  // 0.29 × 100 is 28.999… in floating point.
  const value = Math.floor(share * 10_000 + 1e-9) / 100;
  return { value, decimals: Number.isInteger(value) ? 0 : 2 };
}

export type BandKind = 'received' | 'late' | 'pending' | 'lost';

/** A part of a drawn day: from and to as shares of its height, from the bottom. */
export interface Band {
  readonly kind: BandKind;
  readonly from: number;
  readonly to: number;
}

/** What is there is drawn at least so high that it is seen: two minutes of a day are a thousandth of it. */
const leastShare = 0.12;

/** The newest windows are always on their way: that is told in words, and too usual to be drawn. */
const onItsWayS = 300;

/** The parts of a day from the bottom up; the time of the day that nothing is expected of stays empty on top. */
export function bandsOf(account: Account, lengthS: number): Band[] {
  const { receivedS, lateS, pendingS, lostS } = account;
  const parts: readonly (readonly [BandKind, number])[] = [
    ['received', receivedS - lateS],
    ['late', lateS],
    ['lost', lostS],
    ['pending', pendingS < onItsWayS ? 0 : pendingS],
  ];
  const present = parts.filter(([, seconds]) => seconds > 0);
  const drawnS = present.reduce((sum, [, seconds]) => sum + seconds, 0);
  const height = Math.max(Math.min(drawnS / lengthS, 1), leastShare);
  const least = Math.min(leastShare, height / present.length);
  const room = height - present.length * least;
  let from = 0;
  return present.map(([kind, seconds]) => {
    const to = from + least + (seconds / drawnS) * room;
    const band = { kind, from, to };
    from = to;
    return band;
  });
}
