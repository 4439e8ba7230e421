import { closeSync, openSync, readSync } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { sync } from './recovery-files.ts';
import type { DatabaseHeader } from './recovery-header.ts';
import { scanWal, type WalScan, walHeader } from './wal-scan.ts';

/** The format from which on logs name their file. */
const namedFormat = 67;
const mostWrongBytes = 2;

/**
 * The header of a log has no checksum, but all of it is known from its database. Where no more than two bytes of it
 * are wrong they are set right in a copy; more is rather the log of another file.
 * @returns the scan of the log, or of the mended copy at `mendedPath`
 */
export async function scanMended(
  path: string,
  database: DatabaseHeader,
  mendedPath: string,
): Promise<WalScan> {
  const scan = scanWal(path);
  if (scan.bytes === 0 || belongs(scan, database)) return scan;
  const isNamed = database.format >= namedFormat;
  const iteration = database.iteration - (scan.checkpointRoot === database.root ? 1 : 0);
  const expected = walHeader(isNamed ? database.databaseId : undefined, iteration);
  const wrong = firstBytes(path, expected.length).filter((byte, index) => byte !== expected[index]);
  if (scan.bytes < expected.length || wrong.length > mostWrongBytes) return scan;
  await copyFile(path, mendedPath);
  const file = await open(mendedPath, 'r+');
  await file.write(expected, 0, expected.length, 0);
  await file.close();
  await sync(mendedPath);
  return scanWal(mendedPath);
}

function belongs(scan: WalScan, { format, databaseId, iteration, root }: DatabaseHeader): boolean {
  const { header, state, checkpointRoot } = scan;
  if (header === undefined) return false;
  if (header.iteration === undefined) return format < namedFormat;
  if (header.databaseId !== databaseId) return false;
  // One behind is the log of a checkpoint that is in the file; then it ends with a marker that says so.
  const isBehind = header.iteration + 1 === iteration && (checkpointRoot === root || state === 'damaged');
  return header.iteration === iteration || isBehind;
}

function firstBytes(path: string, count: number): number[] {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(count);
    return [...bytes.subarray(0, readSync(fd, bytes, 0, count, 0))];
  } finally {
    closeSync(fd);
  }
}
