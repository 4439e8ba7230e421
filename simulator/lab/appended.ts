/** What gateways have appended to their journals: the truth that a host's store is compared with. */
export interface Appended {
  gateways(): Iterable<string>;
  /** A gateway's records as bytes (`#core/wire/records.ts`), in the order they were appended. Asked for as often as need be. */
  records(gateway: string): Iterable<Uint8Array>;
  /**
   * How many of them, from the first on, are acknowledged and so have to be stored; those behind may be stored or not.
   * Absent: all have to be.
   */
  acknowledged?(gateway: string): number;
}

/** Records as they are told, kept in memory: about 100 bytes each for a meter of twelve values. */
export class AppendedRecords implements Appended {
  readonly #gateways = new Map<string, Uint8Array[]>();
  readonly #acknowledged = new Map<string, number>();

  /** The bytes are kept, not copied. */
  append(gateway: string, ...records: readonly Uint8Array[]): void {
    const kept = this.#gateways.get(gateway);
    if (kept === undefined) this.#gateways.set(gateway, [...records]);
    else for (const record of records) kept.push(record);
  }

  /** So many of the gateway's records, from the first on, are acknowledged. Once told of any gateway, 0 is taken for the others. */
  acknowledge(gateway: string, records: number): void {
    this.#acknowledged.set(gateway, Math.max(records, this.#acknowledged.get(gateway) ?? 0));
  }

  /** How many there are of all gateways. */
  get size(): number {
    let sum = 0;
    for (const records of this.#gateways.values()) sum += records.length;
    return sum;
  }

  gateways(): Iterable<string> {
    return this.#gateways.keys();
  }

  records(gateway: string): readonly Uint8Array[] {
    return this.#gateways.get(gateway) ?? [];
  }

  acknowledged(gateway: string): number {
    if (this.#acknowledged.size === 0) return this.records(gateway).length;
    return this.#acknowledged.get(gateway) ?? 0;
  }
}
