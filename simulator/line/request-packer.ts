import { crc16Modbus } from '#core/crc.ts';
import { limits } from '#core/limits.ts';
import type { Cancel, TimePort } from '#ports';

/** Bytes that form no whole frame are passed on after so long a pause, as converters do. */
const packMs = 20;

/**
 * Makes requests whole again that came in pieces: over TCP and USB the pauses between bytes say nothing of where a frame
 * ends, and a slave takes a pause in the middle of one for its end.
 */
export class RequestPacker {
  readonly #time: TimePort;
  readonly #pass: (request: Uint8Array) => void;
  #packed: Uint8Array = new Uint8Array(0);
  #cancel: Cancel | undefined;

  constructor(time: TimePort, pass: (request: Uint8Array) => void) {
    this.#time = time;
    this.#pass = pass;
  }

  push(bytes: Uint8Array): void {
    this.#cancel?.();
    const packed = new Uint8Array(this.#packed.length + bytes.length);
    packed.set(this.#packed);
    packed.set(bytes, this.#packed.length);
    this.#packed = packed;
    // A frame with its CRC has the CRC 0.
    const isWhole = packed.length >= 4 && crc16Modbus(packed) === 0;
    if (isWhole || packed.length >= limits.modbusAduBytes) this.#passOn();
    else this.#cancel = this.#time.after(packMs, () => this.#passOn());
  }

  close(): void {
    this.#cancel?.();
  }

  #passOn(): void {
    const request = this.#packed;
    this.#packed = new Uint8Array(0);
    this.#pass(request);
  }
}
