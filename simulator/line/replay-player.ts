import type { Cancel, TimePort } from '#ports';
import { at } from './at.ts';
import type { Recording } from './recording.ts';
import { bitMs, type UartSettings } from './uart.ts';

export interface ReplayOptions {
  readonly time: TimePort;
  readonly recording: Recording;
  /** How fast bytes go that have no times of their own. */
  readonly uart: UartSettings;
  /** How much faster than it was recorded. */
  readonly speed: number;
  /** How often it is played; 0: for ever. */
  readonly times: number;
  /** Silence between two plays. */
  readonly pauseMs: number;
  readonly write: (bytes: Uint8Array) => void;
  /** Hears of each end of a play, and whether it was the last. */
  readonly ended: (plays: number, isLast: boolean) => void;
}

/** A UART's FIFO is emptied about this often. */
const bytesAtOnce = 16;

/** Plays a recorded stream: each piece at its time, and what has none as fast as a line carries it. */
export class ReplayPlayer {
  readonly #options: ReplayOptions;
  readonly #characterMs: number;
  #cancel: Cancel | undefined;
  #plays = 0;
  #isClosed = false;

  constructor(options: ReplayOptions) {
    const { uart } = options;
    this.#options = options;
    this.#characterMs = bitMs(uart) * (9 + (uart.parity === 'none' ? 0 : 1) + uart.stopBits);
  }

  start(): void {
    this.#play(this.#options.time.ticksMs());
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #play(startTicks: number): void {
    this.#piece(0, 0, startTicks, startTicks);
  }

  /** Sends what is next of a piece, `from` on; the line is free from `freeTicks` on. */
  #piece(index: number, from: number, startTicks: number, freeTicks: number): void {
    const { time, recording, speed, write } = this.#options;
    const piece = recording.pieces[index];
    if (this.#isClosed) return;
    if (piece === undefined) {
      this.#end(freeTicks);
      return;
    }
    const { bytes, atMs } = piece;
    // Recorded times are of the moment at which bytes were there.
    const some = atMs === undefined ? bytes.subarray(from, from + bytesAtOnce) : bytes;
    const dueTicks =
      atMs === undefined
        ? freeTicks + (some.length * this.#characterMs) / speed
        : Math.max(startTicks + atMs / speed, freeTicks);
    this.#cancel = at(time, dueTicks, () => {
      write(some);
      const next = from + some.length;
      if (next < bytes.length) this.#piece(index, next, startTicks, dueTicks);
      else this.#piece(index + 1, 0, startTicks, dueTicks);
    });
  }

  #end(freeTicks: number): void {
    const { times, pauseMs, speed, ended } = this.#options;
    this.#plays++;
    const isLast = times > 0 && this.#plays >= times;
    ended(this.#plays, isLast);
    if (!isLast) this.#play(freeTicks + pauseMs / speed);
  }
}
