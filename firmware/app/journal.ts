/**
 * Where records stay until the host has them on disk. Sequences begin at 1 and grow by one, for ever, within an
 * epoch, which is made at random with the journal. When there is no room for a record the oldest ones go, and are
 * counted. RAM and flash forms hold to this same contract.
 */
export interface Journal {
  /** Whether what it holds is still there after a restart. */
  readonly survivesRestart: boolean;
  /** 16 hex digits. */
  readonly epoch: string;
  /** The sequence of the oldest record kept; equal to `next` where none is. */
  readonly oldest: number;
  /** The sequence that the next record will get. */
  readonly next: number;
  /** Bytes in use, of `capacityBytes`. */
  readonly bytes: number;
  readonly capacityBytes: number;
  /**
   * Records that went unreleased to make room, that could not be kept or can no longer be read, since the journal was
   * made. What was told of records that a restart keeps is not told as less after it, once they are read again.
   */
  readonly dropped: number;
  /** Of flash: erases of the block that has the most, and blocks that failed since the start. */
  readonly mostErases?: number;
  readonly badBlocks?: number;
  /**
   * Keeps a record and gives its sequence; 0 where it could not be kept, and is counted as dropped. Throws a RangeError
   * for one over `limits.journalRecordBytes`.
   */
  append(record: Uint8Array): number;
  /**
   * Copies of the records from this sequence on (from the oldest, where that is later): at most `maxCount`, and as
   * many as fit `maxBytes` with `recordOverheadBytes` for each, but one at least where there is one. One that can no
   * longer be read is empty, and counted as dropped.
   */
  read(from: number, maxBytes: number, maxCount: number): Uint8Array[];
  /** Frees all records up to and including this sequence. */
  release(upTo: number): void;
  /**
   * Begins a new epoch, as the host has sequences of this one that were never given: what was kept before the start is
   * released, as the host has that too, and what came since keeps its order and is numbered from 1.
   */
  renew(): void;
}
