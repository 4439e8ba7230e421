import type { Appended } from '../../lab/appended.ts';

/** Records of one gateway in one piece of memory outside of the heap, so that the truth weighs nothing where heap is measured. */
class FlatRecords {
  #bytes = new Uint8Array(1 << 20);
  #ends = new Float64Array(1 << 12);
  count = 0;

  append(record: Uint8Array): void {
    const from = this.#endOf(this.count);
    const end = from + record.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    if (this.count === this.#ends.length) {
      const grown = new Float64Array(this.#ends.length * 2);
      grown.set(this.#ends);
      this.#ends = grown;
    }
    this.#bytes.set(record, from);
    this.#ends[this.count++] = end;
  }

  *from(first: number, until: number): Iterable<Uint8Array> {
    for (let index = first; index < Math.min(until, this.count); index++) {
      yield this.#bytes.subarray(this.#endOf(index), this.#endOf(index + 1));
    }
  }

  #endOf(count: number): number {
    return count === 0 ? 0 : (this.#ends[count - 1] as number);
  }
}

/** What gateways appended to their journals, and which of it is gone for good and need not be stored. */
export class TrueRecords implements Appended {
  readonly #gateways = new Map<string, FlatRecords>();
  readonly #dropped = new Map<string, readonly (readonly [first: number, until: number])[]>();
  #settled: ReadonlyMap<string, number> | undefined;

  append(gateway: string, record: Uint8Array): void {
    const known = this.#gateways.get(gateway) ?? new FlatRecords();
    this.#gateways.set(gateway, known);
    known.append(record);
  }

  count(gateway: string): number {
    return this.#gateways.get(gateway)?.count ?? 0;
  }

  get size(): number {
    let sum = 0;
    for (const { count } of this.#gateways.values()) sum += count;
    return sum;
  }

  /** From `first` to below `until`, by their places from 0 on: the journal had to drop them. */
  dropped(gateway: string, first: number, until: number): void {
    this.#dropped.set(gateway, [...(this.#dropped.get(gateway) ?? []), [first, until]]);
  }

  /** All there is now is acknowledged; what is appended from now on may be stored or not. Where nothing was dropped. */
  settle(): void {
    this.#settled = new Map([...this.#gateways].map(([gateway, { count }]) => [gateway, count]));
  }

  acknowledged(gateway: string): number {
    if (this.#settled === undefined) return Number.POSITIVE_INFINITY;
    return this.#settled.get(gateway) ?? 0;
  }

  gateways(): Iterable<string> {
    return this.#gateways.keys();
  }

  *records(gateway: string): Iterable<Uint8Array> {
    const records = this.#gateways.get(gateway);
    if (records === undefined) return;
    let next = 0;
    for (const [first, until] of this.#dropped.get(gateway) ?? []) {
      yield* records.from(next, first);
      next = until;
    }
    yield* records.from(next, records.count);
  }
}
