import { deepFreeze } from '#core/freeze.ts';

/** Bounds of one export. */
export const exportLimits = deepFreeze({
  /** Rows of CSV or JSON: about 10 GB of text. */
  textRows: 100_000_000,
  /** Windows of a Parquet file, which lies on the host's disk until it is sent: about 1 GB. */
  fileRows: 50_000_000,
  /** Buckets and totals of one: on the way they are lines of JSON there, about 1 GB too. */
  fileBuckets: 5_000_000,
  /** A client that takes nothing for so long is gone. */
  stalledMs: 60_000,
  /**
   * So long the database keeps for it all that others have changed since its moment, in its log and its memory: 100 million
   * rows by a line of 25 Mbit/s.
   */
  longestMs: 3_600_000,
});

/** An export that is larger than is made at once; the message says what to narrow. */
export class ExportTooLarge extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExportTooLarge';
  }
}

export const tooLarge = (rows: number, most: number): ExportTooLarge =>
  new ExportTooLarge(
    `about ${Math.ceil(rows)} rows asked for, at most ${most} are allowed; choose a shorter range, fewer series or a coarser resolution`,
  );
