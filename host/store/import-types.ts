import type { QuantityId } from '#core/quantities.ts';
import type { ImportEntry, ImportReport } from '../api/contract.ts';
import type { ImportOrder } from '../import/order.ts';
import type { NewNames } from './types.ts';

export type { ImportEntry, ImportReport };

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

export type ImportedSeries = ImportReport['series'][number];
/** A stretch of time in which a series has windows already. */
export type Overlap = ImportReport['overlaps'][number];

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
