import type { LineSettings } from '#core/wire/settings.ts';
import type { Cancel, SerialHandlers, SerialPort, TimePort } from '#ports';
import type { D0Head } from './d0-head.ts';

export interface AnsweringD0Options {
  readonly time: TimePort;
  readonly head: D0Head;
  /** Baud of its answer after the acknowledgement; what its identification promises. */
  readonly baud?: number;
  /** The head sends back what is sent to the meter, as many do. */
  readonly hasEcho?: boolean;
  /** It does not answer so many questions first. */
  readonly deafFor?: number;
}

const signOnBaud = 300;
const reactionMs = 250;

/**
 * A meter that answers (IEC 62056-21, mode C) behind an infrared head: hears the sign-on at 300 baud, tells who it is,
 * waits for the acknowledgement, and sends its block at the speed that was agreed. Who listens at another speed than it
 * sends hears nothing that makes sense. Paced by the line's speed.
 */
export class AnsweringD0 {
  readonly counts = { signOns: 0, acknowledgements: 0, readouts: 0 };
  readonly #options: AnsweringD0Options;
  #baud = signOnBaud;
  #heard = '';
  #port: { readonly baud: number; readonly handlers: SerialHandlers } | undefined;
  #cancel: Cancel | undefined;

  constructor(options: AnsweringD0Options) {
    this.#options = options;
  }

  /** The `openSerial` of a gateway whose head is on this meter. */
  readonly openSerial = (line: LineSettings, handlers: SerialHandlers): SerialPort => {
    const port = { baud: line.baud ?? 9600, handlers };
    this.#port = port;
    return {
      write: bytes => {
        if (this.#options.hasEcho === true) handlers.onBytes(bytes);
        if (port.baud === this.#baud) this.#hear(bytes);
      },
      close: () => {
        if (this.#port === port) this.#port = undefined;
      },
    };
  };

  #hear(bytes: Uint8Array): void {
    const { head, deafFor = 0, baud = 9600 } = this.#options;
    this.#heard = (this.#heard + String.fromCharCode(...bytes.map(byte => byte & 0x7f))).slice(-16);
    if (this.#heard.endsWith('/?!\r\n')) {
      this.#heard = '';
      if (this.counts.signOns++ < deafFor) return;
      this.#sendAfter(reactionMs, head.identificationLine());
    } else if (this.#heard.slice(-6, -4) === '\x060' && this.#heard.endsWith('0\r\n')) {
      this.#heard = '';
      this.counts.acknowledgements++;
      const sentMs = 60_000 / signOnBaud;
      this.#options.time.after(sentMs, () => {
        this.#baud = baud;
      });
      this.#sendAfter(sentMs + reactionMs, head.data(), () => {
        this.counts.readouts++;
        this.#baud = signOnBaud;
      });
    }
  }

  #sendAfter(delayMs: number, bytes: Uint8Array, done?: () => void): void {
    this.#cancel?.();
    this.#cancel = this.#options.time.after(delayMs, () => this.#send(bytes, 0, done));
  }

  #send(bytes: Uint8Array, from: number, done?: () => void): void {
    const piece = bytes.subarray(from, from + 16);
    if (piece.length === 0) {
      done?.();
      return;
    }
    this.#cancel = this.#options.time.after((piece.length * 10_000) / this.#baud, () => {
      const port = this.#port;
      port?.handlers.onBytes(port.baud === this.#baud ? piece : piece.map(byte => byte ^ 0x5a));
      this.#send(bytes, from + 16, done);
    });
  }
}
