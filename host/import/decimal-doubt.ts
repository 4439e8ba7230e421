import { doubt } from './doubt.ts';
import type { FileFormat, LineMistake } from './order.ts';

/**
 * Whether 1.234 is one and a bit or a thousand: where all numbers of a file that have a decimal sign have three digits
 * behind it and one to three before, the sign may as well stand between thousands. One number of another form says it is
 * none, and one of four digits without a sign says that nothing stands between thousands.
 */
export class DecimalDoubt {
  readonly #form: RegExp;
  #isSettled: boolean;
  #count = 0;
  #first: (LineMistake & { readonly text: string }) | undefined;
  readonly #decimal: string;

  constructor({ kind = 'csv', decimal, thousands }: FileFormat) {
    this.#decimal = decimal;
    this.#form = decimal === ',' ? /^[-+]?[1-9]\d{0,2},\d{3}$/ : /^[-+]?[1-9]\d{0,2}\.\d{3}$/;
    // Line protocol and databases know no thousands; and who says what stands between them has decided.
    this.#isSettled = kind !== 'csv' || thousands !== undefined;
  }

  /** A number as it is written. */
  add(line: number, column: string, text: string): void {
    if (this.#isSettled) return;
    if (this.#form.test(text)) {
      this.#count++;
      this.#first ??= { line, column, message: '', text };
    } else if (text.includes(this.#decimal) || /^[-+]?\d{4,}$/.test(text)) this.#isSettled = true;
  }

  /** How many numbers may be meant otherwise, and the first of them. */
  get told(): { readonly count: number; readonly first: LineMistake } | undefined {
    if (this.#isSettled || this.#first === undefined) return undefined;
    const { line, column, text } = this.#first;
    const whole = text.replace(this.#decimal, '');
    const [number, sign] = [JSON.stringify(text), JSON.stringify(this.#decimal)];
    return { count: this.#count, first: doubt(line, column, 'import.decimals', { number, whole, sign }) };
  }
}
