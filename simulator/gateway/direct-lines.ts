import type { Cancel, Ports, SerialHandlers, SerialPort, TimePort } from '#ports';
import { answerOf, type ModbusSlave } from '../meters/modbus-slave.ts';
import type { SmlHead } from '../meters/sml-head.ts';

export interface DirectLinesOptions {
  readonly time: TimePort;
  /** RS485 lines lead to these slaves, infrared ones to this head; where `port` is given, under this name alone. */
  readonly rs485: { readonly port?: string; readonly slaves: readonly ModbusSlave[] };
  readonly ir: { readonly port?: string; readonly head: SmlHead; readonly everyMs: number };
}

/** A character of ten bits at 9600 baud, and what a meter needs to think. */
const characterMs = 10_000 / 9600;
const turnaroundMs = 15;

/**
 * Lines without sockets, for time that runs fast: the same frames and telegrams as over TCP, byte for byte, delivered
 * whole when their last byte would have come.
 */
export class DirectLines {
  readonly openSerial: Ports['openSerial'];
  /** Between two telegrams; may be changed at any time. */
  telegramEveryMs: number;
  readonly #options: DirectLinesOptions;
  readonly #open = new Map<SerialPort, SerialHandlers>();

  constructor(options: DirectLinesOptions) {
    this.#options = options;
    this.telegramEveryMs = options.ir.everyMs;
    this.openSerial = (line, handlers) => {
      const { rs485, ir } = options;
      if (line.kind === 'rs485' && line.port === (rs485.port ?? line.port)) return this.#openBus(handlers);
      if (line.kind === 'ir' && line.port === (ir.port ?? line.port)) return this.#openHead(handlers);
      throw new Error(`port ${JSON.stringify(line.port)} of line ${line.id} is not there`);
    };
  }

  /** Breaks every line that is open, so that the gateway opens them again, elsewhere. */
  breakAll(why: string): void {
    for (const [port, handlers] of [...this.#open]) {
      port.close();
      handlers.onClosed(why);
    }
  }

  #openBus(handlers: SerialHandlers): SerialPort {
    const { time, rs485 } = this.#options;
    const pending = new Set<Cancel>();
    const port: SerialPort = {
      write: bytes => {
        const request = bytes.slice();
        for (const slave of rs485.slaves) {
          if (slave.address !== request[0]) continue;
          const cancel = time.after(request.length * characterMs + turnaroundMs, () => {
            pending.delete(cancel);
            const answer = answerOf(slave, request);
            if (answer !== undefined) this.#deliver(handlers, answer, pending);
          });
          pending.add(cancel);
        }
      },
      close: () => {
        for (const cancel of pending) cancel();
        this.#open.delete(port);
      },
    };
    this.#open.set(port, handlers);
    return port;
  }

  #deliver(handlers: SerialHandlers, bytes: Uint8Array, pending: Set<Cancel>): void {
    const cancel = this.#options.time.after(bytes.length * characterMs, () => {
      pending.delete(cancel);
      handlers.onBytes(bytes);
    });
    pending.add(cancel);
  }

  #openHead(handlers: SerialHandlers): SerialPort {
    const { time, ir } = this.#options;
    const beganMs = time.ticksMs();
    let cancel: Cancel = () => {};
    const send = (): void => {
      cancel = time.after(this.telegramEveryMs, send);
      handlers.onBytes(ir.head.telegram(Math.floor((time.ticksMs() - beganMs) / 1000)));
    };
    cancel = time.after(this.telegramEveryMs, send);
    const port: SerialPort = {
      write: () => {},
      close: () => {
        cancel();
        this.#open.delete(port);
      },
    };
    this.#open.set(port, handlers);
    return port;
  }
}
