import { crc16Modbus } from '#core/crc.ts';

/** A Modbus frame with its CRC. */
export function busFrame(...bytes: number[]): Buffer {
  const crc = crc16Modbus(Uint8Array.from(bytes));
  return Buffer.from([...bytes, crc & 0xff, crc >> 8]);
}

/** An SDM630's answer with 231.68 V and 3.5 A, and the request of it: its first 8 registers. */
export function voltageExchange(address: number): Buffer {
  const data = Buffer.alloc(16);
  data.writeFloatBE(231.68, 0);
  data.writeFloatBE(3.5, 12);
  return Buffer.concat([busFrame(address, 4, 0, 0, 0, 8), busFrame(address, 4, 16, ...data)]);
}
