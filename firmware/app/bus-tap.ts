import type { Heard } from '../core/modbus/frame.ts';

/** Sees all that goes over a line. Bytes are its own to keep. */
export interface BusTap {
  sent(frame: Uint8Array, ticksMs: number): void;
  /** `isLate`: a slave's answer that nobody awaits any more, or its double. */
  heard(heard: Heard, bytes: Uint8Array, ticksMs: number, isLate: boolean): void;
}
