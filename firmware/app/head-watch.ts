import { deepFreeze } from '../core/freeze.ts';
/** What an optical head speaks: SML, IEC 62056-21 (D0), or DSMR P1. */
export type HeadFormat = 'sml' | 'd0' | 'p1';

/**
 * What an optical head heard in the last `windowS` seconds, to aim it by; the shape of `head` in a `diagnosis`
 * message. `telegrams` are good ones, `crcErrors` those whose check was wrong, `broken` all others that ended badly.
 * `lastError` is in words, null where nothing was wrong in the window. `isReduced`: the last good telegram came of a
 * meter without its PIN, whole kWh and no power.
 */
export interface HeadState {
  readonly windowS: number;
  readonly bytesPerS: number;
  readonly telegrams: number;
  readonly crcErrors: number;
  readonly broken: number;
  readonly format: HeadFormat | null;
  readonly lastError: string | null;
  readonly isReduced: boolean;
}

export type HeadEvent = 'telegrams' | 'crcErrors' | 'broken';

const windowS = 10;
const rows = deepFreeze({ bytes: 0, telegrams: 1, crcErrors: 2, broken: 3 } as const);
const rowCount = 4;

/** Counts by the second over a sliding window: a few additions per piece of bytes, and nothing is allocated. */
export class HeadWatch {
  /** Of the last good telegram. */
  isReduced = false;
  readonly #counts = new Uint32Array(windowS * rowCount);
  #second = 0;
  #lastError: string | null = null;
  #errorSecond = 0;

  heard(ticksMs: number, bytes: number): void {
    this.add(ticksMs, rows.bytes, bytes);
  }

  note(ticksMs: number, event: HeadEvent, error?: string): void {
    this.add(ticksMs, rows[event], 1);
    if (error === undefined) return;
    this.#lastError = error;
    this.#errorSecond = this.#second;
  }

  state(ticksMs: number, format: HeadFormat | null): HeadState {
    this.advance(ticksMs);
    const sum = (row: number): number => {
      let total = 0;
      for (let at = row; at < this.#counts.length; at += rowCount) total += this.#counts[at] as number;
      return total;
    };
    return {
      windowS,
      bytesPerS: sum(rows.bytes) / windowS,
      telegrams: sum(rows.telegrams),
      crcErrors: sum(rows.crcErrors),
      broken: sum(rows.broken),
      format,
      lastError: this.#second - this.#errorSecond < windowS ? this.#lastError : null,
      isReduced: this.isReduced,
    };
  }

  private add(ticksMs: number, row: number, count: number): void {
    this.advance(ticksMs);
    const at = (this.#second % windowS) * rowCount + row;
    this.#counts[at] = (this.#counts[at] as number) + count;
  }

  /** Empties the seconds that began since the last call. */
  private advance(ticksMs: number): void {
    const second = Math.floor(ticksMs / 1000);
    if (second === this.#second) return;
    if (second - this.#second >= windowS) this.#counts.fill(0);
    else {
      for (let passed = this.#second + 1; passed <= second; passed++) {
        const at = (passed % windowS) * rowCount;
        this.#counts.fill(0, at, at + rowCount);
      }
    }
    this.#second = second;
  }
}
