import { characterBits, frameGapMs } from '#core/modbus/frame.ts';
import type { Cancel, SerialPort, TimePort } from '#ports';
import { at } from './at.ts';
import { BitNoise } from './bit-noise.ts';
import { type LineFaults, noFaults } from './faults.ts';
import { type Piece, sumUp, Transmission } from './transmission.ts';
import { bitMs, isSameUart, type Received, UartReceiver, type UartSettings } from './uart.ts';

/** What is connected to a line. */
export interface LineListener {
  /** Of a slave: the address that it answers at, which faults name. */
  readonly address?: number;
  /** Bytes as they arrive, a few at a time; valid during the call only. */
  readonly onBytes?: (bytes: Uint8Array) => void;
  /**
   * All bytes between two silences of 3.5 characters, with the tick at which the last one ended, and whether the UART
   * found errors in them.
   */
  readonly onFrame?: (frame: Uint8Array, endTicks: number, hasErrors: boolean) => void;
}

/** What is connected to a line writes by it. */
export interface LinePort extends SerialPort {
  /** Writes from this tick on, which may be past: a timer that is late delays nothing on the line. */
  writeAt(bytes: Uint8Array, ticks: number): void;
}

export interface SerialLineOptions extends UartSettings {
  readonly time: TimePort;
  readonly seed: number;
}

interface Connection {
  readonly listener: LineListener;
  readonly isMaster: boolean;
  /** As it was connected; the line's where it did not say. */
  readonly uart: UartSettings | undefined;
  /** Where the levels of the line must be looked at; it has heard them until then. */
  receiver: UartReceiver | undefined;
  heardUntilTicks: number;
  cancelFlush: Cancel | undefined;
  /** Bytes heard since the last silence, for `onFrame`. */
  frame: number[];
  hasErrors: boolean;
  /** Bytes still to be sent, and when the last of them will have left. */
  queue: number[];
  sentUntilTicks: number;
  isSending: boolean;
  /** What is on the wire now. */
  transmission: Transmission | undefined;
  /** Another spoke while what is being sent was on the wire. */
  isSpoilt: boolean;
}

/** A UART's FIFO is emptied about this often. */
const bytesAtOnce = 16;
/** More in one frame is babble. */
const longestFrame = 512;

/**
 * A half-duplex serial line (RS485): what one writes all others hear, byte by byte at the baud rate. Bytes are due at
 * absolute ticks, so a late timer delays a delivery and never the line. Where all are set alike and one speaks at a
 * time, bytes go from end to end as they are. Otherwise, for ends of other speed, parity or polarity and where several
 * speak at once, the line's levels are what a UART samples.
 */
export class SerialLine {
  readonly counts = { bytes: 0, flippedBits: 0, collisions: 0 };
  readonly characterMs: number;
  readonly gapMs: number;
  readonly #time: TimePort;
  readonly #noise: BitNoise;
  readonly #connections = new Set<Connection>();
  readonly #uart: UartSettings;
  #mastersUart: UartSettings;
  #faults = noFaults;
  #lastLevels: { from: number; to: number; pieces: readonly Piece[] } = { from: -1, to: -1, pieces: [] };
  #lastByteTicks = -Infinity;
  #cancelSilence: Cancel | undefined;

  constructor({ time, baud, parity, stopBits, seed }: SerialLineOptions) {
    const bits = characterBits({ parity, stopBits });
    this.#time = time;
    this.#uart = { baud, parity, stopBits };
    this.#mastersUart = this.#uart;
    this.characterMs = (bits * 1000) / baud;
    this.gapMs = frameGapMs(baud, bits);
    this.#noise = new BitNoise(seed);
  }

  /** As all on it are set where nothing is wrong. */
  get uart(): UartSettings {
    return this.#uart;
  }

  get faults(): LineFaults {
    return this.#faults;
  }

  /** Changes some faults and leaves the others as they are. */
  setFaults(faults: Partial<LineFaults>): void {
    this.#faults = { ...this.#faults, ...faults };
    if (faults.bitErrorRate !== undefined) this.#noise.setErrorRate(faults.bitErrorRate);
  }

  /** Sets the UARTs of masters that were connected without settings of their own. */
  setMasters(uart: UartSettings): void {
    this.#mastersUart = uart;
  }

  /**
   * Connects a listener and gives what it writes by. Those that take `onBytes` are masters to the faults. Without `uart`
   * it is set as the line is.
   */
  connect(listener: LineListener, uart?: UartSettings): LinePort {
    const connection: Connection = {
      listener,
      isMaster: listener.onBytes !== undefined,
      uart,
      receiver: undefined,
      heardUntilTicks: this.#time.ticksMs(),
      cancelFlush: undefined,
      frame: [],
      hasErrors: false,
      queue: [],
      sentUntilTicks: -Infinity,
      isSending: false,
      transmission: undefined,
      isSpoilt: false,
    };
    this.#connections.add(connection);
    return {
      write: bytes => this.#write(connection, bytes, this.#time.ticksMs()),
      writeAt: (bytes, ticks) => this.#write(connection, bytes, ticks),
      close: () => {
        connection.cancelFlush?.();
        connection.queue = [];
        this.#connections.delete(connection);
      },
    };
  }

  #uartOf({ isMaster, uart, listener }: Connection): UartSettings {
    if (uart) return uart;
    if (isMaster) return this.#mastersUart;
    const { slaveUart, slaveUartAddresses: only } = this.#faults;
    const isMeant = only.length === 0 || (listener.address !== undefined && only.includes(listener.address));
    return isMeant ? { ...this.#uart, ...slaveUart } : this.#uart;
  }

  #isInverted({ isMaster }: Connection): boolean {
    return isMaster && this.#faults.swappedWires;
  }

  #write(connection: Connection, bytes: Uint8Array, ticks: number): void {
    for (const byte of bytes) connection.queue.push(byte);
    if (connection.isSending || connection.queue.length === 0) return;
    const now = this.#time.ticksMs();
    this.#cancelSilence?.();
    this.#cancelSilence = undefined;
    // The timer of the silence may be late.
    if (now >= this.#lastByteTicks + this.gapMs) this.#endFrames();
    connection.sentUntilTicks = Math.min(ticks, now);
    this.#sendSome(connection);
  }

  #sendSome(connection: Connection): void {
    const bytes = Uint8Array.from(connection.queue.splice(0, bytesAtOnce));
    const uart = this.#uartOf(connection);
    this.#collide(connection);
    this.counts.flippedBits += this.#noise.spoil(bytes);
    const fromTicks = connection.sentUntilTicks;
    const dueTicks = fromTicks + bytes.length * characterBits(uart) * bitMs(uart);
    connection.transmission = new Transmission(bytes, uart, fromTicks, this.#isInverted(connection));
    connection.isSending = true;
    connection.sentUntilTicks = dueTicks;
    at(this.#time, dueTicks, () => {
      const { isSpoilt } = connection;
      connection.isSpoilt = false;
      const goesOn = connection.queue.length > 0;
      connection.isSending = goesOn;
      this.#deliver(connection, bytes, isSpoilt, dueTicks);
      connection.transmission = undefined;
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
    if (isSpoilt) this.counts.collisions++;
    this.#lastByteTicks = dueTicks;
    this.#awaitSilence();
    const uart = this.#uartOf(from);
    // Another transmission may end, or begin, at the same tick.
    this.#lastLevels = { from: -1, to: -1, pieces: [] };
    for (const connection of [...this.#connections]) {
      const isPlain =
        !isSpoilt &&
        connection.receiver === undefined &&
        this.#isInverted(from) === this.#isInverted(connection) &&
        isSameUart(uart, this.#uartOf(connection)) &&
        !this.#faults.swappedWires;
      if (!isPlain) this.#hearLevels(connection, dueTicks);
      else {
        connection.heardUntilTicks = dueTicks;
        if (connection !== from || (this.#faults.echo && connection.isMaster)) this.#hear(connection, bytes);
      }
    }
  }

  #hear(connection: Connection, bytes: Uint8Array): void {
    if (this.#faults.isCut) return;
    if (connection.frame.length < longestFrame) connection.frame.push(...bytes);
    connection.listener.onBytes?.(bytes);
  }

  /** What a UART makes of the levels since it looked last. It goes on until it is between two characters. */
  #hearLevels(connection: Connection, toTicks: number): void {
    connection.cancelFlush?.();
    connection.cancelFlush = undefined;
    const settings = this.#uartOf(connection);
    if (connection.receiver === undefined || !isSameUart(connection.receiver.settings, settings)) {
      connection.receiver = new UartReceiver(settings);
    }
    const { receiver, transmission: own } = connection;
    const isDeaf = (ticks: number): boolean =>
      own !== undefined && !this.#faults.echo && ticks >= own.fromTicks && ticks < connection.sentUntilTicks;
    const isInverted = this.#isInverted(connection);
    const heard: number[] = [];
    const on = ({ byte, hasError }: Received): void => {
      heard.push(byte);
      connection.hasErrors ||= hasError;
    };
    const { heardUntilTicks } = connection;
    connection.heardUntilTicks = toTicks;
    for (const { level, fromTicks, toTicks: to } of this.#levels(heardUntilTicks, toTicks)) {
      const seen = isDeaf((fromTicks + to) / 2) ? 1 : isInverted ? 1 - level : level;
      receiver.push(seen, fromTicks, to, on);
    }
    if (heard.length > 0) {
      this.#hear(connection, Uint8Array.from(heard));
      // What a UART hears in a silence ends with a silence, too.
      this.#lastByteTicks = Math.max(this.#lastByteTicks, toTicks);
      this.#awaitSilence();
    }
    this.#flushLater(connection, toTicks, isInverted);
  }

  /** The levels of the line; those who hear the same time share them. */
  #levels(fromTicks: number, toTicks: number): readonly Piece[] {
    const { from, to, pieces } = this.#lastLevels;
    if (from === fromTicks && to === toTicks) return pieces;
    const transmissions = [...this.#connections].flatMap(({ transmission }) => transmission ?? []);
    const summed = sumUp(transmissions, fromTicks, toTicks);
    this.#lastLevels = { from: fromTicks, to: toTicks, pieces: summed };
    return summed;
  }

  /** Silence ends what is being received; to ends with swapped wires it is a break, which begins a character. */
  #flushLater(connection: Connection, nowTicks: number, isInverted: boolean): void {
    for (const { isSending } of this.#connections) if (isSending) return;
    const { receiver } = connection;
    if (receiver === undefined) return;
    const breakAt = isInverted && !receiver.isAtBreak ? nowTicks + 12 * bitMs(receiver.settings) : undefined;
    const wholeAt = receiver.wholeAtTicks ?? breakAt;
    if (wholeAt !== undefined) {
      connection.cancelFlush = at(this.#time, wholeAt, () => this.#hearLevels(connection, wholeAt));
    } else if (!isInverted) connection.receiver = undefined;
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
      const { hasErrors } = connection;
      connection.frame = [];
      connection.hasErrors = false;
      connection.listener.onFrame?.(frame, this.#lastByteTicks, hasErrors);
    }
  }
}
