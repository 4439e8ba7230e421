import type { Chip, ResetReason } from './core/wire/life.ts';
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
  /** The serial port that leads to a person's computer, 115,200 baud; for Improv. */
  readonly openConsole?: (handlers: SerialHandlers) => SerialPort;
  readonly store: StorePort;
  readonly board: BoardPort;
  readonly crypto: CryptoPort;
  /** Flash for the journal; without it the journal is in RAM. */
  readonly flash?: FlashPort;
  /** The two slots of the firmware; without them nothing is updated over the air. */
  readonly update?: UpdatePort;
  readonly http?: HttpPort;
  readonly httpServer?: HttpServerPort;
  readonly network?: NetworkPort;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
}

export interface TimePort {
  /** Monotonic milliseconds; only differences mean something. */
  ticksMs(): number;
  /** UTC milliseconds, or undefined until the clock is known to be right. */
  wallMs(): number | undefined;
  after(delayMs: number, callback: () => void): Cancel;
  /** Where the wall clock comes from, and the ticks at which it was said last; where the machine knows. */
  source?(): { readonly server: string; readonly agreeing: number; readonly atTicksMs: number } | undefined;
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

/** Called as its methods: it may be an object of a class. */
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
  /** Harmless where there is none. */
  remove(key: string): void;
  /** Forgets all keys, so that none of their values can be read from the chip either. */
  erase(): void;
}

/** What the machine hashes and checks faster than a script can. */
export interface CryptoPort {
  sha256(): Hash;
  /**
   * Whether `signature` (64 bytes) over `message` is of the holder of `publicKey` (32 bytes), by Ed25519 (RFC 8032).
   * Takes its time in small steps where the machine is slow, so that meters are read meanwhile.
   */
  verifyEd25519(
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
    done: (isGood: boolean) => void,
  ): void;
}

export interface Hash {
  add(bytes: Uint8Array): void;
  /** 32 bytes. Nothing is called afterwards. */
  finish(): Uint8Array;
}

/**
 * NOR flash that is the journal's alone. Bits fall from 1 to 0 where they are written, and rise again by erasing their
 * block. Each throws an Error where the chip fails.
 */
export interface FlashPort {
  readonly blockBytes: number;
  readonly blocks: number;
  /** Fills `into` from there on. */
  read(offset: number, into: Uint8Array): void;
  write(offset: number, bytes: Uint8Array): void;
  erase(block: number): void;
}

/** The firmware's two slots. Each throws an Error where the flash fails. */
export interface UpdatePort {
  /** Whose signatures are believed: public keys of 32 bytes. */
  readonly keys: readonly Uint8Array[];
  /** What tells the image that runs from any other: the same at each of its starts. */
  runningImage(): string;
  /** Bytes of the slot that does not run. */
  readonly slotBytes: number;
  /** Whether the boot loader goes back to the firmware before at the next start, unless this one is confirmed. */
  isOnTrial(): boolean;
  /** Makes the other slot ready for an image of this length. */
  begin(imageBytes: number): void;
  /** The image's next bytes. */
  write(bytes: Uint8Array): void;
  /** The image written is what the next start tries. */
  activate(): void;
  /** Gives up what `begin` began. */
  abandon(): void;
  confirm(): void;
  /** Restarts with the firmware before. */
  rollBack(): void;
}

export interface HttpPort {
  /**
   * One GET of bytes `from` up to and including `to`, of `http://…` or `:port/path` (`updateOrder`). Ends in one call of
   * `onDone`, with the reason where it failed; an answer that is not those bytes is a failure.
   */
  get(
    request: { readonly url: string; readonly from: number; readonly to: number },
    handlers: {
      /** Bytes as they arrive; valid during the call only. */
      readonly onBytes: (bytes: Uint8Array) => void;
      readonly onDone: (why: string | undefined) => void;
    },
  ): Cancel;
  /** One POST of JSON text; `done` gets the answer, or status 0 and the reason. */
  post(url: string, json: string, done: (status: number, body: string) => void): Cancel;
}

export interface HttpRequest {
  readonly method: string;
  /** With its query, as it was sent. */
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /** The address that asks. */
  readonly from: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: readonly (readonly [string, string])[];
}

export interface HttpServerPort {
  /** Answers until cancelled. Bodies are bounded by `limits.localBodyBytes`, connections by the machine. */
  listen(port: number, answer: (request: HttpRequest) => HttpResponse): Cancel;
}

/** The network below the broker. */
export interface NetworkPort {
  /** Joins a WiFi network and stays with it; `changed` is told each time it comes and goes. */
  join(
    wifi: { readonly name: string; readonly password?: string },
    changed: (isUp: boolean, why?: string) => void,
  ): Cancel;
  /** An access point of one's own, with a DNS that answers every name by itself (a captive page). */
  openAccessPoint(name: string, password: string | undefined): Cancel;
  scan(
    done: (
      names: readonly { readonly name: string; readonly rssiDbm: number; readonly isOpen: boolean }[],
    ) => void,
  ): void;
  /** Hosts that say `_joulegate._tcp` by mDNS. */
  findHosts(
    found: (host: { readonly name: string; readonly address: string; readonly port: number }) => void,
  ): Cancel;
  /** The own address on the network, while it is up. */
  address(): string | undefined;
}

export type { ResetReason };

export interface BoardPort {
  readonly name: string;
  readonly chip: Chip;
  readonly firmware: string;
  heapFreeBytes(): number | undefined;
  rssiDbm(): number | undefined;
  /** Bytes of the script's heap in use and its stack's peak, where the machine counts them. */
  scriptMemory():
    | { readonly slotBytes: number; readonly chunkBytes: number; readonly stackPeakBytes: number }
    | undefined;
  resetReason(): ResetReason;
  restart(): void;
  /** Restarts the board by itself where this is not called for 30 s after its first call. */
  feedWatchdog(): void;
  setLed(isOn: boolean): void;
  /** Told of the button's presses and releases. */
  onButton(changed: (isDown: boolean) => void): void;
  /** Outputs that alarm rules may switch, by the board's names. */
  readonly outputs: readonly string[];
  setOutput(name: string, isOn: boolean): void;
}
