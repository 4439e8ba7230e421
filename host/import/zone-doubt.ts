import { doubt } from './doubt.ts';
import type { ImportOrder, LineMistake } from './order.ts';

/** How a time ends that says its zone: `Z`, `UTC`, `+02:00`, `+0200 CEST`. */
const zoned = /(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?(?: [A-Z]{3,4})?)$/i;

/** Times of a database that say no zone: SQLite's own clock and many loggers write UTC, and they are taken for those of a zone. */
export class ZoneDoubt {
  readonly #zone: string;
  readonly #isAsked: boolean;
  #count = 0;
  #first: { readonly line: number; readonly column: string; readonly text: string } | undefined;

  constructor({ format: { kind }, time: { format, zone } }: Pick<ImportOrder, 'format' | 'time'>) {
    this.#zone = zone;
    this.#isAsked = kind === 'sqlite' && format === 'iso' && zone !== 'UTC';
  }

  /** A time as it is written, which was read. */
  add(line: number, column: string, text: string): void {
    if (!this.#isAsked || (text.length > 10 && zoned.test(text.slice(10)))) return;
    this.#count++;
    this.#first ??= { line, column, text };
  }

  /** How many times there are of no zone, and the first of them. */
  get told(): { readonly count: number; readonly first: LineMistake } | undefined {
    if (this.#first === undefined) return undefined;
    const { line, column, text } = this.#first;
    const facts = { time: JSON.stringify(text), zone: this.#zone };
    return { count: this.#count, first: doubt(line, column, 'import.zone', facts) };
  }
}
