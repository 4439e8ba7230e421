import { doubt } from './doubt.ts';
import type { ImportOrder, LineMistake } from './order.ts';
import type { ReadTime } from './time-reader.ts';

/** How a time ends that says its zone: `Z`, `UTC`, `+02:00`, `+0200 CEST`. */
const zoned = /(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?(?: [A-Z]{3,4})?)$/i;
const hourS = 3600;

type Told = { readonly line: number; readonly column: string; readonly text: string };

/**
 * Times that may be of another zone than they are taken for: those of a database that say none, as SQLite's own clock and many
 * loggers write UTC; and those of the hour that clocks show twice in autumn, where a file that goes on has it once.
 */
export class ZoneDoubt {
  readonly #zone: string;
  readonly #isAsked: boolean;
  #count = 0;
  #first: Told | undefined;
  #once: (Told & { readonly atS: number }) | undefined;
  readonly #ofTwo = new Set<'first' | 'second'>();
  #lastS = Number.NaN;
  #fromS = Number.POSITIVE_INFINITY;
  #toS = Number.NEGATIVE_INFINITY;

  constructor({ format: { kind }, time: { format, zone } }: Pick<ImportOrder, 'format' | 'time'>) {
    this.#zone = zone;
    this.#isAsked = kind === 'sqlite' && format === 'iso' && zone !== 'UTC';
  }

  /** A time as it is written, and what it was read as. */
  add(
    line: number,
    column: string,
    text: string,
    { atS, ofTwo }: Exclude<ReadTime, { readonly wrong: string }>,
  ): void {
    if (ofTwo !== undefined) {
      this.#ofTwo.add(ofTwo);
      // A line a day has one of two in any case.
      if (Math.abs(atS - this.#lastS) <= hourS) this.#once ??= { line, column, text, atS };
    }
    this.#lastS = atS;
    this.#fromS = Math.min(this.#fromS, atS);
    this.#toS = Math.max(this.#toS, atS);
    if (!this.#isAsked || (text.length > 10 && zoned.test(text.slice(10)))) return;
    this.#count++;
    this.#first ??= { line, column, text };
  }

  /** How many times may be of another zone, and the first of them. */
  get told(): { readonly count: number; readonly first: LineMistake } | undefined {
    const factsOf = ({ text }: Told) => ({ time: JSON.stringify(text), zone: this.#zone });
    if (this.#first !== undefined) {
      const { line, column } = this.#first;
      return { count: this.#count, first: doubt(line, column, 'import.zone', factsOf(this.#first)) };
    }
    if (this.#once === undefined || this.#ofTwo.size > 1) return undefined;
    const { line, column, atS } = this.#once;
    if (this.#fromS > atS - hourS || this.#toS < atS + hourS) return undefined;
    return { count: 1, first: doubt(line, column, 'import.once', factsOf(this.#once)) };
  }
}
