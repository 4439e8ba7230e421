import { deepFreeze } from '#core/freeze.ts';
import { isPlausible, isQuantityId } from '#core/quantities.ts';
import { fail, ok, type Result } from '#core/result.ts';
import type { Message } from '#core/wire/messages.ts';
import { decodeRecord, type WindowRecord, type WindowValue, type WireError } from '#core/wire/records.ts';
import { isId } from '#core/wire/topics.ts';
import type { LiveValues } from '../events.ts';

/** Bounds of what is taken from a gateway beyond those of the wire. */
export const ingestLimits = deepFreeze({
  /** No meter measured before this was built, and none is asked in a century's time. */
  earliestMs: Date.UTC(2000, 0),
  latestMs: Date.UTC(2100, 0),
  /** More failed samples than one window can hold are a defect, and more than the store's column. */
  samples: 4_294_967_295,
});

export type RecordError = WireError | 'ingest.time';

export interface Checked {
  readonly record: WindowRecord;
  /** Values that could not be true and were left out. */
  readonly implausible: number;
}

/**
 * The record of its bytes without the values that cannot be true; those count as failed samples of that reason, so
 * a window left empty says why.
 */
export function checkRecord(bytes: Uint8Array): Result<Checked, RecordError> {
  const decoded = decodeRecord(bytes);
  if (!decoded.ok) return decoded;
  const record = decoded.value;
  const { startMs, values, failures } = record;
  if (startMs < ingestLimits.earliestMs || startMs >= ingestLimits.latestMs) {
    return fail(
      'ingest.time',
      `window of ${record.meter} at ${startMs} ms; the years 2000 to 2099 are allowed`,
    );
  }
  const isCountable = failures.every(({ count }) => count <= ingestLimits.samples);
  if (!isCountable)
    return fail('wire.value', `failures of ${record.meter}: more than ${ingestLimits.samples}`);
  if (values.every(isTrue)) return ok({ record, implausible: 0 });
  const kept = values.filter(isTrue);
  const implausible = values.length - kept.length;
  const before = failures.find(({ reason }) => reason === 'implausible')?.count ?? 0;
  const others = failures.filter(({ reason }) => reason !== 'implausible');
  const counted = { reason: 'implausible', count: before + implausible } as const;
  return ok({ record: { ...record, values: kept, failures: [...others, counted] }, implausible });
}

function isTrue(value: WindowValue): boolean {
  const { quantity, samples, last } = value;
  if (samples > ingestLimits.samples || !isPlausible(quantity, last)) return false;
  if (!('mean' in value)) return true;
  const { mean, min, max } = value;
  return isPlausible(quantity, min) && isPlausible(quantity, max) && mean <= max && last <= max;
}

/** The live values that can be true, by meter; others are left out and counted. */
export function checkLive({ meters }: Message<'live'>): {
  readonly meters: Readonly<Record<string, LiveValues>>;
  readonly implausible: number;
} {
  let implausible = 0;
  const checked: Record<string, LiveValues> = {};
  for (const [meter, { atMs, values }] of Object.entries(meters)) {
    const kept = Object.entries(values).filter(([id, value]) => isQuantityId(id) && isPlausible(id, value));
    implausible += Object.keys(values).length - kept.length;
    if (isId(meter)) checked[meter] = { atMs, values: Object.fromEntries(kept) };
    else implausible += kept.length;
  }
  return { meters: checked, implausible };
}
