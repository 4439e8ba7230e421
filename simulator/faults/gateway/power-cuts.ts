import { FlashJournal } from '#app/flash-journal.ts';
import type { RandomPort } from '#ports';
import type { NorFlash, NorStep } from '../../gateway/nor-flash.ts';

export type Op = { readonly append: number } | { readonly releaseBut: number };

/** What the world knows of a journal: what it was told, and what the host may have. */
interface Known {
  readonly epoch: string;
  /** Every record that got its sequence, from 1 on: the host may have any of them. */
  readonly records: readonly Uint8Array[];
  /** Those that were being written when the power was cut, since the last of these: one of them may be there. */
  readonly pending: readonly Uint8Array[];
  /** What such a record may read as beside nothing, by its sequence: it was cut short and has its sequence all the same. */
  readonly torn: ReadonlyMap<number, readonly Uint8Array[]>;
  /** What a start before this found as the oldest, and as dropped. */
  readonly floor: number;
  readonly dropped: number;
  /** What was last told as dropped, with those that read as nothing. */
  readonly told: number;
  /** The oldest but for those that were being released or given up, and what the host acknowledged. */
  readonly oldest: number;
  readonly releasedUpTo: number;
}

/** A record of this size, different from all others. */
const recordOf = (id: number, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, index) => (id * 31 + index * 7 + (index >> 8) * id) & 0xff);

/** What was tried. */
export class Cuts {
  /** Writes and erases of the work, and those of them that erase. */
  steps = 0;
  erases = 0;
  /** Cuts of the work, and those of the start after a cut and what came then. */
  cuts = 0;
  deeper = 0;
  /** Records that were being written and were there all the same. */
  kept = 0;

  add(more: Cuts): void {
    this.steps += more.steps;
    this.erases += more.erases;
    this.cuts += more.cuts;
    this.deeper += more.deeper;
    this.kept += more.kept;
  }

  toString(): string {
    const { steps, erases, cuts, deeper, kept } = this;
    return `${steps} steps (${erases} erases) cut in ${cuts} ways, ${deeper} cuts after a cut; ${kept} times the record was whole`;
  }
}

/** A host that is there, one that is gone for more than the ring holds, and one that comes back and catches up. */
export function roundTheRing(rounds: number): Op[] {
  const ops: Op[] = [];
  // None is empty: so reads one that was not written whole.
  const sizes = [20, 61, 3, 44, 110, 1, 28];
  const last = 14 * rounds;
  for (let index = 0; index < last; index++) {
    ops.push({ append: sizes[index % sizes.length]! });
    if (index < 5 * rounds) ops.push({ releaseBut: index % 3 });
    if (index > 11 * rounds) ops.push({ releaseBut: Math.max(0, last - 3 - index) });
  }
  return ops;
}

export interface CutOptions {
  readonly random: RandomPort;
  /** Which of the starts after a cut are cut as well: one in so many; none where it is 0. */
  readonly everyDeeper: number;
  /** How deep cuts of cuts go. */
  readonly depth: number;
}

const log = () => {};
const nothing = new Uint8Array(0);

/**
 * Works on a chip and cuts its power in every way at every step: each time a copy of the chip as the cut leaves it
 * starts anew, is held against what is known, works on and starts once more. Throws where anything is wrong.
 */
export function cutEverywhere(flash: NorFlash, ops: readonly Op[], options: CutOptions): Cuts {
  const counts = new Cuts();
  const { random } = options;
  const failures: unknown[] = [];
  let known: Known | undefined;
  flash.before = step => {
    counts.steps++;
    if (step.do === 'erase') counts.erases++;
    if (known === undefined) return;
    const now = { ...known, oldest: Math.max(known.oldest, live.journal?.oldest ?? 0) };
    for (const torn of tornChips(flash, step, random)) {
      counts.cuts++;
      noting(failures, () => recover(torn, now, options, options.depth, counts));
    }
  };
  const live: { journal?: FlashJournal } = {};
  const journal = new FlashJournal({ flash, random, log });
  live.journal = journal;
  known = knownOf(journal);
  for (const [index, op] of ops.entries()) {
    known = work(journal, known, op, index, next => {
      known = next;
    });
    if (failures.length > 0) throw failures[0];
    // What the next start would find bounds what a cut of the next step may bring back.
    const copy = flash.copy();
    const found = new FlashJournal({ flash: copy, random, log });
    known = { ...known, floor: found.oldest, dropped: found.dropped };
    if (found.next !== journal.next || found.dropped !== journal.dropped)
      throw new Error(`after step ${index} a start finds ${found.next} and ${found.dropped} dropped`);
  }
  return counts;
}

/** A journal takes what its port throws for a failure of the chip: what a check throws meanwhile is kept for later. */
function noting(failures: unknown[], check: () => void): void {
  try {
    check();
  } catch (error) {
    failures.push(error);
  }
}

const knownOf = (journal: FlashJournal): Known => ({
  epoch: journal.epoch,
  records: [],
  pending: [],
  torn: new Map(),
  floor: 1,
  dropped: 0,
  told: 0,
  oldest: 1,
  releasedUpTo: 0,
});

/** Does a step of the work; `during` hears what is known while it is done. */
function work(
  journal: FlashJournal,
  known: Known,
  op: Op,
  id: number,
  during: (known: Known) => void,
): Known {
  if ('append' in op) {
    const record = recordOf(id + 1000 * known.records.length, op.append);
    during({ ...known, pending: [...known.pending, record] });
    const sequence = journal.append(record);
    if (sequence !== known.records.length + 1)
      throw new Error(`sequence ${sequence} follows ${known.records.length}`);
    const oldest = Math.max(known.oldest, journal.oldest);
    const told = journal.dropped;
    return { ...known, records: [...known.records, record], pending: [], oldest, told };
  }
  const upTo = journal.next - 1 - op.releaseBut;
  const releasedUpTo = Math.max(upTo, known.releasedUpTo);
  during({ ...known, releasedUpTo });
  journal.release(upTo);
  const oldest = Math.max(known.oldest, journal.oldest);
  return { ...known, releasedUpTo, oldest, told: journal.dropped };
}

/** The ways in which a cut can come in the middle of a step, before its first bit and behind its last one. */
export function* tornChips(flash: NorFlash, step: NorStep, random: RandomPort): Generator<NorFlash> {
  const chance = () => random.unit();
  if (step.do === 'erase') {
    yield flash.copy(chance);
    for (const part of [0, 0.3, 1]) {
      for (const share of [0.01, 0.5, 0.99])
        yield flash.tornErase(step.block, Math.floor(flash.blockBytes * part), share, chance);
    }
    return;
  }
  const { length } = step.bytes;
  yield flash.tornWrite(step, length, 0, chance);
  const pace = length <= 12 ? 1 : length <= 60 ? 4 : 16;
  for (let done = 0; done < length; done += pace) {
    yield flash.tornWrite(step, done, 0, chance);
    yield flash.tornWrite(step, done, random.unit(), chance);
  }
  // All has fallen and half of it only seems to; nothing has, and some of it only seems not to.
  yield flash.tornWrite(step, 0, 1, chance);
  yield flash.tornWrite(step, 0, 0.02, chance);
}

/** Starts on a chip after a cut, holds what is there against what is known, works on and starts again. */
function recover(flash: NorFlash, known: Known, options: CutOptions, depth: number, counts: Cuts): void {
  const { random, everyDeeper } = options;
  let now = known;
  const live: { journal?: FlashJournal } = {};
  const failures: unknown[] = [];
  if (depth > 0 && everyDeeper > 0 && random.unit() * everyDeeper < 1) {
    flash.before = step => {
      const during = { ...now, oldest: Math.max(now.oldest, live.journal?.oldest ?? 0) };
      for (const torn of tornChips(flash, step, random)) {
        if (random.unit() > 0.2) continue;
        counts.deeper++;
        noting(failures, () => recover(torn, during, options, depth - 1, counts));
      }
    };
  }
  const journal = new FlashJournal({ flash, random, log });
  now = check(journal, known);
  live.journal = journal;
  if (journal.next === known.records.length + 2 && now.torn.size === known.torn.size) counts.kept++;
  for (const [index, op] of [{ append: 5 }, { append: 60 }, { releaseBut: 1 }, { append: 33 }].entries()) {
    now = work(journal, now, op, index + 500, next => {
      now = next;
    });
  }
  if (failures.length > 0) throw failures[0];
  flash.before = () => {};
  const again = new FlashJournal({ flash: flash.copy(() => random.unit()), random, log });
  check(again, { ...now, floor: Math.min(now.floor, again.oldest) });
  if (again.next !== journal.next) throw new Error(`next was ${journal.next}, and is ${again.next}`);
}

/** What is known once a start has shown what is there: the host may have all of that from now on. */
function check(journal: FlashJournal, known: Known): Known {
  const { epoch, oldest, next, dropped } = journal;
  const { records, pending, floor } = known;
  const fail = (what: string) => {
    throw new Error(`${what} (oldest ${oldest}, next ${next}; known: ${records.length} records)`);
  };
  if (epoch !== known.epoch) fail(`epoch ${epoch} instead of ${known.epoch}`);
  const isKept = next === records.length + 2;
  if (next !== records.length + 1 && !(isKept && pending.length > 0)) fail('sequences do not go on');
  if (oldest < floor) fail(`records from ${oldest} on come again, the oldest was ${floor}`);
  if (oldest > known.oldest) fail(`records from ${known.oldest} on are missing`);
  const read = journal.read(0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (read.length !== next - oldest) fail(`${read.length} records are read`);
  const last = isKept ? pending.find(record => isSame(record, read.at(-1))) : undefined;
  const isTorn = isKept && last === undefined;
  const all = isKept ? [...records, last ?? nothing] : records;
  const torn = isTorn ? new Map([...known.torn, [records.length + 1, pending]]) : known.torn;
  for (const [index, record] of read.entries()) {
    const mayBe = torn.get(oldest + index);
    if (mayBe !== undefined && record.length === 0) continue;
    if (![all[oldest - 1 + index]!, ...(mayBe ?? [])].some(one => isSame(one, record)))
      fail(`record ${oldest + index} is not what it was`);
  }
  const gone = oldest - floor;
  const released = Math.max(0, Math.min(oldest - 1, known.releasedUpTo) - floor + 1);
  if (dropped > known.dropped + gone || dropped < known.dropped + gone - released)
    fail(
      `${dropped} are counted as dropped, of ${known.dropped} and ${gone} more of which ${released} were released`,
    );
  const told = journal.dropped;
  if (told < known.told) fail(`${told} are told as dropped, and ${known.told} were told`);
  return {
    ...known,
    records: all,
    pending: isKept ? [] : pending,
    torn,
    floor: oldest,
    dropped,
    told,
  };
}

const isSame = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  b !== undefined && Buffer.compare(a, b) === 0;
