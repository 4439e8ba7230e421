import Serial from 'embedded:io/serial';
import { type LineSettings, settingsDefaults } from '../core/wire/settings.ts';
import { ByteQueue } from '../moddable/byte-queue.ts';
import type { SerialHandlers, SerialPort } from '../ports.ts';
import { uartOf } from './board-lines.ts';

/** The UART's own buffer; the SDK has no other and throws when more is written. */
const fifoBytes = 128;

/** Opens a UART of the board. The SDK knows 8N1 alone and does not drive a transceiver's direction pin. */
export function openEsp32Serial(line: LineSettings, handlers: SerialHandlers): SerialPort {
  const { baud, parity, stopBits } = { ...settingsDefaults, ...line };
  if (parity !== 'none' || stopBits !== 1) {
    throw new Error(`line ${line.id}: this firmware's UARTs have parity none and 1 stop bit alone`);
  }
  let isOpen = true;
  const serial = new Serial({
    ...uartOf(line),
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
