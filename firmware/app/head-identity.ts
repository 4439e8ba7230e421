import type { DataSetReader } from '../core/iec62056/data-sets.ts';
import type { SmlTaker } from '../core/sml/telegram.ts';
import type { SmlValue } from '../core/sml/value.ts';
import { isSerial } from '../core/wire/records.ts';

/**
 * Codes under which meters say their number, A to F: 1-0:0.0.9 and 1-0:96.1.0 (SML), 1-0:0.0.0 and C.1.0 (D0),
 * 0-0:96.1.1 (DSMR P1), 9.21 (heat meters with D0).
 */
const codes: readonly number[] = Object.freeze([
  0x010000_0009ff, 0x010060_0100ff, 0x010000_0000ff, 0x000060_0100ff, 0x000060_0101ff, 0x010009_1500ff,
]);

/**
 * The serial number of a meter at an optical head. The first code that told one is heard from then on and no other: a
 * meter may say two numbers, not always both.
 */
export class HeadIdentity implements SmlTaker {
  #code: number | undefined;
  /** What the SML telegram that is read now told, and under which code: of no weight before it proved good. */
  #serial: string | undefined;
  #toldUnder: number | undefined;

  beginSml(): void {
    this.#serial = undefined;
  }

  onValue({ abc, def, kind, start, end }: SmlValue, bytes: Uint8Array): void {
    if (kind !== 'octets' || this.#serial !== undefined) return;
    this.#serial = this.taken(abc, def, () => octetsText(bytes, start, end));
  }

  /** Of the SML telegram that was read just now and is good. */
  ofSml(): string | undefined {
    if (this.#serial !== undefined) this.#code = this.#toldUnder;
    return this.#serial;
  }

  /** From the data set on that the cursor stands before; it is put back to the first. */
  ofText(dataSets: DataSetReader): string | undefined {
    let serial: string | undefined;
    while (serial === undefined && dataSets.next()) {
      // What has a unit is measured, as the apparent power that an electricity meter has under 9.
      serial = this.taken(dataSets.abc, dataSets.def, () =>
        dataSets.unit === '' ? unpacked(dataSets.text) : '',
      );
    }
    dataSets.rewind();
    if (serial !== undefined) this.#code = this.#toldUnder;
    return serial;
  }

  private taken(abc: number, def: number, text: () => string): string | undefined {
    const code = abc * 0x100_0000 + def;
    if (this.#code === undefined ? !codes.includes(code) : code !== this.#code) return undefined;
    const serial = text().trim();
    // Zeros alone are no number.
    if (!isSerial(serial) || /^[0 ]+$/.test(serial)) return undefined;
    this.#toldUnder = code;
    return serial;
  }
}

/**
 * A number in octets: as it is printed on the meter where it has the form of DIN 43863-5 (medium, three letters of the
 * maker, block, number), as text where it is text, else in hex.
 */
function octetsText(bytes: Uint8Array, start: number, end: number): string {
  const isMade =
    end - start === 10 && bytes[start] === 0x0a && isAll(bytes, start + 2, start + 5, 0x41, 0x5a);
  if (isMade) {
    let number = 0;
    for (let at = start + 6; at < end; at++) number = number * 256 + (bytes[at] as number);
    const block = hex(bytes, start + 5, start + 6);
    return `${bytes[start + 1]}${ascii(bytes, start + 2, start + 5)}${block}${String(number).padStart(8, '0')}`;
  }
  return isAll(bytes, start, end, 0x20, 0x7e) ? ascii(bytes, start, end) : hex(bytes, start, end);
}

/** DSMR sends texts as hex of their characters. */
function unpacked(text: string): string {
  if (!/^([2-7][0-9A-Fa-f]){8,}$/.test(text)) return text;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return ascii(bytes, 0, bytes.length);
}

function isAll(bytes: Uint8Array, start: number, end: number, least: number, most: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < least || byte > most) return false;
  }
  return end > start;
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
}

function hex(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += (bytes[at] as number).toString(16).padStart(2, '0');
  return text;
}
