import type { Buffer } from 'node:buffer';

/** What lies in a heap, as an ESP32 counts it: a slot has 16 bytes there, a chunk 8 bytes before its content. */
export interface HeapSize {
  readonly slots: number;
  readonly chunkBytes: number;
}

export const espSlotBytes = 16;
const espChunkHeadBytes = 8;

export const espBytes = ({ slots, chunkBytes }: HeapSize): number => slots * espSlotBytes + chunkBytes;

// Of a snapshot (xsSnapshot.c of @agoric/xsnap 0.15.0): slots are numbered from 1, a chunk's address is where its
// content begins, 16 bytes behind its size.
const slotBytes = 32;
const chunkHeadBytes = 16;
const pointerBytes = 8;

/** Kinds of slots that have a chunk (xsAll.h), and of those that tell something of others. */
const kind = Object.freeze({
  string: 5,
  bigint: 8,
  instance: 13,
  argumentsSloppy: 14,
  argumentsStrict: 15,
  array: 16,
  arrayBuffer: 17,
  callback: 18,
  code: 19,
  global: 25,
  map: 27,
  regexp: 32,
  set: 33,
  key: 43,
});

/**
 * Reads an XS snapshot, which holds what is left after a full collection, and counts it as a device with flash does:
 * byte code is in flash there, and functions have no `name` and `length`, which `strip` takes away (xslStrip.c).
 */
export function heapSizeOf(snapshot: Buffer): HeapSize {
  const atoms = atomsOf(snapshot);
  const image = new HeapImage(atoms.get('HEAP') as Buffer, atoms.get('BLOC') as Buffer);
  return image.size(image.idsOf(atoms.get('KEYS') as Buffer, ['name', 'length']));
}

function atomsOf(snapshot: Buffer): Map<string, Buffer> {
  const atoms = new Map<string, Buffer>();
  for (let at = 8; at < snapshot.length; ) {
    const bytes = snapshot.readUInt32BE(at);
    atoms.set(snapshot.toString('latin1', at + 4, at + 8), snapshot.subarray(at + 8, at + bytes));
    at += bytes;
  }
  return atoms;
}

const rounded = (bytes: number): number => (bytes + 3) & ~3;

class HeapImage {
  readonly #slots: Buffer;
  readonly #chunks: Buffer;
  /** Chunks that were counted: a string may be in several slots. */
  readonly #counted = new Set<number>();

  constructor(slots: Buffer, chunks: Buffer) {
    this.#slots = slots;
    this.#chunks = chunks;
  }

  /** The ids of properties of these names. */
  idsOf(keys: Buffer, names: readonly string[]): Set<number> {
    const ids = new Set<number>();
    for (let id = 0; id * pointerBytes < keys.length; id++) {
      const slot = Number(keys.readBigUInt64LE(id * pointerBytes));
      if (slot === 0) continue;
      const at = (slot - 1) * slotBytes;
      if (this.#kindAt(this.#slots, at) !== kind.key) continue;
      const text = this.#address(this.#slots, at);
      if (text > 0 && names.includes(this.#chunks.toString('utf8', text, this.#textEnd(text)))) ids.add(id);
    }
    return ids;
  }

  size(stripped: ReadonlySet<number>): HeapSize {
    let slots = this.#slots.length / slotBytes;
    let chunkBytes = 0;
    for (let at = 0; at < this.#slots.length; at += slotBytes) {
      chunkBytes += this.#chunkBytesOf(this.#slots, at);
      if (this.#kindAt(this.#slots, at) === kind.instance) slots -= this.#strippedOf(at, stripped);
    }
    return { slots, chunkBytes };
  }

  /** How many properties a function has that a device has not. */
  #strippedOf(instance: number, stripped: ReadonlySet<number>): number {
    let isFunction = false;
    let count = 0;
    for (let slot = this.#next(instance); slot > 0; slot = this.#next((slot - 1) * slotBytes)) {
      const at = (slot - 1) * slotBytes;
      const is = this.#kindAt(this.#slots, at);
      if (is === kind.code || is === kind.callback) isFunction = true;
      if (stripped.has(this.#slots.readUInt32LE(at + 12))) count++;
    }
    return isFunction ? count : 0;
  }

  /** The chunk that a slot has, with what its own slots have, where it was not counted yet. */
  #chunkBytesOf(slots: Buffer, at: number): number {
    const address = this.#address(slots, at);
    const is = this.#kindAt(slots, at);
    if (!(is in content)) return 0;
    if (address === 0 || this.#counted.has(address)) return 0;
    this.#counted.add(address);
    return espChunkHeadBytes + rounded(content[is]?.(this, slots, at, address) ?? 0);
  }

  textBytes(address: number): number {
    return this.#textEnd(address) + 1 - address;
  }

  /** Slots that lie in a chunk, and what they have. */
  itemBytes(address: number): number {
    let bytes = 0;
    const end = address + this.plainBytes(address);
    for (let at = address; at < end; at += slotBytes) {
      bytes += espSlotBytes + this.#chunkBytesOf(this.#chunks, at);
    }
    return bytes;
  }

  plainBytes(address: number): number {
    return this.#chunks.readInt32LE(address - chunkHeadBytes) - chunkHeadBytes;
  }

  /** An array buffer's length is in the slot behind it. */
  bufferBytes(slots: Buffer, at: number): number {
    const info = Number(slots.readBigUInt64LE(at));
    return this.#slots.readInt32LE((info - 1) * slotBytes + 16);
  }

  #textEnd(address: number): number {
    return this.#chunks.indexOf(0, address);
  }

  #kindAt(slots: Buffer, at: number): number {
    return slots.readInt8(at + 8);
  }

  #next(at: number): number {
    return Number(this.#slots.readBigUInt64LE(at));
  }

  #address(slots: Buffer, at: number): number {
    return Number(slots.readBigUInt64LE(at + 16));
  }
}

type Content = (image: HeapImage, slots: Buffer, at: number, address: number) => number;

const text: Content = (image, _slots, _at, address) => image.textBytes(address);
const items: Content = (image, _slots, _at, address) => image.itemBytes(address);
/** Tables of pointers, which have half of the size there. */
const table: Content = (_image, slots, at) => slots.readInt32LE(at + 24) * (pointerBytes / 2);

/** The bytes that the chunk of a slot of a kind has on an ESP32. */
const content: Readonly<Record<number, Content>> = {
  [kind.string]: text,
  [kind.key]: text,
  [kind.bigint]: (image, _slots, _at, address) => image.plainBytes(address),
  [kind.regexp]: (image, _slots, _at, address) => image.plainBytes(address),
  [kind.argumentsSloppy]: items,
  [kind.argumentsStrict]: items,
  [kind.array]: items,
  [kind.arrayBuffer]: (image, slots, at) => image.bufferBytes(slots, at),
  [kind.global]: table,
  [kind.map]: table,
  [kind.set]: table,
};
