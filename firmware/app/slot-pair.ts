import { ByteReader, ByteWriter } from '../core/bytes.ts';
import { crc32 } from '../core/crc.ts';
import type { StorePort } from '../ports.ts';

const crcBytes = 4;

/**
 * A small value in two slots of the store, written in turn, each with its sequence number and CRC-32: a power cut in the
 * middle of a write damages the older one alone. What cannot be read is as if it were not there; what cannot be written
 * throws the store's error.
 */
export class SlotPair {
  readonly #store: StorePort;
  readonly #key: string;
  readonly #mostBytes: number;
  #sequence = 0;

  constructor(store: StorePort, key: string, mostBytes: number) {
    this.#store = store;
    this.#key = key;
    this.#mostBytes = mostBytes;
  }

  /** The newest value that is whole. */
  read(): Uint8Array | undefined {
    let newest: Uint8Array | undefined;
    for (let slot = 0; slot < 2; slot++) {
      const kept = this.slot(slot);
      if (kept === undefined || kept.sequence < this.#sequence) continue;
      this.#sequence = kept.sequence;
      newest = kept.value;
    }
    return newest;
  }

  write(value: Uint8Array): void {
    const sequence = this.#sequence + 1;
    const writer = new ByteWriter(this.#mostBytes + 8 + crcBytes);
    writer.varint(sequence);
    writer.bytes(value);
    const crc = crc32(writer.take());
    for (let shift = 24; shift >= 0; shift -= 8) writer.u8((crc >>> shift) & 0xff);
    this.#store.write(`${this.#key}.${sequence % 2}`, writer.take());
    this.#sequence = sequence;
  }

  private slot(slot: number): { sequence: number; value: Uint8Array } | undefined {
    let bytes: Uint8Array | undefined;
    try {
      bytes = this.#store.read(`${this.#key}.${slot}`);
    } catch {
      return undefined;
    }
    if (bytes === undefined || bytes.length <= crcBytes) return undefined;
    const end = bytes.length - crcBytes;
    let crc = 0;
    for (let index = end; index < bytes.length; index++) crc = (crc << 8) | (bytes[index] as number);
    if (crc >>> 0 !== crc32(bytes, 0, end)) return undefined;
    const reader = new ByteReader(bytes, 0, end);
    const sequence = reader.varint();
    return reader.isBroken ? undefined : { sequence, value: bytes.slice(reader.offset, end) };
  }
}
