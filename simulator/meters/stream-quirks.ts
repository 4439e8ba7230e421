import { deepFreeze } from '#core/freeze.ts';
import { withParity } from '#core/iec62056/line-coding.ts';

/** What happens to telegrams of any kind on their way out of a meter. */
export interface StreamQuirk {
  readonly what: string;
  /** What goes out in the place of a telegram; `next` makes another one. */
  readonly spoil: (telegram: Uint8Array, next: () => Uint8Array) => Uint8Array;
  /** Whether a reader still has every value, has them of some telegrams, or of none. */
  readonly gives: 'all' | 'some' | 'none';
}

const joined = (...parts: readonly ArrayLike<number>[]): Uint8Array =>
  Uint8Array.from(parts.flatMap(part => Array.from(part)));

const made = {
  doubled: {
    what: 'each telegram twice',
    spoil: telegram => joined(telegram, telegram),
    gives: 'all',
  },
  joined: {
    what: 'two telegrams without a pause between them',
    spoil: (telegram, next) => joined(telegram, next()),
    gives: 'all',
  },
  'noise-between': {
    what: 'bytes that belong to nothing before each telegram, as of a remote control',
    spoil: telegram => joined([0x00, 0xff, 0x1b, 0x2f, 0x55], telegram),
    gives: 'all',
  },
  truncated: {
    what: 'the second half is missing, and the next telegram follows',
    spoil: telegram => telegram.slice(0, telegram.length >> 1),
    gives: 'none',
  },
  beheaded: {
    what: 'the beginning is missing, as to who listens too late',
    spoil: telegram => telegram.slice(20),
    gives: 'none',
  },
  'lost-bytes': {
    what: 'some bytes in the middle are missing, as with a weak diode (Holley DTZ541)',
    spoil: telegram => {
      const half = telegram.length >> 1;
      return joined(telegram.slice(0, half), telegram.slice(half + 3));
    },
    gives: 'none',
  },
  'one-more-byte': {
    what: 'a byte too many in the middle',
    spoil: telegram => {
      const half = telegram.length >> 1;
      return joined(telegram.slice(0, half), [0x00], telegram.slice(half));
    },
    gives: 'none',
  },
  'every-second-cut': {
    what: 'a telegram that breaks off, and a whole one behind it',
    spoil: (telegram, next) => joined(telegram.slice(0, telegram.length - 30), next()),
    gives: 'some',
  },
  'parity-bit': {
    what: 'seven bits and even parity where eight are due: the highest bit is none of the data',
    spoil: telegram => withParity(telegram.map(byte => byte & 0x7f)),
    gives: 'none',
  },
} as const satisfies Readonly<Record<string, StreamQuirk>>;

export type StreamQuirkName = keyof typeof made;

/** Names that any head takes, whatever it speaks. */
export const streamQuirks: Readonly<Record<StreamQuirkName, StreamQuirk>> = deepFreeze(made);
