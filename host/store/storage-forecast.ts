import { type Keeping, type Level, levels } from './retention.ts';
import type { StorageFacts, StoragePart, StoragePartName } from './storage-facts.ts';

export interface Forecast {
  /** What a day adds now, and everything with it: database, archive and backups. */
  readonly bytesPerDay: number;
  /** Everything together, now and in a year. */
  readonly bytes: number;
  readonly bytesInAYear: number;
  /** Each part in a year. */
  readonly partsInAYear: Readonly<Record<StoragePartName, number>>;
  /** When no room is left that the host may take; undefined: not in fifty years. */
  readonly fullMs: number | undefined;
}

export interface ForecastOptions {
  readonly keeping: Keeping;
  /** Backups that are kept; each is as large as the database. */
  readonly backups: number;
  /** What may still be written before the intake pauses. */
  readonly roomBytes: number;
}

const dayMs = 86_400_000;
const mostDays = 50 * 365;
const monthDays = 365.25 / 12;

/** Whole months are kept, so on average half of one more. */
const keptDays = (months: number): number =>
  months === 0 ? Number.POSITIVE_INFINITY : (months + 0.5) * monthDays;

const levelOfPart: Readonly<Partial<Record<StoragePartName, Level>>> = { raw: 'raw', arrivals: 'day' };

/** How large everything becomes if as much is measured as now, under the retention that is set. */
export function forecastOf(facts: StorageFacts, options: ForecastOptions): Forecast {
  const sizes = (days: number) => sizesIn(facts, options.keeping, days);
  const whole = (days: number) => wholeIn(facts, sizes(days), options.backups);
  const now = whole(0);
  // What is free within the file is used first.
  const isFull = (days: number) => whole(days) - now > options.roomBytes + facts.fileFreeBytes;
  return {
    bytesPerDay: whole(1) - now,
    bytes: facts.fileBytes + sizes(0).archive + facts.backupBytes,
    bytesInAYear: whole(365),
    partsInAYear: sizes(365),
    fullMs: firstDay(isFull, facts.atMs),
  };
}

function firstDay(isFull: (days: number) => boolean, atMs: number): number | undefined {
  for (let days = 0; days <= mostDays; days++) if (isFull(days)) return atMs + days * dayMs;
  return undefined;
}

function wholeIn(
  { backupBytes }: StorageFacts,
  sizes: Readonly<Record<StoragePartName, number>>,
  backups: number,
): number {
  const { archive, ...inDatabase } = sizes;
  const database = Object.values(inDatabase).reduce((sum, bytes) => sum + bytes, 0);
  // Files of the archive have second names in the backups and take no room there.
  return database + archive + (backups > 0 ? backups * database : backupBytes);
}

/** Each part in so many days. */
function sizesIn(
  facts: StorageFacts,
  { archiveAfterMonths, months }: Keeping,
  days: number,
): Record<StoragePartName, number> {
  const movedDays = keptDays(archiveAfterMonths);
  const sizes: Record<StoragePartName, number> = {
    raw: 0,
    arrivals: 0,
    60: 0,
    900: 0,
    3600: 0,
    day: 0,
    ledger: 0,
    archive: 0,
    rest: 0,
  };
  for (const part of facts.parts) {
    const level = levelOfPart[part.name] ?? levels.find(each => each === part.name);
    const goneDays = level === undefined ? Number.POSITIVE_INFINITY : keptDays(months[level]);
    const age = { facts, days };
    if (part.name === 'raw' || part.name === 'arrivals') {
      sizes[part.name] += bytesOfAges(part, age, 0, Math.min(movedDays, goneDays));
      sizes.archive += bytesOfAges(part, age, movedDays, goneDays) * facts.archiveRatio;
    } else if (part.name === 'archive') {
      sizes.archive += bytesOfAges(part, age, 0, keptDays(months.raw));
    } else sizes[part.name] += bytesOfAges(part, age, 0, goneDays);
  }
  return sizes;
}

/** What will then be so many days old, of what is there now and of what comes; spread evenly over time. */
function bytesOfAges(
  { bytes, fromS, bytesPerDay }: StoragePart,
  { facts, days }: { readonly facts: StorageFacts; readonly days: number },
  fromDays: number,
  toDays: number,
): number {
  const overlap = (start: number, end: number) =>
    Math.max(Math.min(end, toDays) - Math.max(start, fromDays), 0);
  const coming = overlap(0, days) * bytesPerDay;
  if (fromS === undefined) return bytes + coming;
  const heldDays = Math.max((facts.atMs / 1000 - fromS) / 86_400, 1);
  return coming + (overlap(days, days + heldDays) / heldDays) * bytes;
}
