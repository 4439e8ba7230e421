import { withRoom } from '#core/bytes.ts';
import { decimalText } from '#core/sml/decimal.ts';

const zero = 0x30;
const point = 0x2e;
const minus = 0x2d;
const quote = 0x22;
const backslash = 0x5c;
const scratchBytes = 32;
const hexDigits = Buffer.from('0123456789abcdef');
const capitalDigits = Buffer.from('0123456789ABCDEF');
const comma = 0x2c;

/**
 * Text on its way out, as UTF-8. Telegrams come by the million and most of each line was there before, so pieces are
 * bytes made once, and digits are written without a string.
 */
export class ByteText {
  #bytes: Uint8Array = new Uint8Array(256 * 1024);
  #length = 0;
  readonly #scratch = new Uint8Array(scratchBytes);

  get length(): number {
    return this.#length;
  }

  /** A view of what was written since the last `clear`. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  bytes(bytes: Uint8Array): void {
    const { length } = bytes;
    this.#reserve(length);
    const target = this.#bytes;
    let at = this.#length;
    // For pieces as short as these a loop is quicker than the call of `set`.
    for (let index = 0; index < length; index++) target[at++] = bytes[index] as number;
    this.#length = at;
  }

  /** `bytes[start]` to `bytes[end - 1]` in hexadecimal digits. */
  hex(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(2 * (end - start));
    const target = this.#bytes;
    let at = this.#length;
    for (let index = start; index < end; index++) {
      const byte = bytes[index] as number;
      target[at++] = hexDigits[byte >> 4] as number;
      target[at++] = hexDigits[byte & 15] as number;
    }
    this.#length = at;
  }

  /** Registers as texts of four hexadecimal digits with commas between: `"4367","AE14"`. */
  words(data: Uint8Array): void {
    this.#reserve(4 * data.length);
    const target = this.#bytes;
    let at = this.#length;
    for (let index = 0; index + 1 < data.length; index += 2) {
      if (index > 0) target[at++] = comma;
      target[at++] = quote;
      for (let half = index; half < index + 2; half++) {
        const byte = data[half] as number;
        target[at++] = capitalDigits[byte >> 4] as number;
        target[at++] = capitalDigits[byte & 15] as number;
      }
      target[at++] = quote;
    }
    this.#length = at;
  }

  /** Printable ASCII as the inside of a text in JSON. */
  jsonText(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(2 * (end - start));
    const target = this.#bytes;
    let at = this.#length;
    for (let index = start; index < end; index++) {
      const character = bytes[index] as number;
      if (character === quote || character === backslash) target[at++] = backslash;
      target[at++] = character;
    }
    this.#length = at;
  }

  /** Takes the last byte back. */
  dropLast(): void {
    this.#length--;
  }

  text(text: string): void {
    const bytes = Buffer.from(text);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  line(text: string): void {
    this.text(`${text}\n`);
  }

  /** `mantissa` × 10^`scaler` with all its digits, as `decimalText` writes it. */
  decimal(mantissa: number | bigint, scaler: number): void {
    if (typeof mantissa === 'bigint' || scaler > 9 || scaler < -9) {
      this.text(decimalText(mantissa, scaler));
      return;
    }
    const scratch = this.#scratch;
    let at = scratchBytes;
    let place = scaler;
    let rest = Math.abs(mantissa);
    if (rest > 0x7fff_ffff) {
      // Integer arithmetic of 32 bits is much quicker: eight digits first, the rest fits then.
      const high = Math.floor(rest / 1e8);
      let low = rest - high * 1e8;
      for (let digit = 0; digit < 8; digit++) {
        if (place++ === 0 && scaler < 0) scratch[--at] = point;
        scratch[--at] = zero + (low % 10);
        low = (low / 10) | 0;
      }
      rest = high;
    }
    do {
      if (place++ === 0 && scaler < 0) scratch[--at] = point;
      scratch[--at] = zero + (rest % 10);
      rest = (rest / 10) | 0;
    } while (rest > 0 || place < 1);
    if (mantissa < 0) scratch[--at] = minus;
    this.#reserve(scratchBytes + 9);
    const bytes = this.#bytes;
    let length = this.#length;
    while (at < scratchBytes) bytes[length++] = scratch[at++] as number;
    if (mantissa !== 0) for (let zeros = scaler; zeros > 0; zeros--) bytes[length++] = zero;
    this.#length = length;
  }

  #reserve(count: number): void {
    this.#bytes = withRoom(this.#bytes, this.#length, count);
  }
}
