import type { Replaced } from '#core/aggregate/counter-rule.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { Readings } from '../api/contract.ts';
import type { BlockMessage, TableName } from './columns.ts';

/** What a bound parameter or a cell of a small table can be. 64-bit integers come back as numbers. */
export type SqlValue = string | number | boolean | null;
/** With its parameters, in their order. */
export type SqlStatement = readonly [sql: string, parameters: readonly SqlValue[]];
export type SqlRow = Record<string, SqlValue>;

/** All records of `(gateway, epoch)` up to and including `sequence` are stored or counted lost. */
export interface Watermark {
  readonly gateway: string;
  readonly epoch: string;
  readonly sequence: number;
}

/**
 * Why records are not here. recordDamaged: the gateway's flash has no longer what was written, as of the record that
 * was being written when the power went. lostAtHost: they were acknowledged, so the gateway freed them, and the database
 * has lost them since.
 */
export type LossReason = 'journalOverflow' | 'recordDamaged' | 'lostAtHost';

/** Sequences that a gateway's journal had to drop before the host had them; both ends included. */
export interface Loss {
  /** `journalOverflow` where nothing is said: a full journal dropped them. */
  readonly reason?: LossReason;
  readonly gateway: string;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  /** End of the newest window stored before them and start of the oldest after them, s; 0 where none is known. */
  readonly fromS: number;
  readonly toS: number;
}

/** A meter (by its number) had this serial number in the window that ended then, and was not known to have it before. */
export interface SerialSight {
  readonly meter: number;
  readonly atS: number;
  readonly serial: string;
}

/** A meter that came into the place of another, with the serial numbers of both. */
export interface Replacement extends Replaced {
  readonly before: string;
  readonly after: string;
}

/** Meters and series that rows use and the database does not know yet. */
export interface NewNames {
  readonly meters: readonly { readonly number: number; readonly gateway: string; readonly id: string }[];
  readonly series: readonly {
    readonly number: number;
    readonly meter: number;
    readonly quantity: QuantityId;
  }[];
}

/** What one transaction writes, on its way to the store's worker and, whatever comes of it, back. */
export interface BatchMessage {
  readonly blocks: Readonly<Record<TableName, BlockMessage>>;
  readonly names: NewNames;
  readonly watermarks: readonly Watermark[];
  readonly losses: readonly Loss[];
  readonly serials: readonly SerialSight[];
}

/** The names in the database, and of each series what its rows span; by columns. */
export interface LoadedNames {
  readonly meters: readonly { readonly number: number; readonly gateway: string; readonly id: string }[];
  readonly series: {
    readonly number: readonly number[];
    readonly meter: readonly number[];
    readonly quantity: readonly string[];
    readonly firstS: readonly number[];
    readonly endS: readonly number[];
    readonly longestS: readonly number[];
    readonly value: readonly number[];
    readonly peak: readonly number[];
    readonly isHeard: readonly boolean[];
  };
}

/** A series as the tables know it. */
export interface SeriesRef {
  readonly number: number;
  readonly quantity: QuantityId;
  /** Start of its oldest window. */
  readonly firstS: number;
  /** End of its newest window. */
  readonly endS: number;
  /** Length of its longest window: the finest resolution that has no holes of its own making. */
  readonly longestS: number;
  /** A counter's: the largest power that its meter has shown, of either sign, W; where it has none, undefined. */
  readonly largestW: number | undefined;
  /** When its meter was replaced by another. */
  readonly replacements: readonly Replacement[];
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
  /** Length of its longest window. */
  readonly longestMs: number;
  /** Whether a gateway told any of its windows: files alone may have brought all of them. */
  readonly isHeard: boolean;
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

/** The same without the series' name, where many are asked for together. */
export type SeriesColumns = Omit<ReadingColumns, 'series'> & {
  /** Ends of what is in the buckets, where these are finer than the windows in them. */
  readonly endMs?: readonly number[];
};
export interface SeriesRange extends Omit<ReadingsRange, 'series'> {
  /** As it came from gateways: no correction and no import counts. */
  readonly isAsCame?: boolean;
  /** Where windows are of several lengths each stands for itself, as fine as the points allow, and tells when it ends. */
  readonly isByWindow?: boolean;
}

export type Period = 'hour' | 'day' | 'month' | 'all';

export interface TotalsSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly period: Period;
}

export interface TotalsRange extends TotalsSpan {
  /** `gateway.meter` */
  readonly meter: string;
}

/** The series that a meter's energy comes from; counters where there are any, else its power. */
export interface EnergySeries {
  /** `gateway.meter` */
  readonly meter: string;
  readonly imported: SeriesRef | undefined;
  readonly exported: SeriesRef | undefined;
  readonly power: SeriesRef | undefined;
}

export interface MissingRange {
  /** `gateway.meter` */
  readonly meter: string;
  readonly fromMs: number;
  readonly toMs: number;
}
