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

const mostBytes = 103;

/** Longer ones are cut by some systems without a word (`sun_path` has 104 bytes on macOS, 108 on Linux). */
export const isPathTooLong = (path: string, platform: NodeJS.Platform = process.platform): boolean =>
  platform !== 'win32' && Buffer.byteLength(path) > mostBytes;

/** A link serves since its path is not resolved. */
export const tooLong = (path: string): string =>
  `${path} is too long for a socket (${mostBytes} bytes at most), so no command reaches a host on this folder: name it by a shorter path, such as a link to it, to host and commands alike (--data-dir)`;
