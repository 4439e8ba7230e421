import {
  type TextFault,
  type TextHandlers,
  type TextTelegram,
  TextTransport,
} from '../core/iec62056/text-transport.ts';
import { limits } from '../core/limits.ts';
import {
  type SmlFault,
  type SmlFrame,
  SmlTransport,
  type SmlTransportHandlers,
} from '../core/sml/transport.ts';
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

/** Memory for the SML telegrams that most meters send; a longer one takes more. */
const firstTelegramBytes = 768;

/**
 * Finds out by its bytes what a head speaks. Until the first good telegram all formats are looked for at once, then that
 * one alone; another meter in its place is found as soon as so many bytes have brought nothing. What is not looked for
 * takes no memory.
 */
export class HeadStream implements SmlTransportHandlers, TextHandlers {
  format: HeadFormat | null = null;
  readonly #handlers: HeadStreamHandlers;
  #sml: SmlTransport | undefined;
  #text: TextTransport | undefined;
  #unheardBytes = 0;
  /** All bytes that were pushed, and how many of them had gone by when each format began to be looked for. */
  #bytes = 0;
  #smlFrom = 0;
  #textFrom = 0;
  /** Whether it is the text that finds something now. */
  #isText = false;
  /** What one format still had of a stream that is another's is no fault. */
  #isLocking = false;

  constructor(handlers: HeadStreamHandlers) {
    this.#handlers = handlers;
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
    const from = this.#bytes;
    const wasLookedFor = this.format;
    this.#bytes += bytes.length;
    if (this.format === null || this.format === 'sml') {
      if (this.#sml === undefined) this.#smlFrom = from;
      this.#sml ??= new SmlTransport(this, limits.smlTelegramBytes, firstTelegramBytes);
      this.#isText = false;
      this.#sml.push(bytes);
    }
    if (this.format !== 'sml') {
      if (this.#text === undefined) this.#textFrom = from;
      this.#text ??= new TextTransport(this);
      this.#isText = true;
      this.#text.push(bytes);
    }
    if (this.format !== wasLookedFor) this.forget();
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
    this.#isText = false;
    this.#sml?.finish();
    this.#isText = true;
    this.#text?.finish();
    this.format = null;
  }

  onFrame(frame: SmlFrame): void {
    this.lock('sml');
    this.#handlers.onSml(frame, frame.offset + this.#smlFrom);
  }

  onTelegram(telegram: TextTelegram): void {
    if (this.#isLocking) return;
    this.lock(telegram.format);
    this.#handlers.onText(telegram, telegram.offset + this.#textFrom);
  }

  onIdentification(identification: string): void {
    this.#handlers.onIdentification(identification);
  }

  onFault(fault: SmlFault | TextFault, offset: number, length: number): void {
    if (this.#isLocking) return;
    const at = offset + (this.#isText ? this.#textFrom : this.#smlFrom);
    if (fault !== 'junk') this.#handlers.onFault(fault, at, length);
    // While nobody knows the format, each finds the other's telegrams to be junk.
    else if (this.format !== null) this.#handlers.onJunk(length, at);
  }

  private lock(format: HeadFormat): void {
    this.#unheardBytes = 0;
    if (this.format === format) return;
    this.format = format;
    this.#isLocking = true;
    if (format === 'sml') this.#text?.finish();
    else this.#sml?.finish();
    this.#isLocking = false;
  }

  /** Gives up what is not looked for any more. */
  private forget(): void {
    if (this.format === 'sml') this.#text = undefined;
    else if (this.format !== null) this.#sml = undefined;
  }
}
