import { deepFreeze } from '../core/freeze.ts';
import { jsonText } from '../core/json.ts';
import { conforms, type Rule, type Ruled } from '../core/rules.ts';
import { decodeUtf8, encodeUtf8 } from '../core/utf8.ts';
import { updateStates } from '../core/wire/life.ts';
import type { StorePort } from '../ports.ts';

const storeKey = 'update';

const text = { is: 'text', max: 256 } as const satisfies Rule;
const bytes = { is: 'integer', min: 0, max: 16 * 1024 * 1024 } as const satisfies Rule;

/** The newest update, as it outlives a restart. `fromImage` is what ran when it was ordered. */
const updateRecord = deepFreeze({
  is: 'object',
  fields: {
    id: text,
    version: text,
    imageBytes: bytes,
    state: { is: 'choice', of: updateStates },
    fromImage: text,
  },
  optional: { message: text },
} as const satisfies Rule);

export type UpdateRecord = Ruled<typeof updateRecord>;

/** What is kept, or undefined where there is none or it cannot be read: an update is never resumed on a guess. */
export function readUpdateRecord(store: StorePort): UpdateRecord | undefined {
  try {
    const kept = store.read(storeKey);
    const record: unknown = kept === undefined ? undefined : JSON.parse(decodeUtf8(kept) ?? '');
    return conforms(updateRecord, record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Throws where the store does. */
export function writeUpdateRecord(store: StorePort, record: UpdateRecord): void {
  store.write(storeKey, encodeUtf8(jsonText(record)));
}
