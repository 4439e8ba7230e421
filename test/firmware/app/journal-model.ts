import { expect } from 'vitest';
import type { Journal } from '#app/journal.ts';
import { recordOverheadBytes } from '#core/wire/records.ts';

/** A record of this size, different from all others. */
export const recordOf = (id: number, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, index) => (id * 31 + index * 7 + (index >> 8) * id) & 0xff);

/** As text, which is compared in a moment. */
const told = (records: readonly Uint8Array[]): string =>
  records.map(record => Buffer.from(record).toString('base64')).join('\n');

/** What a journal must hold, as plain data: every record of its epoch in order, whatever became of it. */
export class JournalModel {
  journal: Journal;
  /** Records that were released and came again after a restart. */
  forgotten = 0;
  readonly #records: Uint8Array[] = [];
  #epoch: string;
  #oldest = 1;
  #released = 0;
  /** Records of epochs before, released or dropped. */
  #droppedBefore = 0;
  #begin = 1;
  #made = 0;

  constructor(journal: Journal) {
    this.journal = journal;
    this.#epoch = journal.epoch;
  }

  get next(): number {
    return this.#records.length + 1;
  }

  append(size: number): void {
    const record = recordOf(++this.#made, size);
    expect(this.journal.append(record)).toBe(this.next);
    this.#records.push(record.slice());
    // What was given away is the journal's no more.
    record.fill(0);
    // Which ones go is fixed (the oldest); how many is the form's own business, but never all.
    expect(this.journal.oldest).toBeLessThan(this.next);
    expect(this.journal.oldest).toBeGreaterThanOrEqual(this.#oldest);
    this.#oldest = this.journal.oldest;
  }

  release(upTo: number): void {
    this.journal.release(upTo);
    this.#gone(upTo);
  }

  #gone(upTo: number): void {
    const oldest = Math.min(Math.max(upTo + 1, this.#oldest), this.next);
    this.#released += oldest - this.#oldest;
    this.#oldest = oldest;
  }

  read(from: number, maxBytes: number, maxCount: number): void {
    const expected: Uint8Array[] = [];
    let size = 0;
    for (const record of this.#records.slice(Math.max(from, this.#oldest) - 1)) {
      size += record.length + recordOverheadBytes;
      if (expected.length === maxCount || (expected.length > 0 && size > maxBytes)) break;
      expected.push(record);
    }
    expect(told(this.journal.read(from, maxBytes, maxCount))).toBe(told(expected));
  }

  renew(): void {
    this.journal.renew();
    expect(this.journal.epoch).toMatch(/^[0-9a-f]{16}$/);
    expect(this.journal.epoch).not.toBe(this.#epoch);
    this.#epoch = this.journal.epoch;
    this.#gone(this.#begin - 1);
    this.#droppedBefore += this.#oldest - 1 - this.#released;
    this.#records.splice(0, this.#oldest - 1);
    this.#released = 0;
    this.#oldest = 1;
    this.#begin = 1;
  }

  /** The next start found this journal. */
  reopened(journal: Journal): void {
    this.journal = journal;
    this.#begin = this.next;
    expect(journal.oldest).toBeLessThanOrEqual(this.#oldest);
    this.forgotten += this.#oldest - journal.oldest;
    this.#released -= this.#oldest - journal.oldest;
    this.#oldest = journal.oldest;
  }

  check(): void {
    const { journal } = this;
    expect(journal.epoch).toBe(this.#epoch);
    expect(journal.next).toBe(this.next);
    expect(journal.oldest).toBe(this.#oldest);
    expect(journal.dropped).toBe(this.#droppedBefore + this.#oldest - 1 - this.#released);
    expect(journal.bytes).toBeLessThanOrEqual(journal.capacityBytes);
    const kept = this.#records.slice(this.#oldest - 1);
    expect(journal.bytes).toBeGreaterThanOrEqual(kept.reduce((sum, { length }) => sum + length, 0));
    if (kept.length === 0) expect(journal.bytes).toBe(0);
  }

  checkAll(): void {
    this.check();
    this.read(0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  }
}
