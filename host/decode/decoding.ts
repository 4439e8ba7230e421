import type { ModbusProfile } from '#profiles/profile.ts';
import { ByteText } from './byte-text.ts';
import { type CaptureFormat, type CapturePrint, type CaptureReader, noCounts } from './capture.ts';
import { detectFormat } from './detect.ts';
import { dumpVerdict, HexDump } from './hex-dump.ts';
import { type BytesOfText, HexText, hexVerdict } from './hex-text.ts';
import { createReader } from './readers.ts';
import { summaryJson, summaryText } from './summary.ts';

/** So much is looked at at once for what a capture is; a telegram and its neighbour fit well in. */
const lookedAtBytes = 32 * 1024;
/** What is kept of it when nothing was found, so that nothing is missed that lies across the edge. */
const keptBytes = 8 * 1024;
/** By how much it grows between two looks. */
const lookAgainAt = 1.1;
/** Less than this says nothing: `cafe` may be a word. */
const leastHexCharacters = 16;
/** Text output is at most some times the input, so pieces bound it. */
export const pieceBytes = 64 * 1024;

export interface DecodingOptions {
  readonly isJson: boolean;
  readonly format: CaptureFormat | undefined;
  readonly profile: ModbusProfile | undefined;
}

/**
 * The decoding of one capture: bytes in, text out. First it collects until it knows what the capture is, then a reader
 * of that format takes over. Memory is bounded whatever the capture's size.
 */
export class Decoding {
  readonly out = new ByteText();
  readonly #options: DecodingOptions;
  #collected = new Uint8Array(0);
  #lookAgainBytes = 0;
  #hex: BytesOfText | undefined;
  #isHexDecided = false;
  #format: CaptureFormat | undefined;
  #reader: CaptureReader | undefined;
  /** Bytes of the capture before those collected, which no reader saw. */
  #skippedBytes = 0;
  #bytes = 0;

  constructor(options: DecodingOptions) {
    this.#options = options;
  }

  /** Valid telegrams or frames so far. */
  get valid(): number {
    return this.#reader?.counts.valid ?? 0;
  }

  /** Takes a piece of at most `pieceBytes` bytes; what it gave stands in `out`. */
  push(piece: Uint8Array): void {
    const bytes = this.#hex === undefined ? piece : this.#hex.push(piece);
    if (this.#reader !== undefined) this.#read(bytes);
    else this.#collect(bytes);
  }

  /** The capture is over: writes the summary. */
  finish(): void {
    if (this.#reader === undefined) this.#decide(true);
    this.#endText();
    this.#reader?.finish();
    const counts = this.#reader?.counts ?? { ...noCounts(), junkBytes: this.#bytes };
    if (this.#reader !== undefined) counts.junkBytes += this.#skippedBytes;
    const { isJson } = this.#options;
    const hints = this.#reader?.hints() ?? [];
    this.out.line(
      isJson ? summaryJson(this.#format, counts) : summaryText(this.#format, this.#bytes, counts, hints),
    );
  }

  #read(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#reader?.push(bytes);
  }

  #collect(piece: Uint8Array): void {
    this.#collected = joined(this.#collected, piece);
    // Not at every byte: each look is at all of them.
    if (this.#collected.length < this.#lookAgainBytes) return;
    this.#decide(false);
    this.#lookAgainBytes = this.#collected.length * lookAgainAt;
  }

  /** The last line of a dump may have no end. */
  #endText(): void {
    const rest = this.#hex?.finish();
    if (rest === undefined || rest.length === 0) return;
    if (this.#reader !== undefined) this.#read(rest);
    else this.#collected = joined(this.#collected, rest);
  }

  /** Whether the capture is text that stands for bytes; false while that cannot be said. */
  #decideHex(isFull: boolean): boolean {
    const dump = dumpVerdict(this.#collected);
    const hex = hexVerdict(this.#collected);
    // Text may still go on otherwise, so there is no haste with it.
    if (dump !== 'yes' && (dump === 'maybe' || hex === 'maybe') && !isFull) return false;
    this.#isHexDecided = true;
    if (dump === 'yes') this.#hex = new HexDump();
    else if (hex === 'maybe' && this.#collected.length >= leastHexCharacters) this.#hex = new HexText();
    if (this.#hex !== undefined) this.#collected = this.#hex.push(this.#collected).slice();
    return true;
  }

  #decide(isOver: boolean): void {
    const isFull = isOver || this.#collected.length >= lookedAtBytes;
    if (!this.#isHexDecided && !this.#decideHex(isFull)) return;
    if (isOver) this.#endText();
    const format = this.#options.format ?? detectFormat(this.#collected, isOver);
    if (format !== undefined) this.#begin(format);
    else if (isFull) this.#skip(isOver ? this.#collected.length : this.#collected.length - keptBytes);
  }

  #begin(format: CaptureFormat): void {
    const { isJson, profile } = this.#options;
    const print: CapturePrint = { out: this.out, isJson, offset: this.#skippedBytes };
    const beginning = this.#collected;
    this.#collected = new Uint8Array(0);
    this.#format = format;
    this.#reader = createReader(format, print, profile);
    this.#bytes += beginning.length;
    this.#reader.push(beginning);
  }

  #skip(count: number): void {
    this.#skippedBytes += count;
    this.#bytes += count;
    this.#collected = this.#collected.slice(count);
    this.#lookAgainBytes = 0;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
