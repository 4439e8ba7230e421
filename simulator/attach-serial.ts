import { readdirSync } from 'node:fs';
import type { Cancel, SerialPort, TimePort } from '#ports';
import { type Options, UsageError } from './arguments.ts';
import { openNodeSerial } from './gateway/node-serial.ts';
import { RequestPacker } from './line/request-packer.ts';
import type { UartSettings } from './line/uart.ts';
import type { RtuTcpServer } from './meters/rtu-tcp-server.ts';
import type { SmlTcpServer } from './meters/sml-tcp-server.ts';

/** The options of a command that can put its meters on real wires. */
export const serialOptions = {
  serial: {
    takes: 'text',
    called: 'a path',
    unless: null,
    help: 'also put the bus on this serial port, such as /dev/ttyUSB0 with a USB-RS485 adapter',
  },
  'ir-serial': {
    takes: 'text',
    called: 'a path',
    unless: null,
    help: 'also send the smart meter’s telegrams by this serial port (a USB-UART and an infrared diode)',
  },
} as const satisfies Options;

export interface AttachSerialOptions {
  readonly time: TimePort;
  /** The bus, and the serial port that becomes a further master of it. */
  readonly bus?: { readonly path: string; readonly uart: UartSettings; readonly server: RtuTcpServer };
  /** The head, and the serial port that its telegrams go out by, too. Without `baud` 9600. */
  readonly head?: { readonly path: string; readonly baud?: number; readonly server: SmlTcpServer };
  /** Hears of adapters that went and came. */
  readonly say: (text: string) => void;
}

export interface AttachedSerial {
  close(): void;
}

const againMs = 2000;

/**
 * Puts a simulated bus and head on serial ports of this machine, besides their TCP ports, at real speed. An adapter that
 * is unplugged is opened again when it is back. @throws UsageError where a port cannot be had at the start.
 */
export function attachSerial({ time, bus, head, say }: AttachSerialOptions): AttachedSerial {
  const kept: KeptPort[] = [];
  const close = () => {
    for (const port of kept) port.close();
  };
  try {
    if (bus !== undefined) kept.push(attachBus(bus, time, say));
    if (head !== undefined) kept.push(attachHead(head, time, say));
  } catch (error) {
    close();
    throw error;
  }
  return { close };
}

function attachBus(
  { path, uart, server: { turns } }: NonNullable<AttachSerialOptions['bus']>,
  time: TimePort,
  say: (text: string) => void,
): KeptPort {
  // What comes in took its time on the real wire, and what goes out takes it there once more, 16 bytes behind.
  const asker = { onBytes: (bytes: Uint8Array) => port.write(bytes) };
  const packer = new RequestPacker(time, request => void turns.ask(asker, request, true));
  const port = new KeptPort({
    option: '--serial',
    path,
    uart,
    time,
    say,
    onBytes: bytes => packer.push(bytes),
    onOver: () => {
      packer.close();
      turns.leave(asker);
    },
  });
  return port;
}

function attachHead(
  { path, baud = 9600, server }: NonNullable<AttachSerialOptions['head']>,
  time: TimePort,
  say: (text: string) => void,
): KeptPort {
  const leave = server.listen(bytes => port.write(bytes));
  const uart = { baud, parity: 'none', stopBits: 1 } as const;
  let port: KeptPort;
  try {
    port = new KeptPort({ option: '--ir-serial', path, uart, time, say, onBytes: () => {}, onOver: leave });
  } catch (error) {
    leave();
    throw error;
  }
  return port;
}

/** A serial port that is written to and kept open. @throws UsageError where it cannot be had at the start. */
export const openWritableSerial = (
  options: Pick<KeptPortOptions, 'path' | 'uart' | 'time' | 'say'>,
): { write(bytes: Uint8Array): void; close(): void } =>
  new KeptPort({ ...options, option: '--serial', onBytes: () => {}, onOver: () => {} });

interface KeptPortOptions {
  readonly option: string;
  readonly path: string;
  readonly uart: UartSettings;
  readonly time: TimePort;
  readonly say: (text: string) => void;
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onOver: () => void;
}

/** A serial port that is opened again and again after it was unplugged. */
class KeptPort {
  readonly #options: KeptPortOptions;
  #port: SerialPort | undefined;
  #cancel: Cancel | undefined;

  constructor(options: KeptPortOptions) {
    const { option, path } = options;
    this.#options = options;
    if (!path.startsWith('/')) {
      throw new UsageError(`${option} ${JSON.stringify(path)}: a path is wanted; ${portsHere()}`);
    }
    try {
      this.#open();
    } catch (error) {
      throw new UsageError(`${option} ${path}: ${words(error)}`);
    }
  }

  write(bytes: Uint8Array): void {
    this.#port?.write(bytes);
  }

  close(): void {
    this.#cancel?.();
    this.#port?.close();
    this.#port = undefined;
    this.#options.onOver();
  }

  #open(): void {
    const { path, uart, onBytes, option } = this.#options;
    const line = { id: option, kind: 'rs485', port: path, ...uart } as const;
    this.#port = openNodeSerial(line, { onBytes, onClosed: why => this.#closed(why) });
  }

  #closed(why: string): void {
    const { say, option, path } = this.#options;
    this.#port = undefined;
    say(`${option} ${path}: ${why}; it is tried again each ${againMs / 1000} s`);
    this.#again();
  }

  #again(): void {
    const { time, say, option, path } = this.#options;
    this.#cancel = time.after(againMs, () => {
      try {
        this.#open();
        say(`${option} ${path}: open again`);
      } catch {
        this.#again();
      }
    });
  }
}

/** What is wrong with a port, and what to do. */
function words(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/no such file|ENOENT/i.test(text)) return `there is no such port; ${portsHere()}`;
  if (/permission denied|EACCES/i.test(text)) {
    return `${text}; this user may not open it: on most systems members of the group dialout (or uucp) may`;
  }
  return text;
}

/** Serial ports of adapters, as Linux and macOS name them. */
function portsHere(): string {
  try {
    const found = readdirSync('/dev').filter(name => /^(ttyUSB|ttyACM|cu\.usb)/.test(name));
    return found.length > 0
      ? `there is ${found.map(name => `/dev/${name}`).join(', ')}`
      : 'no USB adapter is plugged in; one would be /dev/ttyUSB0 or the like';
  } catch {
    return 'one of a USB adapter has a name such as /dev/ttyUSB0';
  }
}
