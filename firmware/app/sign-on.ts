import { withParity } from '../core/iec62056/line-coding.ts';
import type { Cancel, TimePort } from '../ports.ts';

export interface SignOnOptions {
  readonly time: TimePort;
  /** Speed at which the meter is asked; 300 by the standard. */
  readonly baud: number;
  /** From one question to the next; the next never comes before the answer has ended. */
  readonly everyMs: number;
  readonly write: (bytes: Uint8Array) => void;
  readonly retune: (baud: number) => void;
}

/** Speeds by the character behind the maker's letters (IEC 62056-21, 6.3.14): mode C by digits, mode B by letters. */
const speeds: Readonly<Record<string, number | undefined>> = Object.freeze({
  '0': 300,
  '1': 600,
  '2': 1200,
  '3': 2400,
  '4': 4800,
  '5': 9600,
  '6': 19_200,
  A: 600,
  B: 1200,
  C: 2400,
  D: 4800,
  E: 9600,
  F: 19_200,
});

const bitsPerByte = 10;
const signOnText = '/?!\r\n';
/** What the meter has to begin its identification in, 1.5 s (6.4.3), and what 64 characters of it take at 300 baud. */
const identificationMs = 4000;
/** Between a message and its answer at least 200 ms, at most 1500 (6.4.3.1). */
const reactionMs = 300;
/** A UART is empty a little after its last bit was due. */
const sentMs = 30;
const readoutMs = 90_000;
const pauseMs = 1500;

/**
 * Asks a meter that sends only when it is asked (IEC 62056-21, modes A to C): `asking` from the sign-on to the meter's
 * identification, `answering` until the acknowledgement with the new speed is out, `reading` until the telegram has
 * ended, `idle` until the next is due. A meter that does not answer is asked again when the next is due.
 */
export class SignOn {
  state: 'stopped' | 'idle' | 'asking' | 'answering' | 'reading' = 'stopped';
  readonly #options: SignOnOptions;
  #dueMs = 0;
  #cancel: Cancel | undefined;

  constructor(options: SignOnOptions) {
    this.#options = options;
  }

  start(): void {
    this.#dueMs = this.#options.time.ticksMs();
    this.idle(0);
  }

  stop(): void {
    this.state = 'stopped';
    this.#cancel?.();
  }

  /** The meter said who it is: at its fourth character how fast it can send. */
  identified(identification: string): void {
    if (this.state !== 'asking') return;
    const { baud, write, retune } = this.#options;
    const letter = identification.charAt(3);
    const speed = speeds[letter];
    this.state = 'answering';
    const isModeC = letter >= '0' && letter <= '9';
    if (!isModeC || speed === undefined) {
      // Mode B changes by itself, mode A not at all.
      if (!isModeC && speed !== undefined) retune(speed);
      this.read();
      return;
    }
    this.after(reactionMs, () => {
      const acknowledgement = withParity(asciiOf(`\x060${letter}0\r\n`));
      write(acknowledgement);
      this.after((acknowledgement.length * bitsPerByte * 1000) / baud + sentMs, () => {
        retune(speed);
        this.read();
      });
    });
  }

  /** A telegram ended, good or bad. */
  ended(): void {
    if (this.state !== 'stopped' && this.state !== 'idle') this.idle(pauseMs);
  }

  private read(): void {
    this.state = 'reading';
    this.after(readoutMs, () => this.idle(pauseMs));
  }

  private idle(leastMs: number): void {
    this.state = 'idle';
    const { time, baud, everyMs, write, retune } = this.#options;
    this.after(Math.max(leastMs, this.#dueMs - time.ticksMs()), () => {
      this.#dueMs = time.ticksMs() + everyMs;
      retune(baud);
      this.state = 'asking';
      write(withParity(asciiOf(signOnText)));
      this.after(identificationMs, () => this.idle(0));
    });
  }

  private after(delayMs: number, callback: () => void): void {
    this.#cancel?.();
    this.#cancel = this.#options.time.after(delayMs, callback);
  }
}

const asciiOf = (text: string): Uint8Array => Uint8Array.from(text, letter => letter.charCodeAt(0));
