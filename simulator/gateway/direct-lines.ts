import type { LineSettings } from '#core/wire/settings.ts';
import type { Cancel, Ports, SerialHandlers, SerialPort, TimePort } from '#ports';
import { answerOf, type ModbusSlave } from '../meters/modbus-slave.ts';
import type { TelegramHead } from '../meters/telegram-head.ts';

export interface DirectLinesOptions {
  readonly time: TimePort;
  /** RS485 lines lead to these slaves, infrared ones to this head, if any; where `port` is given, under this name alone. */
  readonly rs485?: { readonly port?: string; readonly slaves: readonly ModbusSlave[] };
  readonly ir?: { readonly port?: string; readonly head: TelegramHead; readonly everyMs: number };
}

/** A line that is open, and where it leads now. */
interface OpenLine {
  readonly line: LineSettings;
  readonly handlers: SerialHandlers;
  port: SerialPort;
}

/** A character of ten bits at 9600 baud, and what a meter needs to think. */
const characterMs = 10_000 / 9600;
const turnaroundMs = 15;
const usualTelegramMs = 1000;

/**
 * Lines without sockets, for time that runs fast: the same frames and telegrams as over TCP, byte for byte, delivered
 * whole when their last byte would have come.
 */
export class DirectLines {
  readonly openSerial: Ports['openSerial'];
  /** Between two telegrams; may be changed at any time. */
  telegramEveryMs: number;
  readonly #options: DirectLinesOptions;
  readonly #open = new Set<OpenLine>();

  constructor(options: DirectLinesOptions) {
    this.#options = options;
    this.telegramEveryMs = options.ir?.everyMs ?? usualTelegramMs;
    this.openSerial = (line, handlers) => {
      const open: OpenLine = { line, handlers, port: this.#begin(line, handlers) };
      this.#open.add(open);
      return {
        write: bytes => open.port.write(bytes),
        close: () => {
          this.#open.delete(open);
          open.port.close();
        },
      };
    };
  }

  /** Leads every open line elsewhere; whoever has it open does not notice. */
  moveTo(openSerial: Ports['openSerial']): void {
    for (const open of this.#open) {
      // A head would go on for ever; an answer that is under way on the bus still comes.
      if (open.line.kind === 'ir') open.port.close();
      open.port = openSerial(open.line, open.handlers);
    }
    this.#open.clear();
  }

  #begin(line: LineSettings, handlers: SerialHandlers): SerialPort {
    const { rs485, ir } = this.#options;
    if (rs485 !== undefined && line.kind === 'rs485' && line.port === (rs485.port ?? line.port))
      return this.#openBus(rs485.slaves, handlers);
    if (ir !== undefined && line.kind === 'ir' && line.port === (ir.port ?? line.port))
      return this.#openHead(ir.head, handlers);
    throw new Error(`port ${JSON.stringify(line.port)} of line ${line.id} is not there`);
  }

  #openBus(slaves: readonly ModbusSlave[], handlers: SerialHandlers): SerialPort {
    const { time } = this.#options;
    const pending = new Set<Cancel>();
    return {
      write: bytes => {
        const request = bytes.slice();
        for (const slave of slaves) {
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
      },
    };
  }

  #deliver(handlers: SerialHandlers, bytes: Uint8Array, pending: Set<Cancel>): void {
    const cancel = this.#options.time.after(bytes.length * characterMs, () => {
      pending.delete(cancel);
      handlers.onBytes(bytes);
    });
    pending.add(cancel);
  }

  #openHead(head: TelegramHead, handlers: SerialHandlers): SerialPort {
    const { time } = this.#options;
    const beganMs = time.ticksMs();
    let cancel: Cancel = () => {};
    const send = (): void => {
      cancel = time.after(this.telegramEveryMs, send);
      handlers.onBytes(head.telegram(Math.floor((time.ticksMs() - beganMs) / 1000)));
    };
    cancel = time.after(this.telegramEveryMs, send);
    return { write: () => {}, close: () => cancel() };
  }
}
