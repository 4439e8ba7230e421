import { doubt } from './doubt.ts';
import type { LineMistake } from './order.ts';
import { dayAndMonthSwapped } from './time-reader.ts';

/**
 * Whether 03/04 is the third of April or the fourth of March: where no day of a file is above 12, and one is not the number of its
 * month, both can be meant. Years first and days before points are written in one way.
 */
export class DayDoubt {
  readonly #isDayFirst: boolean;
  readonly #other: string;
  #isSettled: boolean;
  #count = 0;
  #first: (LineMistake & { readonly text: string }) | undefined;

  constructor(format: string) {
    const other = dayAndMonthSwapped(format);
    this.#isDayFirst = format.startsWith('D');
    this.#other = other ?? '';
    this.#isSettled = other === undefined;
  }

  /** A time as it is written, which was read. */
  add(line: number, column: string, text: string): void {
    if (this.#isSettled) return;
    const [one, other] = text.split('/', 2).map(Number);
    if (one === undefined || other === undefined || one === other) return;
    if (one > 12 || other > 12) this.#isSettled = true;
    this.#count++;
    this.#first ??= { line, column, message: '', text };
  }

  /** How many times may be meant otherwise, and the first of them. */
  get told(): { readonly count: number; readonly first: LineMistake } | undefined {
    if (this.#isSettled || this.#first === undefined) return undefined;
    const { line, column, text } = this.#first;
    const [one, other] = text.split('/', 2);
    const [day = '', month = ''] = this.#isDayFirst ? [one, other] : [other, one];
    const facts = { time: JSON.stringify(text), day, month, format: JSON.stringify(this.#other) };
    return { count: this.#count, first: doubt(line, column, 'import.days', facts) };
  }
}
