import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { StorePort } from '#ports';

/** Values that live as long as the process. */
export function memoryStore(): StorePort {
  const values = new Map<string, Uint8Array>();
  return {
    read: key => values.get(key)?.slice(),
    write: (key, value) => {
      values.set(key, value.slice());
    },
  };
}

/** One file per key in a folder, made where it is missing. A value is whole or the one before, also after a power cut. */
export function fileStore(folder: string): StorePort {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = (key: string) => join(folder, `${encodeURIComponent(key)}.bin`);
  return {
    read: key => {
      try {
        return new Uint8Array(readFileSync(pathOf(key)));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: (key, value) => {
      const path = pathOf(key);
      const file = openSync(`${path}.new`, 'w', 0o600);
      try {
        writeSync(file, value);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(`${path}.new`, path);
    },
  };
}
