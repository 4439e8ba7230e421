import Serial from 'embedded:io/serial';
import { type LineSettings, settingsDefaults } from '../core/wire/settings.ts';
import { bufferOf } from '../moddable/buffers.ts';
import type { SerialHandlers, SerialPort } from '../ports.ts';

/** Opens a serial port or pseudo-terminal by its path. The SDK knows 8N1 alone. */
export function openLinuxSerial(line: LineSettings, handlers: SerialHandlers): SerialPort {
  const { baud, parity, stopBits } = { ...settingsDefaults, ...line };
  if (!line.port.startsWith('/'))
    throw new Error(`port ${line.port} of line ${line.id}: a path such as /dev/ttyUSB0 is allowed`);
  if (parity !== 'none' || stopBits !== 1) {
    throw new Error(`line ${line.id}: the SDK's serial port on Linux has parity none and 1 stop bit alone`);
  }
  let isOpen = true;
  const serial = new Serial({
    device: line.port,
    baud,
    format: 'buffer',
    onReadable: () => {
      const bytes = isOpen ? serial.read() : undefined;
      if (bytes !== undefined) handlers.onBytes(new Uint8Array(bytes));
    },
    onError: () => {
      if (!isOpen) return;
      isOpen = false;
      handlers.onClosed('the device was closed or unplugged');
    },
  });
  return {
    write: bytes => {
      if (isOpen) serial.write(bufferOf(bytes));
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      serial.close();
    },
  };
}
