import { characterBits, frameGapMs } from '#core/modbus/frame.ts';
import type { Cancel, SerialPort, TimePort } from '#ports';
import { at } from './at.ts';
import { BitNoise } from './bit-noise.ts';
import { type LineFaults, noFaults } from './faults.ts';

/** What is connected to a line. */
export interface LineListener {
  /** Bytes as they arrive, a few at a time; valid during the call only. */
  readonly onBytes?: (bytes: Uint8Array) => void;
  /** All bytes between two silences of 3.5 characters, with the tick at which the last one ended. */
  readonly onFrame?: (frame: Uint8Array, endTicks: number) => void;
}

export interface SerialLineOptions {
  readonly time: TimePort;
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
  readonly seed: number;
}

interface Connection {
  readonly listener: LineListener;
  readonly isMaster: boolean;
  /** Bytes heard since the last silence, for `onFrame`. */
  frame: number[];
  /** Bytes still to be sent, and when the last of them will have left. */
  queue: number[];
  sentUntilTicks: number;
  isSending: boolean;
  /** Another spoke while what is being sent was on the wire. */
  isSpoilt: boolean;
}

/** A UART's FIFO is emptied about this often. */
const bytesAtOnce = 16;
/** More in one frame is babble. */
const longestFrame = 512;

/**
 * A half-duplex serial line (RS485): what one writes all others hear, byte by byte at the baud rate. Bytes are due at
 * absolute ticks, so a late timer delays a delivery and never the line. Who speaks while another speaks spoils both.
 */
export class SerialLine {
  readonly counts = { bytes: 0, flippedBits: 0, collisions: 0 };
  readonly characterMs: number;
  readonly gapMs: number;
  readonly #time: TimePort;
  readonly #noise: BitNoise;
  readonly #connections = new Set<Connection>();
  #faults = noFaults;
  #lastByteTicks = -Infinity;
  #cancelSilence: Cancel | undefined;

  constructor({ time, baud, parity, stopBits, seed }: SerialLineOptions) {
    const bits = characterBits({ parity, stopBits });
    this.#time = time;
    this.characterMs = (bits * 1000) / baud;
    this.gapMs = frameGapMs(baud, bits);
    this.#noise = new BitNoise(seed);
  }

  get faults(): LineFaults {
    return this.#faults;
  }

  /** Changes some faults and leaves the others as they are. */
  setFaults(faults: Partial<LineFaults>): void {
    this.#faults = { ...this.#faults, ...faults };
    if (faults.bitErrorRate !== undefined) this.#noise.setErrorRate(faults.bitErrorRate);
  }

  /** Connects a listener and gives what it writes by. Those that take `onBytes` are masters to the faults. */
  connect(listener: LineListener): SerialPort {
    const connection: Connection = {
      listener,
      isMaster: listener.onBytes !== undefined,
      frame: [],
      queue: [],
      sentUntilTicks: -Infinity,
      isSending: false,
      isSpoilt: false,
    };
    this.#connections.add(connection);
    return {
      write: bytes => this.#write(connection, bytes),
      close: () => this.#connections.delete(connection),
    };
  }

  #write(connection: Connection, bytes: Uint8Array): void {
    for (const byte of bytes) connection.queue.push(byte);
    if (connection.isSending || connection.queue.length === 0) return;
    const now = this.#time.ticksMs();
    this.#cancelSilence?.();
    this.#cancelSilence = undefined;
    // The timer of the silence may be late.
    if (now >= this.#lastByteTicks + this.gapMs) this.#endFrames();
    connection.sentUntilTicks = now;
    this.#sendSome(connection);
  }

  #sendSome(connection: Connection): void {
    const bytes = Uint8Array.from(connection.queue.splice(0, bytesAtOnce));
    this.#collide(connection);
    const dueTicks = connection.sentUntilTicks + bytes.length * this.characterMs;
    connection.isSending = true;
    connection.sentUntilTicks = dueTicks;
    at(this.#time, dueTicks, () => {
      const { isSpoilt } = connection;
      connection.isSpoilt = false;
      const goesOn = connection.queue.length > 0;
      connection.isSending = goesOn;
      this.#deliver(connection, bytes, isSpoilt, dueTicks);
      if (goesOn) this.#sendSome(connection);
    });
  }

  /** Who begins while others are on the wire spoils theirs and its own. */
  #collide(connection: Connection): void {
    for (const other of this.#connections) {
      if (other === connection || !other.isSending) continue;
      other.isSpoilt = true;
      connection.isSpoilt = true;
    }
  }

  #deliver(from: Connection, bytes: Uint8Array, isSpoilt: boolean, dueTicks: number): void {
    this.counts.bytes += bytes.length;
    this.counts.flippedBits += this.#noise.spoil(bytes);
    if (isSpoilt) {
      this.counts.collisions++;
      for (let index = 0; index < bytes.length; index++) bytes[index] = (bytes[index] as number) & 0x5a;
    }
    this.#lastByteTicks = dueTicks;
    this.#awaitSilence();
    if (this.#faults.isCut) return;
    for (const connection of [...this.#connections]) {
      if (connection === from && !(this.#faults.echo && connection.isMaster)) continue;
      if (connection.frame.length < longestFrame) connection.frame.push(...bytes);
      connection.listener.onBytes?.(bytes);
    }
  }

  /** While anyone sends there is no silence, however late the timers are. */
  #awaitSilence(): void {
    this.#cancelSilence?.();
    this.#cancelSilence = undefined;
    for (const { isSending } of this.#connections) if (isSending) return;
    this.#cancelSilence = at(this.#time, this.#lastByteTicks + this.gapMs, () => this.#endFrames());
  }

  #endFrames(): void {
    this.#cancelSilence = undefined;
    for (const connection of [...this.#connections]) {
      if (connection.frame.length === 0) continue;
      const frame = Uint8Array.from(connection.frame);
      connection.frame = [];
      connection.listener.onFrame?.(frame, this.#lastByteTicks);
    }
  }
}
