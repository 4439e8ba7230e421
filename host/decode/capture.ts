import type { ByteText } from './byte-text.ts';

export const captureFormats = ['sml', 'd0', 'p1', 'modbus'] as const;
export type CaptureFormat = (typeof captureFormats)[number];

/**
 * What became of a capture's bytes. A start is the begin of a telegram or frame; each is either valid or one of the
 * others: its transport CRC is wrong; it ended with the capture (incomplete); another start came inside it (restart);
 * an escape of no meaning (invalidEscapes); whole, but not what its protocol says (parseErrors). `messageCrcErrors`
 * counts messages inside telegrams, also inside those whose transport CRC is wrong already. `values` are those of
 * valid telegrams, `junkBytes` the bytes outside of any.
 */
export interface CaptureCounts {
  starts: number;
  valid: number;
  transportCrcErrors: number;
  messageCrcErrors: number;
  incomplete: number;
  restarts: number;
  invalidEscapes: number;
  parseErrors: number;
  values: number;
  junkBytes: number;
}

export const noCounts = (): CaptureCounts => ({
  starts: 0,
  valid: 0,
  transportCrcErrors: 0,
  messageCrcErrors: 0,
  incomplete: 0,
  restarts: 0,
  invalidEscapes: 0,
  parseErrors: 0,
  values: 0,
  junkBytes: 0,
});

/** Reads a capture in pieces of any size and writes what it finds to its printer's text as it goes. */
export interface CaptureReader {
  readonly counts: CaptureCounts;
  /** What a person should know of this capture beyond its counts, in whole sentences. */
  hints(): readonly string[];
  push(bytes: Uint8Array): void;
  /** The capture is over: what is open is incomplete. */
  finish(): void;
}

/** Where a reader writes, and how. `offset` is that of the reader's first byte in the capture. */
export interface CapturePrint {
  readonly out: ByteText;
  readonly isJson: boolean;
  readonly offset: number;
}
