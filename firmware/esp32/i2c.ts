import SMBus from 'embedded:io/smbus';
import type { LineSettings } from '../core/wire/settings.ts';
import type { I2cPort } from '../ports.ts';
import { i2cOf } from './board-lines.ts';

/**
 * A chip on an I2C bus of the board. Words go as two bytes, because the SDK's asynchronous `readUint16` does not heed
 * the byte order it is asked for.
 */
export function openEsp32I2c(line: LineSettings, address: number): I2cPort {
  const bus = new SMBus.Async({ ...i2cOf(line), address });
  let isOpen = true;
  return {
    readWord: (register, done) => {
      bus.readBuffer(register, 2, (error, bytes) => {
        if (isOpen) done(error === null ? new DataView(bytes).getUint16(0) : undefined);
      });
    },
    writeWord: (register, value, done) => {
      bus.writeBuffer(register, Uint8Array.of(value >> 8, value & 0xff).buffer, error => {
        if (isOpen) done(error === null);
      });
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      bus.close();
    },
  };
}
