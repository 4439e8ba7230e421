import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { listenOnTcp, sendTo, type TcpListener } from '../../line/tcp-listener.ts';
import { type Asked, askedIn, deviceFrame, lengthOf, type TuyaVersion } from './tuya-frames.ts';

export interface TuyaDeviceOptions {
  readonly version: TuyaVersion;
  readonly deviceId: string;
  /** 16 characters. */
  readonly key: string;
  /** Data points by number, as they are now. */
  readonly dps: () => Readonly<Record<string, unknown>>;
  /** Knows no call to measure, as some do not. */
  readonly isPlain?: boolean;
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  readonly port?: number;
}

/** A plug or meter of Tuya on loopback. It has one connection, as real ones do: who comes second is hung up on. */
export interface TuyaDevice extends TcpListener {
  /** Tells data points by itself, as when somebody presses its button. */
  tell(dps: Readonly<Record<string, unknown>>): void;
  /** What is put on the wire as it is. */
  say(bytes: Uint8Array): void;
  /** Commands that came, in order. */
  readonly asked: readonly number[];
}

const commands = {
  sessionStart: 3,
  sessionAnswer: 4,
  sessionFinish: 5,
  status: 8,
  heartbeat: 9,
  query: 10,
  queryNew: 16,
  refresh: 18,
};

/** Speaks the local protocol as jasonacox/tinytuya and codetheweb/tuyapi have found it. */
export async function startTuyaDevice(options: TuyaDeviceOptions): Promise<TuyaDevice> {
  const asked: number[] = [];
  let current: Connection | undefined;
  const listener = await listenOnTcp(options.port ?? 0, socket => {
    if (current !== undefined) {
      socket.destroy();
      return;
    }
    const connection = new Connection(options, socket, command => asked.push(command));
    current = connection;
    socket.on('close', () => {
      current = undefined;
    });
  });
  return {
    ...listener,
    asked,
    tell: dps => current?.tell(dps),
    say: bytes => current?.say(bytes),
  };
}

class Connection {
  readonly #options: TuyaDeviceOptions;
  readonly #socket: Socket;
  readonly #onAsked: (command: number) => void;
  readonly #localKey: Buffer;
  #key: Buffer;
  #bytes = Buffer.alloc(0);
  #sequence = 0;
  #ownRandom = Buffer.alloc(0);
  #theirRandom = Buffer.alloc(0);

  constructor(options: TuyaDeviceOptions, socket: Socket, onAsked: (command: number) => void) {
    this.#options = options;
    this.#socket = socket;
    this.#onAsked = onAsked;
    this.#localKey = Buffer.from(options.key, 'latin1');
    this.#key = this.#localKey;
    socket.on('data', bytes => this.#take(bytes));
  }

  tell(dps: Readonly<Record<string, unknown>>): void {
    this.#say(commands.status, this.#values(dps), true);
  }

  say(bytes: Uint8Array): void {
    sendTo(this.#socket, bytes);
  }

  #take(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (;;) {
      const length = lengthOf(this.#bytes);
      if (length === undefined) {
        this.#socket.destroy();
        return;
      }
      if (this.#bytes.length < length) return;
      const frame = this.#bytes.subarray(0, length);
      this.#bytes = Buffer.from(this.#bytes.subarray(length));
      const message = askedIn(this.#options.version, this.#key, frame);
      // Real ones are silent where they cannot read.
      if (message !== undefined) this.#answer(message);
    }
  }

  #answer({ command, body }: Asked): void {
    this.#onAsked(command);
    switch (command) {
      case commands.sessionStart: {
        this.#theirRandom = Buffer.from(body.subarray(0, 16));
        this.#ownRandom = randomBytes(16);
        const proof = createHmac('sha256', this.#localKey).update(this.#theirRandom).digest();
        this.#say(commands.sessionAnswer, Buffer.concat([this.#ownRandom, proof]));
        break;
      }
      case commands.sessionFinish: {
        const proof = createHmac('sha256', this.#localKey).update(this.#ownRandom).digest();
        if (proof.equals(body.subarray(0, 32))) this.#key = this.#sessionKey();
        else this.#socket.destroy();
        break;
      }
      case commands.refresh:
        this.#say(command, Buffer.from(this.#options.isPlain ? 'json obj data unvalid' : ''));
        break;
      case commands.heartbeat:
        this.#say(command, Buffer.alloc(0));
        break;
      case commands.query:
      case commands.queryNew:
        this.#say(command, this.#query(body));
        break;
      default:
    }
  }

  #query(body: Buffer): Buffer {
    const { deviceId, dps } = this.#options;
    const { devId } = JSON.parse(body.toString('utf8')) as { devId?: unknown };
    if (devId !== deviceId) return Buffer.from('devid not found');
    return Buffer.from(JSON.stringify({ devId: deviceId, dps: dps() }));
  }

  /** What a device tells by itself is wrapped once more from 3.4 on. */
  #values(dps: Readonly<Record<string, unknown>>): Buffer {
    const { version, deviceId } = this.#options;
    const told =
      version === '3.4' || version === '3.5'
        ? { protocol: 4, t: 1, data: { dps } }
        : { devId: deviceId, dps, t: 1 };
    return Buffer.from(JSON.stringify(told));
  }

  #sessionKey(): Buffer {
    const both = Buffer.from(
      this.#theirRandom.map((byte, index) => byte ^ (this.#ownRandom[index] as number)),
    );
    return this.#options.version === '3.5'
      ? createCipheriv('aes-128-gcm', this.#localKey, this.#theirRandom.subarray(0, 12)).update(both)
      : createCipheriv('aes-128-ecb', this.#localKey, null).setAutoPadding(false).update(both);
  }

  #say(command: number, body: Buffer, isOwn = false): void {
    this.#sequence++;
    const { version } = this.#options;
    const message = { sequence: this.#sequence, command, body, isOwn, nonce: randomBytes(12) };
    sendTo(this.#socket, deviceFrame(version, this.#key, message));
  }
}
