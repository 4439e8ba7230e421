import { type TextFault, type TextTelegram, TextTransport } from '../core/iec62056/text-transport.ts';
import { type SmlFault, type SmlFrame, SmlTransport } from '../core/sml/transport.ts';
import type { HeadFormat } from './head-watch.ts';

export interface HeadStreamHandlers {
  /** `offset` is the place of the first byte, counted over all that was pushed here. */
  readonly onSml: (frame: SmlFrame, offset: number) => void;
  readonly onText: (telegram: TextTelegram, offset: number) => void;
  /** Bytes given up that were more than noise. */
  readonly onFault: (fault: Exclude<SmlFault | TextFault, 'junk'>, offset: number, length: number) => void;
  readonly onJunk: (bytes: number, offset: number) => void;
  readonly onIdentification: (identification: string) => void;
}

/** So much without a good telegram, at least two of the longest that meters send, and all formats are looked for again. */
const unlockBytes = 8192;

/**
 * Finds out by its bytes what a head speaks. Until the first good telegram all formats are looked for at once, then that
 * one alone; another meter in its place is found as soon as so many bytes have brought nothing.
 */
export class HeadStream {
  format: HeadFormat | null = null;
  readonly #handlers: HeadStreamHandlers;
  readonly #sml: SmlTransport;
  readonly #text: TextTransport;
  #unheardBytes = 0;
  /** All bytes that were pushed; of them each format has seen fewer by these. */
  #bytes = 0;
  #smlMissed = 0;
  #textMissed = 0;
  /** What one format still had of a stream that is another's is no fault. */
  #isLocking = false;

  constructor(handlers: HeadStreamHandlers) {
    this.#handlers = handlers;
    this.#sml = new SmlTransport({
      onFrame: frame => {
        this.lock('sml');
        handlers.onSml(frame, frame.offset + this.#smlMissed);
      },
      onFault: (fault, offset, length) => this.fault(fault, offset + this.#smlMissed, length),
    });
    this.#text = new TextTransport({
      onTelegram: telegram => {
        if (this.#isLocking) return;
        this.lock(telegram.format);
        handlers.onText(telegram, telegram.offset + this.#textMissed);
      },
      onFault: (fault, offset, length) => this.fault(fault, offset + this.#textMissed, length),
      onIdentification: handlers.onIdentification,
    });
  }

  /** How many bytes were pushed so far. */
  get byteLength(): number {
    return this.#bytes;
  }

  /** Bytes since the last good telegram. */
  get unheardBytes(): number {
    return this.#unheardBytes;
  }

  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.format === null || this.format === 'sml') this.#sml.push(bytes);
    else this.#smlMissed += bytes.length;
    if (this.format !== 'sml') this.#text.push(bytes);
    else this.#textMissed += bytes.length;
    this.#unheardBytes += bytes.length;
    if (this.#unheardBytes <= unlockBytes) return;
    if (this.format === null) {
      this.#handlers.onJunk(this.#unheardBytes, this.#bytes - this.#unheardBytes);
    }
    this.format = null;
    this.#unheardBytes = 0;
  }

  /** The line was lost: what is open ends here. */
  finish(): void {
    this.#sml.finish();
    this.#text.finish();
    this.format = null;
  }

  private lock(format: HeadFormat): void {
    this.#unheardBytes = 0;
    if (this.format === format) return;
    this.format = format;
    this.#isLocking = true;
    if (format === 'sml') this.#text.finish();
    else this.#sml.finish();
    this.#isLocking = false;
  }

  private fault(fault: SmlFault | TextFault, offset: number, length: number): void {
    if (this.#isLocking) return;
    if (fault !== 'junk') this.#handlers.onFault(fault, offset, length);
    // While nobody knows the format, each finds the other's telegrams to be junk.
    else if (this.format !== null) this.#handlers.onJunk(length, offset);
  }
}
