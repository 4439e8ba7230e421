import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The first `bytes` of a file, to another that is made or written over. */
export interface FilePart {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
}

/**
 * Copies parts of files, on disk when this resolves, in a process of its own: were this one to open the file of its
 * database and close it again, it would release all its POSIX locks on it, DuckDB's among them, and a second host could
 * open the database.
 * @throws Error with what the file system said
 */
export async function copyElsewhere(parts: readonly FilePart[]): Promise<void> {
  const script = `(${copyParts.toString()})(${JSON.stringify(parts)})`;
  try {
    await promisify(execFile)(process.execPath, ['-e', script], { env: {} });
  } catch (error) {
    const told = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    const [why = 'the process that copies ended'] = told.match(/^\w*Error: .*$/m) ?? [];
    throw new Error(`Copying ${parts.map(({ from }) => from).join(', ')} failed: ${why}`, { cause: error });
  }
}

/** Runs as text in the other process: it may use nothing from outside. */
function copyParts(parts: readonly FilePart[]): void {
  const fs = process.getBuiltinModule('node:fs');
  process.getBuiltinModule('node:os').setPriority(10);
  const buffer = Buffer.alloc(4 * 1024 * 1024);
  for (const { from, to, bytes } of parts) {
    const source = fs.openSync(from, 'r');
    const target = fs.openSync(to, 'w');
    for (let offset = 0; offset < bytes; ) {
      const count = fs.readSync(source, buffer, 0, Math.min(buffer.length, bytes - offset), offset);
      if (count === 0) throw new Error(`${from} became shorter while it was copied`);
      for (let done = 0; done < count; )
        done += fs.writeSync(target, buffer, done, count - done, offset + done);
      // Bit by bit: one large sync at the end would hold up the commits of the host.
      fs.fdatasyncSync(target);
      offset += count;
    }
    fs.fsyncSync(target);
    fs.closeSync(target);
    fs.closeSync(source);
  }
}
