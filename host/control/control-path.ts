import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';

/**
 * Where commands of this machine reach the host that runs on a data folder: a socket in it, for the host's user alone;
 * on Windows a pipe named after it.
 */
export const controlPath = (dataDir: string, platform: NodeJS.Platform = process.platform): string =>
  platform === 'win32'
    ? `\\\\.\\pipe\\joulegate-${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16)}`
    : join(resolve(dataDir), 'control.sock');

/** Longer ones are cut by some systems without a word (`sun_path` has 104 bytes on macOS, 108 on Linux). */
export const isPathTooLong = (path: string, platform: NodeJS.Platform = process.platform): boolean =>
  platform !== 'win32' && Buffer.byteLength(path) > 103;
