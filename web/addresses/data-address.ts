import { momentOf } from './moment.ts';

/** What is stored: corrected, brought in, taken out, given to other systems, kept. */
export interface DataAddress {
  readonly view: 'data';
  readonly part: DataPart;
  /** Of corrections and exports: what they are about. gateway.meter; null: everything. */
  readonly meter: string | null;
  /** Of corrections and exports: the range that a new one begins with. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Of other systems: the one that is changed; empty: one that is to be added; null: all of them. */
  readonly outlet: string | null;
}

export const dataParts = Object.freeze([
  'corrections',
  'import',
  'export',
  'outlets',
  'storage',
  'backups',
] as const);

export type DataPart = (typeof dataParts)[number];

const isDataPart = (text: string): text is DataPart => (dataParts as readonly string[]).includes(text);

/** What a new correction or an export is to begin with, or which system is meant. */
export type DataSubject = Partial<Omit<DataAddress, 'view' | 'part'>>;

export function parseData([part = '']: readonly string[], query = new URLSearchParams()): DataAddress {
  const fromMs = momentOf(query.get('from'));
  const toMs = momentOf(query.get('to'));
  return {
    view: 'data',
    part: isDataPart(part) ? part : 'corrections',
    meter: query.get('meter'),
    fromMs,
    toMs: fromMs !== null && toMs !== null && toMs <= fromMs ? null : toMs,
    outlet: part === 'outlets' ? query.get('outlet') : null,
  };
}

export function formatData({ part, meter, fromMs, toMs, outlet }: DataAddress): string {
  const query = new URLSearchParams();
  if (meter !== null) query.set('meter', meter);
  if (fromMs !== null) query.set('from', String(fromMs));
  if (toMs !== null) query.set('to', String(toMs));
  if (outlet !== null) query.set('outlet', outlet);
  return `/data/${part}${query.size > 0 ? `?${query}` : ''}`;
}

/** A part of the data view; corrections and exports of a meter and a range where these are given. */
export const dataAddress = (
  part: DataPart,
  { meter = null, fromMs = null, toMs = null, outlet = null }: DataSubject = {},
): DataAddress => ({ view: 'data', part, meter, fromMs, toMs, outlet });
