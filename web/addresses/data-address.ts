import { momentOf } from './moment.ts';

/** What is stored: corrected, brought in, taken out, kept. */
export interface DataAddress {
  readonly view: 'data';
  readonly part: DataPart;
  /** Of corrections and exports: what they are about. gateway.meter; null: everything. */
  readonly meter: string | null;
  /** Of corrections and exports: the range that a new one begins with. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

export const dataParts = Object.freeze(['corrections', 'import', 'export', 'storage', 'backups'] as const);

export type DataPart = (typeof dataParts)[number];

const isDataPart = (text: string): text is DataPart => (dataParts as readonly string[]).includes(text);

/** What a new correction or an export is to begin with. */
export type DataSubject = Partial<Pick<DataAddress, 'meter' | 'fromMs' | 'toMs'>>;

export function parseData([part = '']: readonly string[], query = new URLSearchParams()): DataAddress {
  const fromMs = momentOf(query.get('from'));
  const toMs = momentOf(query.get('to'));
  return {
    view: 'data',
    part: isDataPart(part) ? part : 'corrections',
    meter: query.get('meter'),
    fromMs,
    toMs: fromMs !== null && toMs !== null && toMs <= fromMs ? null : toMs,
  };
}

export function formatData({ part, meter, fromMs, toMs }: DataAddress): string {
  const query = new URLSearchParams();
  if (meter !== null) query.set('meter', meter);
  if (fromMs !== null) query.set('from', String(fromMs));
  if (toMs !== null) query.set('to', String(toMs));
  return `/data/${part}${query.size > 0 ? `?${query}` : ''}`;
}

/** A part of the data view; corrections and exports of a meter and a range where these are given. */
export const dataAddress = (
  part: DataPart,
  { meter = null, fromMs = null, toMs = null }: DataSubject = {},
): DataAddress => ({ view: 'data', part, meter, fromMs, toMs });
