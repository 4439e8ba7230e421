import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { StorePort } from '#ports';

export interface MemoryStore extends StorePort {
  /** All values in Base64 by key, for `memoryStore` of another day. */
  save(): Record<string, string>;
}

/** Values that live as long as the process, unless somebody keeps what `save` gives. */
export function memoryStore(saved: Readonly<Record<string, string>> = {}): MemoryStore {
  const values = new Map<string, Uint8Array>(
    Object.entries(saved).map(([key, text]) => [key, Buffer.from(text, 'base64')]),
  );
  return {
    read: key => {
      const value = values.get(key);
      return value === undefined ? undefined : new Uint8Array(value);
    },
    write: (key, value) => {
      values.set(key, value.slice());
    },
    save: () =>
      Object.fromEntries(
        [...values].map(([key, value]) => [key, Buffer.from(value).toString('base64')] as const),
      ),
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
