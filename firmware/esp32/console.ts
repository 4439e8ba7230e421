import Serial from 'embedded:io/serial';
import type { Chip } from '../core/wire/life.ts';
import { ByteQueue } from '../moddable/byte-queue.ts';
import type { SerialHandlers, SerialPort } from '../ports.ts';

const fifoBytes = 128;
const baud = 115_200;

/** UART0 of each chip's boot loader, which boards lead to their USB converter (ESP-IDF, `soc/uart_pins.h`). */
const pins: Readonly<Record<string, { readonly receive: number; readonly transmit: number }>> = Object.freeze(
  {
    esp32: Object.freeze({ receive: 3, transmit: 1 }),
    esp32s3: Object.freeze({ receive: 44, transmit: 43 }),
    esp32c3: Object.freeze({ receive: 20, transmit: 21 }),
    esp32c6: Object.freeze({ receive: 17, transmit: 16 }),
  },
);

/** The port to a person's computer. A debug build has xsbug there: build that with `improv=no`. */
export function openConsole(chip: Chip, handlers: SerialHandlers): SerialPort {
  const uart = pins[chip];
  if (uart === undefined) throw new Error(`${chip} has no UART that leads to a computer`);
  let isOpen = true;
  const serial = new Serial({
    port: 0,
    ...uart,
    baud,
    format: 'buffer',
    onReadable: () => {
      const bytes = isOpen ? serial.read() : undefined;
      if (bytes !== undefined) handlers.onBytes(new Uint8Array(bytes));
    },
    onWritable: room => queue.drained(room),
  });
  const queue = new ByteQueue(bytes => serial.write(bytes), fifoBytes);
  return {
    write: bytes => {
      if (isOpen) queue.add(bytes);
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      serial.close();
    },
  };
}
