import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { checksumOf } from './wal-checksum.ts';

/** What a write-ahead log of DuckDB holds, found without opening the database. */
export interface WalScan {
  readonly path: string;
  readonly bytes: number;
  /**
   * `whole`: ends with a commit. `torn`: ends within a transaction that was never acknowledged, as after any kill.
   * `damaged`: bytes are not what was written.
   */
  readonly state: 'whole' | 'torn' | 'damaged';
  /** End of the last commit before anything wrong; of the header where there is none, 0 where that is wrong too. */
  readonly cleanBytes: number;
  /** Commits up to there. */
  readonly commits: number;
  /** End of every commit, ascending. */
  readonly commitEnds: readonly number[];
  readonly header: WalHeader | undefined;
  /** A checkpoint was begun: the block that would be the new root. The log ends with it. */
  readonly checkpointRoot: bigint | undefined;
}

export interface WalHeader {
  readonly bytes: number;
  /** Of the database file it belongs to, as hex; undefined in files of the format before DuckDB 1.4. */
  readonly databaseId: string | undefined;
  /** How many checkpoints that file had had. */
  readonly iteration: number | undefined;
}

/** `[size: u64][checksum: u64][entry]`; an entry is fields of `[number: u16][value]` and ends with 0xffff. */
const entryHeadBytes = 16;
const type = { version: 98, checkpoint: 99, flush: 100 } as const;
/** With checksums; 3 is encrypted, which Joulegate does not use. */
const knownVersion = 2;
const flushEntry = Uint8Array.of(0x64, 0x00, type.flush, 0xff, 0xff);
const flushMark = framed(flushEntry);

/**
 * Reads the log from its begin to the first thing that is wrong, checking every checksum, without changing it.
 * The format is that of DuckDB 1.2 and later (`write_ahead_log.cpp`, `wal_replay.cpp`).
 * @throws Error of the file system.
 */
export function scanWal(path: string): WalScan {
  const fd = openSync(path, 'r');
  try {
    return scan(path, new Window(fd));
  } finally {
    closeSync(fd);
  }
}

function scan(path: string, window: Window): WalScan {
  const { bytes } = window;
  const commitEnds: number[] = [];
  const result = (state: WalScan['state'], header?: WalHeader): WalScan => ({
    path,
    bytes,
    state,
    cleanBytes: commitEnds.at(-1) ?? header?.bytes ?? 0,
    commits: commitEnds.length,
    commitEnds,
    header,
    checkpointRoot: rootAtEnd(window),
  });
  if (bytes === 0) return result('whole');
  const header = readHeader(window.read(0, Math.min(bytes, 256)));
  if (header === undefined) return result(hasCommitFrom(window, 0) ? 'damaged' : 'torn');
  let offset = header.bytes;
  let clean = offset;
  while (offset < bytes) {
    const left = bytes - offset;
    if (left < entryHeadBytes) break;
    const head = window.read(offset, entryHeadBytes);
    const size = head.readBigUInt64LE(0);
    if (size > BigInt(left - entryHeadBytes)) break;
    const entry = window.read(offset + entryHeadBytes, Number(size));
    if (checksumOf(entry) !== head.readBigUInt64LE(8)) return result('damaged', header);
    offset += entryHeadBytes + entry.length;
    if (entry[2] === type.flush) commitEnds.push(offset);
    // A checkpoint that was begun counts as whole: nothing after it is expected.
    if (entry[2] === type.flush || entry[2] === type.checkpoint) clean = offset;
  }
  if (clean === bytes) return result('whole', header);
  // DuckDB itself takes any impossible size for a torn end and would drop the commits behind it without a word.
  return result(hasCommitFrom(window, clean + 1) ? 'damaged' : 'torn', header);
}

/** The header that a log has which belongs to this file, at that checkpoint. */
export function walHeader(databaseId: string | undefined, iteration: number): Buffer {
  const fields = [100, 0, type.version, 101, 0, knownVersion];
  if (databaseId !== undefined) {
    const id = [...Buffer.from(databaseId, 'hex')];
    fields.push(102, 0, ...varint(id.length), ...id.flatMap(varint), 103, 0, ...varint(iteration));
  }
  return Buffer.from([...fields, 0xff, 0xff]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

function readHeader(bytes: Buffer): WalHeader | undefined {
  let offset = 0;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 42; factor *= 128) {
      const byte = bytes[offset++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  const field = (): number => {
    offset += 2;
    return offset <= bytes.length ? bytes.readUInt16LE(offset - 2) : Number.NaN;
  };
  if (field() !== 100 || number() !== type.version) return undefined;
  if (field() !== 101 || number() !== knownVersion) return undefined;
  let next = field();
  let databaseId: string | undefined;
  let iteration: number | undefined;
  if (next === 102) {
    const length = number();
    if (length !== 16) return undefined;
    databaseId = Buffer.from(Array.from({ length }, number)).toString('hex');
    next = field();
  }
  if (next === 103) {
    iteration = number();
    next = field();
  }
  return next === 0xffff ? { bytes: offset, databaseId, iteration } : undefined;
}

/** The root block that a checkpoint entry at the very end names. */
function rootAtEnd(window: Window): bigint | undefined {
  const tailBytes = Math.min(window.bytes, 64);
  const tail = window.read(window.bytes - tailBytes, tailBytes);
  // Field 101 holds the pointer, whose field 100 is the block as a varint.
  const begin = tail.lastIndexOf(Uint8Array.of(0x64, 0x00, type.checkpoint, 0x65, 0x00, 0x64, 0x00));
  if (begin < entryHeadBytes) return undefined;
  const entry = tail.subarray(begin);
  const isIntact =
    tail.readBigUInt64LE(begin - 16) === BigInt(entry.length) &&
    tail.readBigUInt64LE(begin - 8) === checksumOf(entry);
  if (!isIntact) return undefined;
  let root = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = BigInt(entry[7 + index] ?? 0);
    root |= (byte & 127n) << BigInt(index * 7);
    if (byte < 128n) return root;
  }
  return undefined;
}

/** Whether a commit's end stands anywhere from there on. */
function hasCommitFrom(window: Window, from: number): boolean {
  const overlap = flushMark.length - 1;
  for (let offset = from; offset < window.bytes; offset += windowBytes - overlap) {
    const part = window.read(offset, Math.min(windowBytes, window.bytes - offset));
    if (part.includes(flushMark)) return true;
  }
  return false;
}

/** An entry with its size and checksum before it. */
export function framed(entry: Uint8Array): Buffer {
  const head = Buffer.alloc(entryHeadBytes);
  head.writeBigUInt64LE(BigInt(entry.length), 0);
  head.writeBigUInt64LE(checksumOf(entry), 8);
  return Buffer.concat([head, entry]);
}

const windowBytes = 4 * 1024 * 1024;

/** A file read by position, some megabytes at a time: entries are small, logs may be large. */
class Window {
  readonly bytes: number;
  readonly #fd: number;
  #start = 0;
  #data = Buffer.alloc(0);

  constructor(fd: number) {
    this.#fd = fd;
    this.bytes = fstatSync(fd).size;
  }

  /** These bytes, valid until the next read. @throws Error where the file ends before */
  read(offset: number, length: number): Buffer {
    const from = offset - this.#start;
    if (from >= 0 && from + length <= this.#data.length) return this.#data.subarray(from, from + length);
    const size = Math.min(Math.max(length, windowBytes), this.bytes - offset);
    const data = Buffer.alloc(size);
    let filled = 0;
    while (filled < size) {
      const count = readSync(this.#fd, data, filled, size - filled, offset + filled);
      if (count === 0)
        throw new Error(`the log became shorter while it was read, at byte ${offset + filled}`);
      filled += count;
    }
    this.#start = offset;
    this.#data = data;
    return data.subarray(0, length);
  }
}
