import type { LineSettings } from './core/wire/settings.ts';

/**
 * What a gateway needs from a machine. `firmware/esp32` and `firmware/linux` give it on the Moddable SDK,
 * `simulator/gateway` on Node. Everything is by callback: no port blocks, and virtual time can drive it all.
 */
export interface Ports {
  readonly time: TimePort;
  readonly random: RandomPort;
  readonly mqtt: MqttPort;
  /** Opens a line as its settings say. Throws an Error that says why where the port does not exist. */
  readonly openSerial: (line: LineSettings, handlers: SerialHandlers) => SerialPort;
  readonly openI2c: (line: LineSettings, address: number) => I2cPort;
  readonly store: StorePort;
  readonly board: BoardPort;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
}

export interface TimePort {
  /** Monotonic milliseconds; only differences mean something. */
  ticksMs(): number;
  /** UTC milliseconds, or undefined until the clock is known to be right. */
  wallMs(): number | undefined;
  after(delayMs: number, callback: () => void): Cancel;
}

/** Harmless after the callback ran, and when called again. */
export type Cancel = () => void;

export interface RandomPort {
  /** Unpredictable bytes. */
  bytes(count: number): Uint8Array;
  /** 0 <= number < 1, for jitter. */
  unit(): number;
}

export interface SerialHandlers {
  /** Bytes as they arrive; valid during the call only. */
  readonly onBytes: (bytes: Uint8Array) => void;
  /** The line broke (device unplugged, connection closed); the port is closed already. */
  readonly onClosed: (why: string) => void;
}

export interface SerialPort {
  write(bytes: Uint8Array): void;
  close(): void;
}

export interface I2cPort {
  /** Reads a 16-bit big-endian register; `done` gets its value, or undefined where the chip did not answer. */
  readWord(register: number, done: (value: number | undefined) => void): void;
  writeWord(register: number, value: number, done: (ok: boolean) => void): void;
  close(): void;
}

export interface MqttPort {
  /** One attempt. Ends in `onConnected` or `onClosed`; after `onClosed` nothing more is called. */
  connect(options: MqttOptions, handlers: MqttHandlers): MqttConnection;
}

export interface MqttOptions {
  readonly clientId: string;
  readonly keepAliveS: number;
  readonly will: { readonly topic: string; readonly payload: Uint8Array; readonly retain: boolean };
}

export interface MqttHandlers {
  readonly onConnected: () => void;
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
  readonly onClosed: (why: string) => void;
}

export interface MqttConnection {
  subscribe(topics: readonly string[]): void;
  /** QoS 1 is sent once on a connection; what must survive a lost connection is the journal's business. */
  publish(topic: string, payload: Uint8Array, options: { qos: 0 | 1; retain: boolean }): void;
  close(): void;
}

/** Small values that survive a restart: settings, counters. */
export interface StorePort {
  read(key: string): Uint8Array | undefined;
  write(key: string, value: Uint8Array): void;
}

export interface BoardPort {
  readonly name: string;
  readonly firmware: string;
  heapFreeBytes(): number | undefined;
  rssiDbm(): number | undefined;
  restart(): void;
}
