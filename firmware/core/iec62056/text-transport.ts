import { hexDigit, isP1CrcGood, isP1Tariff, isP1Version } from '../dsmr/check.ts';
import { limits } from '../limits.ts';
import { DataSetReader } from './data-sets.ts';
import { blockCheck, isAscii, stripParity } from './line-coding.ts';

/**
 * Why bytes did not become a telegram. junk: outside any. restart: a new start inside. crc, bcc, parity: the check is
 * wrong. checkMissing: this meter's telegrams have a check, and this had none. form: a data set is none.
 * incomplete: the stream ended inside. tooLong: past the limit.
 */
export type TextFault =
  | 'junk'
  | 'restart'
  | 'crc'
  | 'bcc'
  | 'parity'
  | 'checkMissing'
  | 'form'
  | 'incomplete'
  | 'tooLong';

/** What stands for a telegram's bytes: a CRC (P1), a block check (D0 with STX), the parity bit of each byte, nothing. */
export type TextCheck = 'crc' | 'bcc' | 'parity' | 'none';

/** A telegram whose check and form are good; valid during the call only. */
export interface TextTelegram {
  /** `p1` for DSMR P1, `d0` for any other of IEC 62056-21. */
  readonly format: 'd0' | 'p1';
  /** Of its first byte, `/`, counted from the first byte ever pushed. */
  readonly offset: number;
  /** Bytes on the wire, from `/` to the end of its last line or its block check. */
  readonly length: number;
  readonly check: TextCheck;
  /** `ISk5\2MT382-1000`: maker, speed and type, without the `/`. */
  readonly identification: string;
  /** At its beginning: call `next()`. */
  readonly dataSets: DataSetReader;
}

export interface TextHandlers {
  readonly onTelegram: (telegram: TextTelegram) => void;
  /** `length` bytes from `offset` on are given up. Telegrams and faults together cover every byte of the stream once. */
  readonly onFault: (fault: TextFault, offset: number, length: number) => void;
  /** An identification line has ended, before its telegram has: in mode C the meter now waits (`mode-c.ts`). */
  readonly onIdentification?: (identification: string) => void;
}

const slash = 0x2f;
/** A slash with an even parity bit: a 7E1 line read as 8N1. */
const slashWithParity = 0xaf;
const exclamation = 0x21;
const stx = 0x02;
const etx = 0x03;
const cr = 0x0d;
const lf = 0x0a;
const blank = 0x20;
const firstRoomBytes = 1024;
const identificationBytes = 5;
const longestIdentification = 64;

/**
 * Text telegrams out of a byte stream in pieces of any size: D0 (IEC 62056-21: pushed in mode D, asked for in A to C)
 * and DSMR P1 of all versions. 7E1 that was read as 8N1 is seen by its first byte; then each byte's parity is checked
 * and stripped. A telegram is given if its check is right, where it has one, and every data set has its form.
 *
 *     const transport = new TextTransport({
 *       onTelegram: ({ format, offset, length, dataSets }) => {
 *         while (dataSets.next()) console.log(dataSets.obis, dataSets.text, dataSets.unit);
 *       },
 *       onFault: (fault, offset, length) => {},
 *     });
 *     transport.push(bytes);
 *     transport.finish();
 */
export class TextTransport {
  readonly #handlers: TextHandlers;
  readonly #longest: number;
  readonly #dataSets = new DataSetReader();
  #bytes: Uint8Array = new Uint8Array(0);
  /** Stream offset of `#bytes[0]`. */
  #base = 0;
  #end = 0;
  #scan = 0;
  /** Whether a telegram is open, which then begins at `#bytes[0]`. */
  #isOpen = false;
  /** Behind its identification line; 0 before that has ended. */
  #dataAt = 0;
  #isLast = false;
  /** Identification of the last telegram with a check: without one it is not believed again. */
  #checked = '';

  constructor(handlers: TextHandlers, longest: number = limits.textTelegramBytes) {
    this.#handlers = handlers;
    this.#longest = longest;
  }

  /** Whether a telegram has begun and not ended. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      if (!this.#isOpen && this.#end === 0) {
        const start = startIn(chunk, from);
        if (start > from) this.tell('junk', start - from);
        from = start;
        if (from === chunk.length) return;
      }
      this.reserve(Math.min(this.#end + chunk.length - from, this.#longest + 1));
      const count = Math.min(chunk.length - from, this.#bytes.length - this.#end);
      this.#bytes.set(chunk.subarray(from, from + count), this.#end);
      this.#end += count;
      from += count;
      this.run();
    }
  }

  /** The stream is over: what is still open is judged as it is. The next push begins a new stream behind it. */
  finish(): void {
    this.#isLast = true;
    this.run();
    this.#isLast = false;
    if (this.#end > 0) this.drop(this.#isOpen ? 'incomplete' : 'junk', this.#end);
  }

  /** RAM for the telegrams that come, and not for the longest that might. */
  private reserve(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(
      Math.min(Math.max(needed, 2 * this.#bytes.length, firstRoomBytes), this.#longest + 1),
    );
    grown.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = grown;
  }

  private run(): void {
    while (this.#end > 0 && (this.#isOpen ? this.follow() : this.hunt()));
  }

  /** Brings a start to the front of the buffer; false when more bytes are needed. */
  private hunt(): boolean {
    const start = startIn(this.#bytes, 0, this.#end);
    if (start > 0) this.drop('junk', start);
    if (this.#end < identificationBytes) {
      if (this.#isLast && this.#end > 0) this.drop('junk', this.#end);
      return false;
    }
    if (!this.isStart(0)) {
      // All slashes that are none at once: each costs a move of what stands behind it.
      let next = 1;
      while (next + identificationBytes <= this.#end && !this.isStartAt(next)) next++;
      this.drop('junk', next);
      return true;
    }
    this.#isOpen = true;
    this.#dataAt = 0;
    this.#scan = 1;
    return true;
  }

  private isStartAt(at: number): boolean {
    const byte = this.#bytes[at];
    return (byte === slash || byte === slashWithParity) && this.isStart(at);
  }

  /** `/`, three letters of the maker, and the character that tells the speed (IEC 62056-21, 6.3.2). */
  private isStart(at: number): boolean {
    for (let index = at + 1; index < at + 4; index++) {
      const letter = (this.#bytes[index] as number) & 0x5f;
      if (letter < 0x41 || letter > 0x5a) return false;
    }
    const speed = (this.#bytes[at + 4] as number) & 0x7f;
    return speed > 0x20 && speed < 0x7f;
  }

  /** Looks for the open telegram's end; false when more bytes are needed. */
  private follow(): boolean {
    const bytes = this.#bytes;
    if (this.#dataAt === 0 && !this.identify()) {
      if (this.#end <= longestIdentification) return false;
      // A line as long is none of a meter's.
      this.#isOpen = false;
      this.drop('junk', 1);
      return true;
    }
    for (let at = this.#scan; at < this.#end; at++) {
      const byte = bytes[at] as number;
      if (byte === bytes[0]) {
        if (at + identificationBytes > this.#end) return this.waitAt(at);
        if (this.isStart(at)) {
          this.drop('restart', at);
          this.#isOpen = false;
          return true;
        }
      } else if (byte === exclamation && at >= this.#dataAt && this.mayEndAt(at)) {
        const end = this.endBehind(at);
        if (end === undefined) return this.waitAt(at);
        this.close(at, end);
        return true;
      }
    }
    this.#scan = this.#end;
    return this.isOverLong();
  }

  private waitAt(at: number): boolean {
    this.#scan = at;
    return this.isOverLong();
  }

  private isOverLong(): boolean {
    if (this.#end <= this.#longest) return false;
    this.drop('tooLong', this.#end);
    this.#isOpen = false;
    return false;
  }

  private identify(): boolean {
    const end = Math.min(this.#end, longestIdentification);
    for (let at = this.#scan; at < end; at++) {
      if (((this.#bytes[at] as number) & 0x7f) !== lf) continue;
      this.#dataAt = at + 1;
      // Another start may be in it, where its end was lost.
      this.#scan = 1;
      this.#handlers.onIdentification?.(this.identification());
      return true;
    }
    this.#scan = end;
    return false;
  }

  /** An exclamation mark ends a telegram at the beginning of a line or behind a bracket, and blanks behind those. */
  private mayEndAt(at: number): boolean {
    let last = at - 1;
    while (last > this.#dataAt && ((this.#bytes[last] as number) & 0x7f) === blank) last--;
    const before = (this.#bytes[last] as number) & 0x7f;
    return before === lf || before === cr || before === 0x29;
  }

  /** Where what belongs to the end at `at` has ended; undefined when more bytes are needed. */
  private endBehind(at: number): number | undefined {
    const bytes = this.#bytes;
    const last = this.#isLast ? this.#end : undefined;
    const codeAt = (index: number) => (index < this.#end ? (bytes[index] as number) & 0x7f : -1);
    let end = at + 1;
    let digits = 0;
    while (digits < 4 && hexDigit(codeAt(end + digits)) >= 0) digits++;
    if (digits < 4 && end + digits >= this.#end) return last;
    // The heat meters of one Dutch network leave out the zeros before it.
    if (digits === 4 || codeAt(end + digits) === cr || codeAt(end + digits) === lf) end += digits;
    while (codeAt(end) === blank) end++;
    for (const breaking of [cr, lf]) {
      if (end >= this.#end) return last;
      if (codeAt(end) === breaking) end++;
    }
    if (this.blockAt(at, this.#bytes[0] === slash ? stx : 0x80 | stx) < 0) return end;
    if (end >= this.#end) return last;
    if (codeAt(end) !== etx) return end;
    return end + 2 <= this.#end ? end + 2 : last;
  }

  /** Where the block begins that a block check covers, before `mark`; -1 where there is none. */
  private blockAt(mark: number, start: number): number {
    // Most have none, and what is behind the mark may be long.
    if (this.#bytes.lastIndexOf(start, mark) < this.#dataAt) return -1;
    return this.#bytes.indexOf(start, this.#dataAt);
  }

  /** Judges the telegram whose exclamation mark is at `mark` and that ends before `end`. */
  private close(mark: number, end: number): void {
    const bytes = this.#bytes;
    const hasParity = bytes[0] === slashWithParity;
    const isParityGood = !hasParity || stripParity(bytes, end);
    const block = this.blockAt(mark, stx);
    const hasBlock = block >= 0;
    const hasCrc = mark + 1 < end && !hasBlock && hexDigit(bytes[mark + 1]) >= 0;
    let check: TextCheck = hasParity ? 'parity' : 'none';
    let fault: TextFault | undefined = isParityGood ? undefined : 'parity';
    if (hasBlock) {
      check = 'bcc';
      if (bytes[end - 2] !== etx || blockCheck(bytes, block + 1, end - 1) !== bytes[end - 1]) fault ??= 'bcc';
    } else if (hasCrc) {
      check = 'crc';
      if (!isP1CrcGood(bytes, 0, mark + 1, end)) fault ??= 'crc';
    }
    // Eight bits where there should be seven, and nothing but the form to see it by.
    if (check !== 'crc' && !hasParity && !isAscii(bytes, end)) fault ??= 'parity';
    const identification = this.identification();
    const isWeak = check === 'none' || check === 'parity';
    if (fault === undefined && isWeak && this.#checked === identification) fault = 'checkMissing';
    const dataSets = this.#dataSets;
    dataSets.reset(bytes, hasBlock ? block + 1 : this.#dataAt, mark);
    let isP1 = check === 'crc';
    if (fault === undefined) {
      let hasVersion = false;
      let count = 0;
      for (; dataSets.next(); count++) {
        if (isP1Version(dataSets.abc, dataSets.def)) hasVersion = true;
        else if (isP1Tariff(dataSets.abc, dataSets.def)) isP1 = true;
      }
      if (dataSets.errorAt >= 0 || (count === 0 && isWeak)) fault = 'form';
      else if (hasVersion && check !== 'crc') fault = 'checkMissing';
    }
    this.#isOpen = false;
    if (fault !== undefined) {
      this.drop(fault, end);
      return;
    }
    if (!isWeak) this.#checked = identification;
    dataSets.rewind();
    const format = isP1 ? 'p1' : 'd0';
    this.#handlers.onTelegram({ format, offset: this.#base, length: end, check, identification, dataSets });
    this.remove(end);
  }

  private identification(): string {
    let text = '';
    for (let at = 1; at < this.#end && at <= longestIdentification; at++) {
      const byte = (this.#bytes[at] as number) & 0x7f;
      if (byte === cr || byte === lf) break;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  private tell(fault: TextFault, length: number): void {
    const offset = this.#base;
    this.#base += length;
    this.#handlers.onFault(fault, offset, length);
  }

  private drop(fault: TextFault, length: number): void {
    this.#bytes.copyWithin(0, length, this.#end);
    this.#end -= length;
    this.tell(fault, length);
  }

  private remove(length: number): void {
    this.#bytes.copyWithin(0, length, this.#end);
    this.#end -= length;
    this.#base += length;
  }
}

/** The first byte that a telegram can begin with, or `end`. */
function startIn(bytes: Uint8Array, from: number, end: number = bytes.length): number {
  // Most often one telegram follows the other, and what is behind need not be looked at.
  if (bytes[from] === slash || bytes[from] === slashWithParity) return Math.min(from, end);
  const plain = bytes.indexOf(slash, from);
  const parity = bytes.indexOf(slashWithParity, from);
  return Math.min(plain < 0 ? end : plain, parity < 0 ? end : parity, end);
}
