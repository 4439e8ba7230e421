/** How the text of a file is written in bytes. */
export type FileEncoding = 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be';

const headBytes = 64;

/**
 * Tells from the bytes of a file, piece by piece, which encoding it seems to have: UTF-16 begins with its mark, as
 * Excel's "Unicode text" does, or has a zero in every other byte; what is no UTF-8 throughout is Windows-1252, in which
 * its "CSV" is written in Europe.
 */
export class EncodingGuess {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #first: number[] = [];
  #isUtf8 = true;

  add(piece: Uint8Array): void {
    if (this.#first.length < headBytes)
      this.#first.push(...piece.subarray(0, headBytes - this.#first.length));
    if (this.#isUtf8) this.#decode(piece);
  }

  /** To be asked once, at the end. */
  end(): FileEncoding {
    const [one, two] = this.#first;
    if (one === 0xff && two === 0xfe) return 'utf-16le';
    if (one === 0xfe && two === 0xff) return 'utf-16be';
    // Of Latin text a half of the bytes are zeros; without a mark a quarter is enough.
    const isZero = (odd: number) =>
      this.#first.filter((byte, index) => index % 2 === odd && byte === 0).length > this.#first.length / 4;
    if (isZero(1)) return 'utf-16le';
    if (isZero(0)) return 'utf-16be';
    if (this.#isUtf8) this.#decode();
    return this.#isUtf8 ? 'utf-8' : 'windows-1252';
  }

  #decode(piece?: Uint8Array): void {
    try {
      this.#decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      this.#isUtf8 = false;
    }
  }
}
