import { connect, type Socket } from 'node:net';
import type { Reason } from '#core/wire/reasons.ts';
import type { Cancel, RandomPort, TimePort } from '#ports';
import { type Fault, fault } from '../../faults/fault.ts';
import { connectionFault, saidBy } from '../../faults/of-connection.ts';
import { isObject } from '../json-object.ts';
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  FrameCutter,
  hmacOf,
  type Read,
  sessionKeyOf,
} from './frames.ts';
import { commands, hasSession, type TuyaVersion } from './protocol.ts';

/** A plug on the own network answers at once; one that is off does not at all. */
const connectMs = 5000;
const agreeMs = 5000;
/** Devices hang up on who says nothing for half a minute (codetheweb/tuyapi pings each 10 s). */
const heartbeatEveryMs = 10_000;
const silentMs = 25_000;
/** Between the call to measure and the question: values come meanwhile, and no two messages leave in one moment. */
const measureMs = 500;
const randomBytes = 16;
const nonceBytes = 12;

export interface SessionOptions {
  readonly host: string;
  readonly port: number;
  readonly deviceId: string;
  readonly key: string;
  readonly version: TuyaVersion;
  readonly time: TimePort;
  readonly random: RandomPort;
  /** Questions can be asked. */
  readonly onOpen: () => void;
  /** Data points by number, those that the device told of. */
  readonly onValues: (dps: Readonly<Record<string, unknown>>) => void;
  /** Something came that cannot be read. */
  readonly onUnreadable: () => void;
  /** The end; not after `close`. */
  readonly onOver: (why: Fault, reason: Reason) => void;
}

type State = 'connecting' | 'agreeing' | 'open' | 'over';

/** One connection to a device, from the handshake to its end. Nothing of what comes throws, or is kept beyond a frame. */
export class TuyaSession {
  readonly #options: SessionOptions;
  readonly #socket: Socket;
  readonly #cutter = new FrameCutter();
  readonly #localKey: Buffer;
  readonly #ownRandom: Uint8Array;
  #key: Buffer;
  #state: State = 'connecting';
  #sequence = 0;
  #framesHeard = 0;
  #readable = 0;
  #why: Fault | undefined;
  #cancelDeadline: Cancel | undefined;
  #cancelHeartbeat: Cancel | undefined;
  #cancelQuery: Cancel | undefined;
  #heardTicksMs = 0;
  #canMeasure = true;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { host, port, key, time, random } = options;
    this.#localKey = Buffer.from(key, 'latin1');
    this.#key = this.#localKey;
    this.#ownRandom = random.bytes(randomBytes);
    this.#socket = connect({ host, port, noDelay: true });
    this.#cancelDeadline = time.after(connectMs, () =>
      this.#over(fault('connection.timeout', { host, seconds: connectMs / 1000 })),
    );
    this.#socket.on('connect', () => this.#connected());
    this.#socket.on('data', bytes => this.#take(bytes));
    this.#socket.on('error', error => {
      this.#why = connectionFault(saidBy(error), { host, port, listener: 'tuya' });
    });
    this.#socket.on('end', () => this.#socket.destroy());
    this.#socket.on('close', () => this.#over(this.#why ?? this.#hungUp()));
  }

  /** Has these data points measured and told. Nothing where the session is not open. */
  ask(dps: readonly number[]): void {
    if (this.#state !== 'open') return;
    const { deviceId, version, time } = this.#options;
    const about = { gwId: deviceId, devId: deviceId, uid: deviceId, t: this.#seconds() };
    if (this.#canMeasure) this.#send(commands.refresh, JSON.stringify({ ...about, dpId: dps }));
    const query = hasSession(version) ? commands.queryNew : commands.query;
    this.#cancelQuery?.();
    this.#cancelQuery = time.after(measureMs, () => this.#send(query, JSON.stringify({ ...about, dps: {} })));
  }

  close(): void {
    this.#state = 'over';
    this.#cancelDeadline?.();
    this.#cancelHeartbeat?.();
    this.#cancelQuery?.();
    this.#socket.destroy();
  }

  #connected(): void {
    if (this.#state !== 'connecting') return;
    this.#cancelDeadline?.();
    const { version, time } = this.#options;
    this.#heardTicksMs = time.ticksMs();
    if (!hasSession(version)) {
      this.#open();
      return;
    }
    this.#state = 'agreeing';
    this.#send(commands.sessionStart, this.#ownRandom);
    this.#cancelDeadline = time.after(agreeMs, () => this.#over(this.#wrongKey(), 'malformed'));
  }

  #open(): void {
    this.#state = 'open';
    this.#options.onOpen();
    this.#heartbeat();
  }

  #heartbeat(): void {
    const { time, host, deviceId } = this.#options;
    this.#cancelHeartbeat = time.after(heartbeatEveryMs, () => {
      if (time.ticksMs() - this.#heardTicksMs > silentMs) {
        this.#over(this.#framesHeard === 0 ? this.#wrongKey() : fault('tuya.silent', { host }));
        return;
      }
      this.#send(commands.heartbeat, JSON.stringify({ gwId: deviceId, devId: deviceId }));
      this.#heartbeat();
    });
  }

  #take(bytes: Uint8Array): void {
    const frames = this.#cutter.push(bytes);
    if (frames === 'broken') {
      const { host, port } = this.#options;
      this.#over(fault('tuya.other', { host, port }), 'malformed');
      return;
    }
    for (const frame of frames) {
      if (this.#state === 'over') return;
      this.#framesHeard++;
      this.#heardTicksMs = this.#options.time.ticksMs();
      this.#hear(decodeFrame(this.#options.version, this.#key, frame));
    }
  }

  #hear(read: Read): void {
    if (typeof read !== 'string' && this.#state === 'agreeing') {
      if (read.command === commands.sessionAnswer) this.#agree(read);
      return;
    }
    if (typeof read === 'string') {
      this.#options.onUnreadable();
      // The first tells whether key and version are right; one among others is a frame that was spoilt.
      if (this.#readable > 0) return;
      this.#over(
        read === 'damaged' && !hasSession(this.#options.version) ? this.#wrongVersion() : this.#wrongKey(),
        'malformed',
      );
      return;
    }
    this.#told(read);
  }

  /** The device's random number, and the proof that it has the local key. */
  #agree({ data }: Frame): void {
    const deviceRandom = data.subarray(0, randomBytes);
    const proof = data.subarray(randomBytes, randomBytes + 32);
    if (data.length < randomBytes + 32 || !hmacOf(this.#localKey, this.#ownRandom).equals(proof)) {
      this.#over(this.#wrongKey(), 'malformed');
      return;
    }
    this.#cancelDeadline?.();
    this.#send(commands.sessionFinish, hmacOf(this.#localKey, deviceRandom));
    this.#key = sessionKeyOf(this.#options.version, this.#localKey, this.#ownRandom, deviceRandom);
    this.#open();
  }

  #told({ command, data }: Frame): void {
    if (data.length === 0) {
      this.#readable++;
      return;
    }
    const text = data.toString('utf8');
    const body = parsed(text);
    const dps = isObject(body) ? (isObject(body.data) ? body.data.dps : body.dps) : undefined;
    if (isObject(dps)) {
      this.#readable++;
      this.#options.onValues(dps);
      return;
    }
    if (isObject(body)) {
      this.#readable++;
      return;
    }
    // Some do not know the call to measure; their values come without it.
    if (command === commands.refresh) {
      this.#readable++;
      this.#canMeasure = false;
      return;
    }
    this.#options.onUnreadable();
    const { host, deviceId } = this.#options;
    if (/devid not found/.test(text))
      this.#over(fault('tuya.device', { host, device: deviceId }), 'exception');
    else if (/data (unvalid|format error)/.test(text))
      this.#over(fault('tuya.question', { host, said: text.slice(0, 40) }), 'exception');
    else if (this.#readable === 0) this.#over(this.#wrongKey(), 'malformed');
  }

  #send(command: number, data: string | Uint8Array): void {
    if (this.#socket.destroyed) return;
    const { version, random } = this.#options;
    this.#sequence++;
    const message = { sequence: this.#sequence, command, data: Buffer.from(data) };
    this.#socket.write(encodeFrame(version, this.#key, { ...message, nonce: random.bytes(nonceBytes) }));
  }

  #over(why: Fault, reason: Reason = 'timeout'): void {
    if (this.#state === 'over') return;
    this.close();
    this.#options.onOver(why, reason);
  }

  #hungUp(): Fault {
    const { host, version } = this.#options;
    return this.#readable > 0 ? fault('tuya.broken', { host }) : fault('tuya.hungUp', { host, version });
  }

  #wrongKey(): Fault {
    const { host, version } = this.#options;
    return fault('tuya.key', { host, version });
  }

  #wrongVersion(): Fault {
    const { host, version } = this.#options;
    return fault('tuya.version', { host, version });
  }

  #seconds(): string {
    return String(Math.round((this.#options.time.wallMs() ?? 0) / 1000));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
