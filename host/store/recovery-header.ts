import { open } from 'node:fs/promises';
import { checksumOf } from './wal-checksum.ts';

/** What the three header blocks of a database file say. */
export interface DatabaseHeader {
  /** Of the format. From 67 on (DuckDB 1.4) a log names the file and the checkpoint it belongs to. */
  readonly format: number;
  /** As hex. */
  readonly databaseId: string;
  /** How many checkpoints the file has had. */
  readonly iteration: number;
  /** Root block of the state that counts. */
  readonly root: bigint;
}

const blockBytes = 4096;

/**
 * Reads the headers of a database file (`single_file_block_manager.cpp`): checksum, then magic, format and id; then
 * two alternating blocks of which the one with the higher iteration counts.
 *
 * Not while this process has the database open: closing the file again would release DuckDB's lock on it (POSIX).
 * @returns undefined where any of them is damaged; DuckDB then refuses the file too
 */
export async function readDatabaseHeader(path: string): Promise<DatabaseHeader | undefined> {
  const bytes = Buffer.alloc(3 * blockBytes);
  const file = await open(path, 'r');
  try {
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    if (bytesRead < bytes.length) return undefined;
  } finally {
    await file.close();
  }
  const blocks = [0, 1, 2].map(index => bytes.subarray(index * blockBytes, (index + 1) * blockBytes));
  const [main, ...states] = blocks;
  if (main === undefined || !blocks.every(isIntact) || main.toString('latin1', 8, 12) !== 'DUCK') {
    return undefined;
  }
  const [newest] = states
    .map(block => ({ iteration: Number(block.readBigUInt64LE(8)), root: block.readBigUInt64LE(16) }))
    .sort((a, b) => b.iteration - a.iteration);
  if (newest === undefined) return undefined;
  return {
    format: Number(main.readBigUInt64LE(12)),
    databaseId: main.toString('hex', 124, 140),
    ...newest,
  };
}

const isIntact = (block: Buffer): boolean => block.readBigUInt64LE(0) === checksumOf(block.subarray(8));
