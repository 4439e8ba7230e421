/**
 * The Moddable SDK as these adapters use it, held against version 8.2.3. `@moddable/typings` 5.6 is older than the
 * SDK or differs from its code in all of these: it has no WiFi, key-value storage or FFI, its serial port knows pins
 * alone (Linux has `device`) and its I2C is synchronous.
 */
declare function trace(...texts: (string | number)[]): void;

interface ArrayBufferConstructor {
  fromString(text: string): ArrayBuffer;
}

declare module 'embedded:io/socket/tcp' {
  class TCP {
    constructor(options: {
      address: string;
      port: number;
      nodelay: boolean;
      onReadable: (count: number) => void;
      onWritable: (count: number) => void;
      /** Refused, reset or closed by the other side; it is still to be closed. */
      onError: () => void;
    });
    /** One that came to a listener. */
    constructor(options: {
      from: TCP;
      onReadable: (count: number) => void;
      onWritable: (count: number) => void;
      onError: () => void;
    });
    readonly remoteAddress: string | undefined;
    /** All that has come; undefined where nothing has. */
    read(): ArrayBuffer | undefined;
    /** Takes no more than it has said that there is room for, and gives how much room is left. */
    write(bytes: Uint8Array): number | undefined;
    close(): void;
  }

  export { TCP as default };
}

declare module 'embedded:io/socket/listener' {
  import type TCP from 'embedded:io/socket/tcp';

  class Listener {
    constructor(options: { port: number; onReadable: (count: number) => void });
    /** One that came, with its bytes waiting. */
    read(): TCP | undefined;
    close(): void;
  }

  export { Listener as default };
}

/** The older WiFi module: it has an access point, which the newer one lacks. */
declare module 'wifi' {
  interface Found {
    readonly ssid: string;
    readonly rssi: number;
    readonly authentication?: string;
  }

  class WiFi {
    /** Connects. With `disconnect` comes -1 where the handshake failed. */
    constructor(
      options: { ssid: string; password?: string },
      onNotify: (message: string, reason?: number) => void,
    );
    close(): void;
    static disconnect(): void;
    static scan(options: object, onFound: (item: Found | null) => void): void;
    static accessPoint(options: { ssid: string; password?: string; station: boolean }): void;
  }

  export { WiFi as default };
}

declare module 'embedded:network/dnssd' {
  import type UDP from 'embedded:io/socket/udp';

  class DnsSd {
    constructor(options: { socket: { io: typeof UDP } });
    monitor(
      service: string,
      onFound: (
        service: string,
        instance: { readonly name: string; readonly address?: string; readonly port?: number },
      ) => void,
    ): void;
    close(): void;
  }

  export { DnsSd as default };
}

declare module 'embedded:io/socket/udp' {
  class UDP {
    constructor(options: {
      port?: number;
      onReadable?: (this: UDP, packets: number) => void;
      onError?: () => void;
    });
    /** Undefined where nothing is waiting. */
    read(): (ArrayBuffer & { readonly address: string; readonly port: number }) | undefined;
    write(bytes: ArrayBuffer, address: string, port: number): void;
    close(): void;
  }

  export { UDP as default };
}

declare module 'embedded:network/interface/wifi' {
  class WiFi {
    constructor(options: { onChanged: (this: WiFi, property: 'connection' | 'address') => void });
    connect(options: { SSID: string; password?: string; secure?: boolean }): void;
    disconnect(): void;
    close(): void;
    /** 500 and above: connected, with an address. 200 and below: not connected. */
    readonly connection: number;
    readonly RSSI: number | undefined;
  }

  export { WiFi as default };
}

declare module 'embedded:io/serial' {
  interface Options {
    baud: number;
    format: 'buffer';
    onReadable: (count: number) => void;
    onWritable?: (count: number) => void;
    /** Linux alone; the port closes itself afterwards. */
    onError?: () => void;
  }

  class Serial {
    /** ESP32: a UART and its pins, always 8N1. */
    constructor(options: Options & { port: number; receive: number; transmit: number });
    /** Linux: a path. */
    constructor(options: Options & { device: string });
    read(): ArrayBuffer | undefined;
    /** Throws where its bytes do not fit what is free: 128 on ESP32. */
    write(bytes: ArrayBuffer): void;
    close(): void;
  }

  export { Serial as default };
}

declare module 'embedded:io/digital' {
  class Digital {
    constructor(options: {
      pin: number;
      mode: number;
      initialValue?: 0 | 1;
      edge?: number;
      onReadable?: () => void;
    });
    read(): 0 | 1;
    write(value: 0 | 1): void;
    close(): void;
    static readonly Input: number;
    static readonly InputPullUp: number;
    static readonly Output: number;
    static readonly Rising: 1;
    static readonly Falling: 2;
  }

  export { Digital as default };
}

declare module 'embedded:io/smbus' {
  type Done = (error: Error | null) => void;

  class Async {
    constructor(options: { data: number; clock: number; hz: number; address: number; port?: number });
    readBuffer(
      register: number,
      count: number,
      done: (error: Error | null, bytes: ArrayBuffer) => void,
    ): void;
    writeBuffer(register: number, bytes: ArrayBuffer, done: Done): void;
    close(): void;
  }

  const SMBus: { readonly Async: typeof Async };

  export { SMBus as default };
}

declare module 'embedded:storage/key-value' {
  interface Storage {
    read(key: string): ArrayBuffer | undefined;
    write(key: string, value: ArrayBuffer): void;
    delete(key: string): void;
  }
  const KeyValue: { open(options: { path: string; format: 'buffer' }): Storage };

  export { KeyValue as default };
}

declare module 'embedded:storage/flash' {
  interface Flash {
    /** Each takes blocks or bytes from the partition's beginning, and throws where the chip fails. */
    read(into: Uint8Array, offset: number): number;
    write(bytes: Uint8Array, offset: number): void;
    eraseBlock(block: number): void;
    status(): { readonly blockLength: number; readonly blocks: number };
    close(): void;
  }
  /** By the partition's label, or `running`, or `nextota`; throws where there is none. */
  const FlashStorage: { open(options: { path: string; mode?: 'r' | 'r+' }): Flash };

  export type { Flash };
  export { FlashStorage as default };
}

declare module 'embedded:update' {
  import type { Flash } from 'embedded:storage/flash';

  interface Update {
    write(bytes: ArrayBuffer): void;
    /** Checks the image, and makes it the one that is started next. Throws where it is none. */
    complete(): void;
    /** Without `complete` nothing of it counts. */
    close(): void;
  }
  /** `a`: byte after byte, erased as it goes. */
  const Updates: { open(options: { partition: Flash; mode: 'a' }): Update };

  export type { Update };
  export { Updates as default };
}

declare module 'crypt' {
  class Digest {
    constructor(type: 'SHA256' | 'SHA512');
    write(bytes: ArrayBuffer): void;
    close(): ArrayBuffer;
  }

  export { Digest };
}

declare module 'curve' {
  import type ECPoint from 'ecp';

  class Curve {
    constructor(name: 'secp256r1');
  }

  interface Key {
    readonly curve: Curve;
    readonly pub: ECPoint;
  }

  export { Curve as default, type Key };
}

declare module 'ecp' {
  class ECPoint {
    readonly X: bigint;
    /** Uncompressed; of an array of its own. */
    static fromOctetString(bytes: Uint8Array): ECPoint;
  }

  export { ECPoint as default };
}

declare module 'ecdsa' {
  import type Curve from 'curve';
  import type ECPoint from 'ecp';

  class ECDSA {
    constructor(key: ECPoint, curve: Curve, isPrivate: false);
    /** `signature`: r and s, 64 bytes. It does not look whether one of them is 0. */
    verify(hash: ArrayBuffer, signature: ArrayBuffer): boolean;
  }

  export { ECDSA as default };
}

declare module 'rng' {
  const RNG: { init(seed: ArrayBuffer): void };

  export { RNG as default };
}

declare module 'ssl/session' {
  interface Stream {
    /** Bytes that may be read. */
    readable: number;
    writable: number;
    read(into: Uint8Array): void;
    write(bytes: Uint8Array | ArrayBuffer): number;
  }

  /** Throws where the other side does what it must not. */
  class SSLSession {
    constructor(options: {
      protocolVersion: number;
      cache: false;
      /** Goes on to `ssl/cert`. */
      judge: (der: Uint8Array) => Uint8Array | undefined;
    });
    initiateHandshake(): void;
    /** One step; whether it was the last one. */
    handshake(stream: Stream): boolean;
    /** Null where the other side has ended the connection. */
    read(stream: Stream): Uint8Array | null | undefined;
    write(stream: Stream, bytes: ArrayBuffer): number;
  }

  export { SSLSession as default };
}

declare module 'mc/ffi' {
  /** The C functions that manifest.json binds: `esp_*` and those of `esp32/native` on ESP32, `getentropy` on Linux. */
  class FFI {
    joulegate_line_open(
      port: number,
      baud: number,
      dataBits: number,
      parity: number,
      stopBits: number,
      quietCharacters: number,
      directionPin: number,
    ): number;
    joulegate_line_take(port: number, byteCount: number): void;
    joulegate_line_close(port: number): void;
    esp_random(): number;
    esp_restart(): void;
    esp_reset_reason(): number;
    /** Pointers are numbers of 32 bits; each of the others gives 0 where all is well (`esp_err_t`). */
    esp_ota_get_running_partition(): number;
    esp_ota_get_state_partition(partition: number, state: ArrayBuffer): number;
    esp_ota_mark_app_valid_cancel_rollback(): number;
    esp_ota_mark_app_invalid_rollback_and_reboot(): number;
    nvs_flash_erase(): number;
    joulegate_feed_watchdog(): void;
    getentropy(buffer: ArrayBuffer, count: number): number;
  }

  export { FFI as default };
}

/** `ports.ts` of the platform, whose folder manifest.json names `machine`. */
declare module 'machine/ports' {
  export const openMachine: () => import('./machine.ts').Machine;
}
