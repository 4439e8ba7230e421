import { decodeRecord } from '#core/wire/records.ts';
import type { HostApi } from '../../lab/host-api.ts';
import type { TrueRecords } from './flat-records.ts';

interface Span {
  readonly startMs: number;
  readonly endMs: number;
  readonly reason: string;
}

/** What the host tells of windows in which nobody answered. */
export interface MissingCounts {
  /** Windows without a value, which gateways appended with their reason. */
  readonly windows: number;
  /** Of them those that the host tells nothing or another reason of, and those that it tells and no gateway did. */
  readonly wrong: number;
  readonly notes: readonly string[];
}

/**
 * Windows without a value against what the host says of them (`/api/v1/missing`): each has to be told, by a reason that its
 * gateway gave, and no other time. Of acknowledged records alone.
 */
export async function compareMissing(api: HostApi, truth: TrueRecords): Promise<MissingCounts> {
  const notes: string[] = [];
  let [windows, wrong] = [0, 0];
  for (const gateway of truth.gateways()) {
    for (const [meter, { all, fromMs, toMs }] of emptyOf(truth, gateway)) {
      const told = await api.get<readonly Span[]>('/api/v1/missing', { meter, from: fromMs, to: toMs });
      windows += all.size;
      const unlike = differencesOf(all, told);
      wrong += unlike.length;
      notes.push(...unlike.map(note => `${meter}: ${note}`));
    }
  }
  return { windows, wrong, notes };
}

interface Empty {
  /** The reasons of each window without a value, by its start; and how long it is, ms. */
  readonly all: Map<number, { readonly reasons: readonly string[]; readonly windowMs: number }>;
  fromMs: number;
  toMs: number;
}

function emptyOf(truth: TrueRecords, gateway: string): Map<string, Empty> {
  const meters = new Map<string, Empty>();
  let left = truth.acknowledged(gateway);
  for (const bytes of truth.records(gateway)) {
    if (left-- <= 0) break;
    const record = decodeRecord(bytes);
    if (!record.ok) throw new Error(record.detail);
    const { meter, startMs, windowS, values, failures } = record.value;
    const key = `${gateway}.${meter}`;
    const own = meters.get(key) ?? { all: new Map(), fromMs: startMs, toMs: 0 };
    meters.set(key, own);
    own.toMs = Math.max(own.toMs, startMs + windowS * 1000);
    if (values.length === 0) {
      const reasons = failures.map(({ reason }) => reason);
      own.all.set(startMs, { reasons, windowMs: windowS * 1000 });
    }
  }
  return meters;
}

/** Each in words. */
export function differencesOf(all: Empty['all'], told: readonly Span[]): string[] {
  const left = new Map(all);
  const notes: string[] = [];
  for (const { startMs, endMs, reason } of told) {
    for (let atMs = startMs; atMs < endMs; ) {
      const window = left.get(atMs);
      left.delete(atMs);
      if (window === undefined) {
        notes.push(`${instant(atMs)} is told as missing (${reason}), and was not`);
        break;
      }
      if (!window.reasons.includes(reason))
        notes.push(`${instant(atMs)} is missing by ${reason} instead of ${window.reasons.join(', ')}`);
      atMs += window.windowMs;
    }
  }
  for (const [startMs, { reasons }] of left)
    notes.push(`${instant(startMs)} is not told as missing (${reasons.join(', ')})`);
  return notes;
}

const instant = (ms: number): string => new Date(ms).toISOString();
