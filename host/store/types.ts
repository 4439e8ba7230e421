import type { QuantityId } from '#core/quantities.ts';
import type { WindowRecord } from '#core/wire/records.ts';
import type { Readings } from '../api/contract.ts';

/** What a bound parameter or a cell of a small table can be. 64-bit integers come back as numbers. */
export type SqlValue = string | number | boolean | null;
export type SqlRow = Record<string, SqlValue>;

/** What one transaction writes: rows, and in the same breath up to where each journal is now stored. */
export interface Batch {
  readonly windows: readonly StoredWindow[];
  /** The new watermark of each journal that moved. */
  readonly watermarks: readonly Watermark[];
  /** Sequences that a gateway's journal had to drop before the host had them; both ends included. */
  readonly losses: readonly Loss[];
}

/** A decoded record of a gateway; its values are plausible and its start is a multiple of its length. */
export interface StoredWindow {
  readonly gateway: string;
  readonly record: WindowRecord;
}

/** All records of `(gateway, epoch)` up to and including `sequence` are stored or counted lost. */
export interface Watermark {
  readonly gateway: string;
  readonly epoch: string;
  readonly sequence: number;
}

export interface Loss {
  readonly gateway: string;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
}

export interface SeriesInfo {
  /** `gateway.meter.quantity` */
  readonly key: string;
  readonly gateway: string;
  /** The meter's id within its gateway. */
  readonly meter: string;
  /** `gateway.meter` */
  readonly meterKey: string;
  readonly quantity: QuantityId;
  /** Start of the oldest stored window. */
  readonly firstMs: number;
  /** End of the newest stored window. */
  readonly lastMs: number;
}

/** The newest stored values of a meter by quantity id; `atMs` is the end of the newest window. */
export interface NewestValues {
  readonly atMs: number;
  readonly values: Readonly<Record<string, number>>;
}

export interface ReadingsRange {
  /** `gateway.meter.quantity` */
  readonly series: string;
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** At most this many buckets. */
  readonly points: number;
}

/** Columns of one series; the API adds unit and kind from the vocabulary. */
export type ReadingColumns = Omit<Readings, 'unit' | 'kind'>;

export type Period = 'hour' | 'day' | 'month' | 'all';

export interface TotalsRange {
  /** `gateway.meter` */
  readonly meter: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly period: Period;
}

export interface MissingRange {
  /** `gateway.meter` */
  readonly meter: string;
  readonly fromMs: number;
  readonly toMs: number;
}
