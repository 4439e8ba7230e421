import Serial from 'embedded:io/serial';
import FFI from 'mc/ffi';
import { type LineSettings, settingsDefaults } from '../core/wire/settings.ts';
import { ByteQueue } from '../moddable/byte-queue.ts';
import type { SerialHandlers, SerialPort } from '../ports.ts';
import { uartOf } from './board-lines.ts';

/** The UART's own buffer; the SDK has no other and throws when more is written. */
const fifoBytes = 128;
/** The line's pause after which bytes are handed over: a Modbus frame has no longer one within (1.5 characters). */
const quietCharacters = 2;
const noPin = -1;

/** As `native/uart-line.c` counts them. */
const parityCodes = Object.freeze({ none: 0, odd: 1, even: 2 });

/** Opens a UART of the board, with its transceiver's direction pin where it has one (`direction` of the board's line). */
export function openEsp32Serial(line: LineSettings, handlers: SerialHandlers): SerialPort {
  const { baud, parity, stopBits } = { ...settingsDefaults, ...line };
  const { direction = noPin, ...uart } = uartOf(line);
  const native = new FFI();
  let isOpen = true;
  const serial = new Serial({
    ...uart,
    baud,
    format: 'buffer',
    onReadable: () => {
      const bytes = isOpen ? serial.read() : undefined;
      if (bytes !== undefined) handlers.onBytes(new Uint8Array(bytes));
    },
    onWritable: room => queue.drained(room),
  });
  const queue = new ByteQueue(bytes => {
    if (direction !== noPin) native.joulegate_line_take(uart.port, bytes.byteLength);
    serial.write(bytes);
  }, fifoBytes);
  const error = native.joulegate_line_open(
    uart.port,
    baud,
    8,
    parityCodes[parity],
    stopBits,
    quietCharacters,
    direction,
  );
  if (error !== 0) {
    serial.close();
    throw new Error(
      `line ${line.id}: the UART refuses parity ${parity}, ${stopBits} stop bits or pin ${direction} (ESP-IDF error ${error})`,
    );
  }
  return {
    write: bytes => {
      if (isOpen) queue.add(bytes);
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      native.joulegate_line_close(uart.port);
      serial.close();
    },
  };
}
