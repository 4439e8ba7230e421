import KeyValue from 'embedded:storage/key-value';
import { crc32 } from '../core/crc.ts';
import { encodeUtf8 } from '../core/utf8.ts';
import { bufferOf } from '../moddable/buffers.ts';
import type { StorePort } from '../ports.ts';

/** NVS takes no longer key; a longer one is cut and told apart by its CRC. */
const longestKey = 15;

/**
 * Small values in the flash's NVS partition, whose writes are atomic and spread over its pages. `erase` empties the whole
 * partition, that of the WiFi driver with it: a value that was only deleted still lies in its page.
 */
export function flashStore(erase: () => void): StorePort {
  const storage = KeyValue.open({ path: 'joulegate', format: 'buffer' });
  return {
    read: key => {
      const value = storage.read(shortened(key));
      return value === undefined ? undefined : new Uint8Array(value);
    },
    write: (key, value) => storage.write(shortened(key), bufferOf(value)),
    remove: key => storage.delete(shortened(key)),
    erase,
  };
}

function shortened(key: string): string {
  if (key.length <= longestKey) return key;
  const mark = crc32(encodeUtf8(key)).toString(16).padStart(8, '0');
  return key.slice(0, longestKey - mark.length) + mark;
}
