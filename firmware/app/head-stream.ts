import { type TextFault, type TextTelegram, TextTransport } from '../core/iec62056/text-transport.ts';
import { type SmlFault, type SmlFrame, SmlTransport } from '../core/sml/transport.ts';
import type { HeadFormat } from './head-watch.ts';

export interface HeadStreamHandlers {
  readonly onSml: (frame: SmlFrame) => void;
  readonly onText: (telegram: TextTelegram) => void;
  /** Bytes given up that were more than noise. */
  readonly onFault: (fault: Exclude<SmlFault | TextFault, 'junk'>) => void;
  readonly onJunk: (bytes: number) => void;
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
  /** What one format still had of a stream that is another's is no fault. */
  #isLocking = false;

  constructor(handlers: HeadStreamHandlers) {
    this.#handlers = handlers;
    this.#sml = new SmlTransport({
      onFrame: frame => {
        this.lock('sml');
        handlers.onSml(frame);
      },
      onFault: (fault, _offset, length) => this.fault(fault, length),
    });
    this.#text = new TextTransport({
      onTelegram: telegram => {
        if (this.#isLocking) return;
        this.lock(telegram.format);
        handlers.onText(telegram);
      },
      onFault: (fault, _offset, length) => this.fault(fault, length),
      onIdentification: handlers.onIdentification,
    });
  }

  push(bytes: Uint8Array): void {
    if (this.format === null || this.format === 'sml') this.#sml.push(bytes);
    if (this.format !== 'sml') this.#text.push(bytes);
    this.#unheardBytes += bytes.length;
    if (this.#unheardBytes <= unlockBytes) return;
    if (this.format === null) this.#handlers.onJunk(this.#unheardBytes);
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

  private fault(fault: SmlFault | TextFault, length: number): void {
    if (this.#isLocking) return;
    if (fault !== 'junk') this.#handlers.onFault(fault);
    // While nobody knows the format, each finds the other's telegrams to be junk.
    else if (this.format !== null) this.#handlers.onJunk(length);
  }
}
