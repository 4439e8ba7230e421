import { crc16Modbus } from '#core/crc.ts';
import type { Ports } from '#ports';
import type { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

/** A character of ten bits at 9600 baud. */
export const characterMs = 10_000 / 9600;

/** What comes after a request: whole, its last byte so long after the request's last byte and its own time on the wire. */
export interface Scripted {
  readonly afterMs: number;
  readonly bytes: Uint8Array;
}

/** A line at 9600 baud whose slaves do what a script says, in virtual time. */
export const scriptedLine =
  (time: VirtualTime, script: (request: Uint8Array) => readonly Scripted[]): Ports['openSerial'] =>
  (_, { onBytes }) => ({
    write: request => {
      for (const { afterMs, bytes } of script(request.slice())) {
        time.after((request.length + bytes.length) * characterMs + afterMs, () => onBytes(bytes));
      }
    },
    close: () => {},
  });

/** A frame with its CRC. */
export function framed(body: readonly number[]): Uint8Array {
  const crc = crc16Modbus(Uint8Array.from(body));
  return Uint8Array.from([...body, crc & 0xff, crc >> 8]);
}

export const wordAt = (bytes: Uint8Array, offset: number): number =>
  ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
