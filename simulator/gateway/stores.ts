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
    remove: key => void values.delete(key),
    erase: () => values.clear(),
    save: () =>
      Object.fromEntries(
        [...values].map(([key, value]) => [key, Buffer.from(value).toString('base64')] as const),
      ),
  };
}
