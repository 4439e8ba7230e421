/**
 * Where records stay until the host has them on disk. Sequences begin at 1 and grow by one, for ever, within an
 * epoch, which is made at random with the journal. When there is no room for a record the oldest ones go, and are
 * counted. RAM and flash forms hold to this same contract.
 */
export interface Journal {
  /** 16 hex digits. */
  readonly epoch: string;
  /** The sequence of the oldest record kept; equal to `next` where none is. */
  readonly oldest: number;
  /** The sequence that the next record will get. */
  readonly next: number;
  /** Bytes in use, of `capacityBytes`. */
  readonly bytes: number;
  readonly capacityBytes: number;
  /** Records that went unreleased to make room, since the journal was made. */
  readonly dropped: number;
  /** Keeps a record and gives its sequence. Throws a RangeError for one over `limits.recordBytes`. */
  append(record: Uint8Array): number;
  /**
   * Copies of the records from this sequence on (from the oldest, where that is later): at most `maxCount`, and as
   * many as fit `maxBytes` with `recordOverheadBytes` for each, but one at least where there is one.
   */
  read(from: number, maxBytes: number, maxCount: number): Uint8Array[];
  /** Frees all records up to and including this sequence. */
  release(upTo: number): void;
}
