import { deepFreeze } from '../freeze.ts';
import { fail, ok, type Result } from '../result.ts';
import { readSignature } from './certificate.ts';

export type FlightError = 'tls.record' | 'tls.order' | 'tls.offer' | 'tls.alert';

const types = Object.freeze({ changeCipher: 20, alert: 21, handshake: 22, data: 23 });
const headBytes = 5;
/** A server's whole flight has 2 kB; a record of data 16 kB and 24 bytes of GCM (RFC 5246, 6.2; RFC 5288, 3). */
const mostFlightBytes = 4096;
const mostDataBytes = 16 * 1024 + 24;
/** Finished: 16 bytes, with nonce and tag. */
const finishedBytes = 40;

/** What a server says, in this order and no other (RFC 5246, 7.3), by the type of its handshake message. */
type State = 'hello' | 'certificate' | 'keyExchange' | 'done' | 'changeCipher' | 'finished' | 'open';
const due: Readonly<Record<string, readonly [number, State]>> = deepFreeze({
  hello: [2, 'certificate'],
  certificate: [11, 'keyExchange'],
  keyExchange: [12, 'done'],
  done: [14, 'changeCipher'],
} as const);

/**
 * Stands before the SDK's TLS 1.2 and hands it whole records that a server may say at this point, and nothing else. The
 * SDK's code (8.2.3) leaves out checks without which anyone can play the host: it takes a key exchange whose signature
 * names no algorithm as signed, believes data that come before the encryption, follows messages in any order, and
 * bounds no length. The one suite that is taken is ECDHE-ECDSA with AES-128-GCM on P-256.
 */
export class FlightGuard {
  readonly #onRecord: (record: Uint8Array) => void;
  readonly #head = new Uint8Array(headBytes);
  #state: State = 'hello';
  #record: Uint8Array | undefined;
  #come = 0;

  /** `onRecord` gets each record that is due, whole; its own bytes. */
  constructor(onRecord: (record: Uint8Array) => void) {
    this.#onRecord = onRecord;
  }

  /** Whether the server's side of the handshake is over. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Takes what came; an error ends the connection. */
  push(bytes: Uint8Array): Result<undefined, FlightError> {
    let offset = 0;
    while (offset < bytes.length) {
      const target: Uint8Array = this.#record ?? this.#head;
      const count = Math.min(target.length - this.#come, bytes.length - offset);
      target.set(bytes.subarray(offset, offset + count), this.#come);
      this.#come += count;
      offset += count;
      if (this.#come < target.length) break;
      if (this.#record === undefined) {
        const length = this.length();
        if (!length.ok) return length;
        this.#record = new Uint8Array(headBytes + length.value);
        this.#record.set(this.#head);
        continue;
      }
      this.#record = undefined;
      this.#come = 0;
      const judged = this.judge(target);
      if (!judged.ok) return judged;
      this.#onRecord(target);
    }
    return ok(undefined);
  }

  private length(): Result<number, FlightError> {
    const [type, major, minor, high, low] = this.#head;
    const length = ((high ?? 0) << 8) | (low ?? 0);
    const most = this.#state === 'open' ? mostDataBytes : mostFlightBytes;
    if (major !== 3 || minor !== 3)
      return fail('tls.record', `record of version ${major}.${minor}; TLS 1.2 is due`);
    if (length === 0 || length > most)
      return fail('tls.record', `record of ${length} bytes and type ${type}; 1 to ${most} are allowed`);
    return ok(length);
  }

  private judge(record: Uint8Array): Result<undefined, FlightError> {
    const type = record[0];
    const body = record.subarray(headBytes);
    if (this.#state === 'open')
      return type === types.data || type === types.alert ? ok(undefined) : this.early(type);
    if (type === types.alert && this.#state !== 'finished')
      return fail('tls.alert', `the host ended the handshake with alert ${body[1]}`);
    if (this.#state === 'changeCipher') {
      if (type !== types.changeCipher || body.length !== 1) return this.early(type);
      this.#state = 'finished';
      return ok(undefined);
    }
    if (type !== types.handshake) return this.early(type);
    if (this.#state === 'finished') {
      if (body.length !== finishedBytes) return this.early(type);
      this.#state = 'open';
      return ok(undefined);
    }
    return this.messages(body);
  }

  /** Handshake messages in the clear, each whole within its record, as the SDK needs them. */
  private messages(body: Uint8Array): Result<undefined, FlightError> {
    for (let at = 0; at < body.length; ) {
      const next = due[this.#state];
      const kind = body[at];
      if (next === undefined || kind !== next[0]) return this.early(kind);
      const length = ((body[at + 1] ?? 0xff) << 16) | ((body[at + 2] ?? 0xff) << 8) | (body[at + 3] ?? 0xff);
      const end = at + 4 + length;
      if (end > body.length) return fail('tls.record', `handshake message ${kind} goes past its record`);
      const message = body.subarray(at + 4, end);
      const isOffered =
        kind === 2 ? isHello(message) : kind === 12 ? isKeyExchange(message) : kind !== 14 || length === 0;
      if (!isOffered) return fail('tls.offer', `handshake message ${kind} chooses what was not offered`);
      this.#state = next[1];
      at = end;
    }
    return ok(undefined);
  }

  private early(kind: number | undefined): Result<undefined, FlightError> {
    return fail('tls.order', `type ${kind} is not due where ${this.#state} is`);
  }
}

/** TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, no compression. */
function isHello(message: Uint8Array): boolean {
  const at = 35 + (message[34] ?? 0xff);
  return (
    message[0] === 3 &&
    message[1] === 3 &&
    message[at] === 0xc0 &&
    message[at + 1] === 0x2b &&
    message[at + 2] === 0
  );
}

/** A point of P-256, signed by ECDSA with SHA-256 (RFC 8422, 5.4). */
function isKeyExchange(message: Uint8Array): boolean {
  const [curveType, high, low, pointBytes, pointKind] = message;
  const signatureBytes = ((message[71] ?? 0xff) << 8) | (message[72] ?? 0xff);
  return (
    curveType === 3 &&
    high === 0 &&
    low === 23 &&
    pointBytes === 65 &&
    pointKind === 4 &&
    message[69] === 4 &&
    message[70] === 3 &&
    message.length === 73 + signatureBytes &&
    readSignature(message.subarray(73)) !== undefined
  );
}
