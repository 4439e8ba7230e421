import { toHex } from '../core/bytes.ts';
import { limits } from '../core/limits.ts';
import { recordOverheadBytes } from '../core/wire/records.ts';
import type { RandomPort } from '../ports.ts';
import type { Journal } from './journal.ts';

/** Each record has its length before it, low byte first. */
const headBytes = 2;

/** The least that holds the largest record. */
const leastBytes = limits.journalRecordBytes + headBytes;

/**
 * A journal in RAM: one ring of bytes, so that a device pays for the records and not for a hundred small buffers.
 * What it holds is lost with the power; the host sees that by the new epoch.
 */
export class RamJournal implements Journal {
  readonly survivesRestart = false;
  readonly capacityBytes: number;
  epoch: string;
  oldest = 1;
  next = 1;
  bytes = 0;
  dropped = 0;
  readonly #random: RandomPort;
  readonly #ring: Uint8Array;
  /** Where the oldest record begins. */
  #start = 0;
  /** Where the reading of the last call ended: the next one mostly goes on there. */
  #cursor = { sequence: 1, offset: 0 };

  constructor(random: RandomPort, capacityBytes: number = limits.journalRamBytes) {
    if (capacityBytes < leastBytes) {
      throw new RangeError(
        `journal of ${capacityBytes} bytes; at least ${leastBytes} are needed for one record`,
      );
    }
    this.#random = random;
    this.epoch = toHex(random.bytes(8));
    this.capacityBytes = capacityBytes;
    this.#ring = new Uint8Array(capacityBytes);
  }

  append(record: Uint8Array): number {
    if (record.length > limits.journalRecordBytes) {
      throw new RangeError(
        `record of ${record.length} bytes; at most ${limits.journalRecordBytes} are allowed`,
      );
    }
    while (this.bytes + headBytes + record.length > this.capacityBytes) {
      this.dropOldest();
      this.dropped++;
    }
    const at = this.#start + this.bytes;
    this.#ring[at % this.capacityBytes] = record.length & 0xff;
    this.#ring[(at + 1) % this.capacityBytes] = record.length >> 8;
    const offset = (at + headBytes) % this.capacityBytes;
    const untilEnd = Math.min(record.length, this.capacityBytes - offset);
    this.#ring.set(record.subarray(0, untilEnd), offset);
    this.#ring.set(record.subarray(untilEnd), 0);
    this.bytes += headBytes + record.length;
    return this.next++;
  }

  read(from: number, maxBytes: number, maxCount: number): Uint8Array[] {
    const records: Uint8Array[] = [];
    let { sequence, offset } = this.find(Math.max(from, this.oldest));
    let left = maxBytes;
    while (sequence < this.next && records.length < maxCount) {
      const length = this.lengthAt(offset);
      left -= length + recordOverheadBytes;
      if (left < 0 && records.length > 0) break;
      records.push(this.copy((offset + headBytes) % this.capacityBytes, length));
      offset = (offset + headBytes + length) % this.capacityBytes;
      sequence++;
    }
    this.#cursor = { sequence, offset };
    return records;
  }

  release(upTo: number): void {
    while (this.oldest <= upTo && this.oldest < this.next) this.dropOldest();
  }

  renew(): void {
    const before = this.oldest - 1;
    this.epoch = toHex(this.#random.bytes(8));
    this.oldest = 1;
    this.next -= before;
    this.#cursor = { sequence: 1, offset: this.#start };
  }

  /** Where this sequence begins, or would begin. */
  private find(wanted: number): { sequence: number; offset: number } {
    const isAhead = this.#cursor.sequence >= this.oldest && this.#cursor.sequence <= wanted;
    let { sequence, offset } = isAhead ? this.#cursor : { sequence: this.oldest, offset: this.#start };
    while (sequence < wanted && sequence < this.next) {
      offset = (offset + headBytes + this.lengthAt(offset)) % this.capacityBytes;
      sequence++;
    }
    return { sequence, offset };
  }

  private lengthAt(offset: number): number {
    return (this.#ring[offset] as number) | ((this.#ring[(offset + 1) % this.capacityBytes] as number) << 8);
  }

  private copy(offset: number, length: number): Uint8Array {
    const record = new Uint8Array(length);
    const untilEnd = Math.min(length, this.capacityBytes - offset);
    record.set(this.#ring.subarray(offset, offset + untilEnd));
    record.set(this.#ring.subarray(0, length - untilEnd), untilEnd);
    return record;
  }

  private dropOldest(): void {
    const taken = headBytes + this.lengthAt(this.#start);
    this.#start = (this.#start + taken) % this.capacityBytes;
    this.bytes -= taken;
    this.oldest++;
  }
}
