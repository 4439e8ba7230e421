import type { QuantityId } from '#core/quantities.ts';
import type { ImportOrder, Mistakes } from '../import/order.ts';
import type { NewNames } from './types.ts';

/** A series that an import writes to. Several columns may be of one series. */
export interface ImportSeries {
  /** 0 where it is only looked at and not there yet. */
  readonly number: number;
  readonly meter: number;
  readonly key: string;
  readonly quantity: QuantityId;
  readonly isNew: boolean;
}

/** An import as the store's thread takes it. */
export interface ImportTask {
  readonly path: string;
  readonly order: ImportOrder;
  readonly series: readonly ImportSeries[];
  /** Of each column of the order, which of `series` it is. */
  readonly seriesOfColumn: readonly number[];
}

/** Who did it, when, and why. */
export interface ImportDeed {
  readonly who: string;
  readonly why: string;
  readonly fileName: string;
  readonly names: NewNames;
}

export interface ImportedSeries {
  readonly key: string;
  readonly isNew: boolean;
  /** Windows that would be written. */
  readonly windows: number;
  /** Values that were read, also those that are left out. */
  readonly values: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly windowS: number | null;
  /** Windows that lie over ones that are there already. */
  readonly overlapping: number;
}

/** A stretch of time in which a series has windows already. */
export interface Overlap {
  readonly series: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly windows: number;
}

/** What an import would do, or did. */
export interface ImportReport {
  readonly lines: number;
  readonly windows: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly series: readonly ImportedSeries[];
  readonly mistakes: Mistakes;
  /** Values that cannot be true: left out. */
  readonly implausible: Mistakes;
  readonly overlaps: readonly Overlap[];
  /** Why it cannot be done as ordered; empty where it can. */
  readonly obstacles: readonly string[];
}

/** What the newest import wrote of a series, as far as names and newest values depend on it; in whole steps. */
export interface WrittenSeries {
  readonly number: number;
  readonly firstS: number;
  readonly first: number;
  readonly lastS: number;
  readonly lastWindowS: number;
  readonly longestS: number;
  readonly last: number;
  readonly least: number;
  readonly most: number;
}

/** An import that was done. */
export interface ImportEntry {
  readonly id: number;
  readonly atMs: number;
  readonly who: string;
  readonly why: string;
  readonly fileName: string;
  readonly windows: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly series: readonly string[];
  readonly leftOut: number;
  readonly undone: { readonly atMs: number; readonly who: string } | null;
}
