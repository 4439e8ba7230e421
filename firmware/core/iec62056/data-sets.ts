import { decimalText } from '../sml/decimal.ts';
import { obisText } from '../sml/obis.ts';
import { readCode } from './code.ts';

const cr = 0x0d;
const lf = 0x0a;
const opening = 0x28;
const closing = 0x29;
const star = 0x2a;
const blank = 0x20;
const longestCode = 40;
/** m3, GJ, kWh; a longer word in a bracket of its own is none, as in `P.98(ZST10)(00)` of Landis+Gyr. */
const longestBareUnit = 3;

/**
 * A cursor over the data sets of a text telegram (IEC 62056-21, 6.5; DSMR P1 companion standard 5.0.2, 6.4):
 * `code(value*unit)`, several brackets to a code and several data sets to a line. Goes over them one after the other
 * and holds the one it is at, so that a telegram of any length costs no memory:
 *
 *     while (dataSets.next()) show(dataSets.obis, dataSets.text, dataSets.unit);
 *     if (dataSets.errorAt >= 0) … // the form was wrong there; the rest was not read
 *
 * Of several brackets the value is in the last one with a unit, else in the last one (times stand before it in
 * DSMR 4 and 5, behind it in some Belgian meters); a bracket that holds a unit alone is that of the next (DSMR 2 and 3).
 */
export class DataSetReader {
  /** OBIS code as two numbers (`core/sml/obis.ts`); `abc` is -1 where the code is the maker's own. */
  abc = -1;
  def = -1;
  /** Whether the value is a plain decimal number; then it is `mantissa` × 10^`scaler` in `unit`. */
  isNumber = false;
  mantissa: number | bigint = 0;
  scaler = 0;
  /** Where the form was wrong, or -1. */
  errorAt = -1;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #offset = 0;
  #codeStart = 0;
  #codeEnd = 0;
  #firstStart = 0;
  #firstEnd = 0;
  #valueStart = 0;
  #valueEnd = 0;
  #unitStart = 0;
  #unitEnd = 0;

  reset(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.rewind();
  }

  /** Back to the first data set. */
  rewind(): void {
    this.#offset = this.#start;
    this.errorAt = -1;
  }

  /** Goes to the next data set; false at the end and where the form is wrong. */
  next(): boolean {
    const bytes = this.#bytes;
    let at = this.afterBreaks(this.#offset);
    if (at >= this.#end || this.errorAt >= 0) return false;
    this.#codeStart = at;
    while (at < this.#end && bytes[at] !== opening) {
      const byte = bytes[at] as number;
      if (byte <= 0x20 || byte > 0x7e || byte === closing || at - this.#codeStart >= longestCode)
        return this.wrong(at);
      at++;
    }
    this.#codeEnd = at;
    if (at === this.#codeStart || at >= this.#end) return this.wrong(at);
    if (!this.readBrackets(at)) return false;
    readCode(bytes, this.#codeStart, this.#codeEnd, this);
    this.readNumber();
    return true;
  }

  /** The code as the meter sent it: `1.8.0`, `1-0:1.8.0*255`, `F.F`. */
  get code(): string {
    return this.textOf(this.#codeStart, this.#codeEnd);
  }

  /** The code in full, `1-0:1.8.0*255`; as sent where it is no OBIS code. */
  get obis(): string {
    return this.abc < 0 ? this.code : obisText(this.abc, this.def);
  }

  /** The value: of a number its exact decimal without leading zeros, `1234.567`; of anything else its text. */
  get text(): string {
    if (this.isNumber) return decimalText(this.mantissa, this.scaler);
    return this.textOf(this.#valueStart, this.#valueEnd);
  }

  /** The unit as sent, `kWh`; empty where there is none. */
  get unit(): string {
    return this.textOf(this.#unitStart, this.#unitEnd);
  }

  /** What the first bracket holds; before a reading of a sub-meter its time, `210204163000W`. */
  get first(): string {
    return this.textOf(this.#firstStart, this.#firstEnd);
  }

  /** Some meters fill their lines up with blanks. */
  private afterBreaks(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (at < this.#end && (bytes[at] === cr || bytes[at] === lf || bytes[at] === blank)) at++;
    return at;
  }

  private wrong(at: number): false {
    this.errorAt = at;
    this.#offset = this.#end;
    return false;
  }

  private readBrackets(from: number): boolean {
    const bytes = this.#bytes;
    let at = from;
    this.#firstStart = -1;
    this.#unitStart = 0;
    this.#unitEnd = 0;
    let hasUnit = false;
    while (at < this.#end && bytes[at] === opening) {
      const start = at + 1;
      let starAt = -1;
      for (at = start; at < this.#end && bytes[at] !== closing; at++) {
        const byte = bytes[at] as number;
        if (byte < 0x20 || byte > 0x7e || byte === opening) return this.wrong(at);
        if (byte === star && starAt < 0) starAt = at;
      }
      if (at >= this.#end) return this.wrong(at);
      if (this.#firstStart < 0) {
        this.#firstStart = start;
        this.#firstEnd = at;
      }
      if (starAt >= 0) {
        hasUnit = true;
        this.#valueStart = start;
        this.#valueEnd = starAt;
        this.#unitStart = starAt + 1;
        this.#unitEnd = at;
      } else if (!hasUnit) {
        // DSMR 2 and 3: …(0-1:24.2.1)(m3) and the value in the next line.
        const wasUnit =
          this.#firstStart < start &&
          this.#valueEnd - this.#valueStart <= longestBareUnit &&
          isLetter(bytes[this.#valueStart] as number);
        this.#unitStart = wasUnit ? this.#valueStart : 0;
        this.#unitEnd = wasUnit ? this.#valueEnd : 0;
        this.#valueStart = start;
        this.#valueEnd = at;
      }
      at++;
      const next = this.afterBreaks(at);
      if (next > at && next < this.#end && bytes[next] === opening) at = next;
    }
    this.#offset = at;
    return true;
  }

  private readNumber(): void {
    const bytes = this.#bytes;
    const end = this.#valueEnd;
    this.isNumber = false;
    this.mantissa = 0;
    this.scaler = 0;
    let at = this.#valueStart;
    while (at < end && bytes[at] === 0x20) at++;
    const sign = bytes[at];
    if (at < end && (sign === 0x2d || sign === 0x2b)) at++;
    const digitsAt = at;
    let pointAt = -1;
    let value = 0;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === 0x2e && pointAt < 0 && at > digitsAt) pointAt = at;
      else if (byte >= 0x30 && byte <= 0x39) value = value * 10 + byte - 0x30;
      else return;
    }
    if (at === digitsAt || pointAt === end - 1) return;
    this.isNumber = true;
    this.scaler = pointAt < 0 ? 0 : pointAt + 1 - end;
    if (Number.isSafeInteger(value)) this.mantissa = sign === 0x2d && value !== 0 ? -value : value;
    else {
      const digits = this.textOf(digitsAt, end).replace('.', '');
      this.mantissa = sign === 0x2d ? -BigInt(digits) : BigInt(digits);
    }
  }

  private textOf(start: number, end: number): string {
    let text = '';
    for (let at = start; at < end; at++) text += String.fromCharCode(this.#bytes[at] as number);
    return text;
  }
}

const isLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
