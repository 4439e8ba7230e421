import { randomBytes } from 'node:crypto';
import { limits } from '#core/limits.ts';
import { type RecordsMessage, recordOverheadBytes, recordsMessageOverheadBytes } from '#core/wire/records.ts';
import type { CommitPlace } from '../store/commit-place.ts';

/** What is on its way to the other side, or was and nobody answered. */
export interface Sent {
  /** The sequence of its last record. */
  readonly upTo: number;
  /** Behind it. */
  readonly place: CommitPlace;
  readonly windows: number;
  readonly values: number;
}

/**
 * A forward as the journal of a gateway (docs/protocol.md, exactly once): what waits behind its place has sequences from `next` on.
 * Which windows those are may change with what is chosen; so `sent` is on disk before it goes, and before anything else goes the
 * other side is asked whether it came.
 */
export interface ForwardJournal {
  /** 16 hex digits, random. */
  readonly epoch: string;
  readonly next: number;
  readonly sent?: Sent;
  /** The other side once had something of it. */
  readonly isKnown?: true;
}

export const newJournal = (): ForwardJournal => ({ epoch: randomBytes(8).toString('hex'), next: 1 });

/** So many windows go never: the other side counts them as lost when it hears of the one behind them. */
export const withoutRecords = (journal: ForwardJournal, count: number): ForwardJournal => ({
  ...journal,
  next: journal.next + count,
});

/** Asks up to where the other side has it: what begins past all that could be there is answered with that, and not stored. */
export const question = ({ epoch }: ForwardJournal): RecordsMessage => ({
  epoch,
  oldest: 1,
  first: Number.MAX_SAFE_INTEGER - 1,
  records: [new Uint8Array(0)],
});

/** The next records, which are all that there are for the other side: none before them are kept. */
export const messageOf = (
  { epoch, next }: ForwardJournal,
  records: readonly Uint8Array[],
): RecordsMessage => ({ epoch, oldest: next, first: next, records });

/** How many, from the first on, go into one message; each has its records. */
export function fitting(windows: readonly (readonly Uint8Array[])[]): number {
  let [bytes, records] = [recordsMessageOverheadBytes, 0];
  for (const [index, own] of windows.entries()) {
    records += own.length;
    for (const { length } of own) bytes += length + recordOverheadBytes;
    if (index > 0 && (bytes > limits.mqttPacketUpBytes || records > limits.recordsPerMessage)) return index;
  }
  return windows.length;
}

export interface Settled {
  readonly journal: ForwardJournal;
  readonly place: CommitPlace;
  /** What was on its way is there. */
  readonly taken: Sent | undefined;
  /** The other side never had this journal, or has more of it than was ever sent: it was begun anew at the place. */
  readonly isAnew: boolean;
}

/** Where a forward stands once the other side has said up to which sequence it has its journal on disk. */
export function settled(journal: ForwardJournal, place: CommitPlace, upTo: number): Settled {
  const { sent, ...rest } = journal;
  const taken = sent !== undefined && sent.upTo <= upTo ? sent : undefined;
  const isOver = taken !== undefined && isBehind(taken.place, place);
  const there = isOver ? taken.place : place;
  const next = isOver ? taken.upTo + 1 : Math.max(rest.next, (taken?.upTo ?? 0) + 1);
  // An older copy of this host's database came back, or the journal goes to another host by now.
  const isAnew = upTo >= next || (upTo === 0 && rest.isKnown === true);
  const known = { ...rest, next, ...(upTo > 0 && { isKnown: true as const }) };
  return { journal: isAnew ? newJournal() : known, place: there, taken, isAnew };
}

const isBehind = (place: CommitPlace, other: CommitPlace): boolean =>
  place.generation > other.generation || (place.generation === other.generation && place.span > other.span);
