import { Digest } from 'crypt';
import Curve from 'curve';
import ECDSA from 'ecdsa';
import ECPoint from 'ecp';
import RNG from 'rng';
import Session from 'ssl/session';
import { FlightGuard } from '../core/tls/flight-guard.ts';
import { judgeServer } from '../core/tls/trust.ts';
import type { RandomPort } from '../ports.ts';
import { bufferOf } from './buffers.ts';
import type { Link, LinkHandlers } from './link.ts';

/** Bytes of a record that goes out: what is encrypted at once is held four times over. */
const recordBytes = 2048;

export interface TlsOptions {
  /** The name or address that the certificate must be for. */
  readonly host: string;
  /** The one authority that is believed, in DER. */
  readonly authority: Uint8Array;
  readonly nowMs: number;
  readonly random: RandomPort;
  /** Opens the connection below. */
  readonly open: (handlers: LinkHandlers) => Link;
}

/** TLS 1.2 with the host, by the SDK's session behind checks of our own. */
export function openTls(options: TlsOptions, handlers: LinkHandlers): Link {
  const { host, authority, nowMs, random } = options;
  let state: 'shaking' | 'open' | 'closed' = 'shaking';
  let whyRefused: string | undefined;
  /** What the session reads from: one whole record. */
  let record: Uint8Array = new Uint8Array(0);
  let position = 0;

  const session = new Session({
    protocolVersion: 0x303,
    cache: false,
    judge: (server: Uint8Array) => {
      const judged = judgeServer({ server, authority, host, nowMs, verify: verifyP256 });
      if (judged.ok) return judged.value.publicKey;
      whyRefused = judged.detail;
      return undefined;
    },
  });
  session.initiateHandshake();

  const below: Link = options.open({
    onOpen: () => attempt(() => shake()),
    onBytes: bytes => {
      attempt(() => {
        const judged = guard.push(bytes);
        if (!judged.ok) end(judged.detail);
      });
    },
    onClosed: why => end(state === 'shaking' ? `${why} during the TLS handshake` : why),
  });
  const stream = {
    readable: 0,
    writable: 0,
    read: (into: Uint8Array) => {
      into.set(record.subarray(position, position + into.length));
      position += into.length;
    },
    write: (bytes: Uint8Array | ArrayBuffer) => {
      if (!below.write(new Uint8Array(bytes))) end('the host does not read what it is sent');
      return 0;
    },
  };
  const guard = new FlightGuard(whole => {
    if (state === 'closed') return;
    record = whole;
    position = 0;
    stream.readable = whole.length;
    if (state === 'open') hear();
    // The second step answers what the first has read.
    else if (shake() || shake()) opened();
  });

  function shake(): boolean {
    // The SDK's generator gives one step what it gave the step before, in another order; each begins anew here.
    RNG.init(bufferOf(random.bytes(32)));
    return session.handshake(stream);
  }
  function opened(): void {
    if (!guard.isOpen) throw new Error('the handshake ended early');
    state = 'open';
    handlers.onOpen();
  }
  function hear(): void {
    const bytes = session.read(stream);
    if (bytes === null) end('the host ended the connection');
    else if (bytes !== undefined && bytes.length > 0) handlers.onBytes(bytes);
  }
  /** The session throws where anything is wrong. */
  function attempt(step: () => void): void {
    if (state === 'closed') return;
    try {
      step();
    } catch (error) {
      end(`TLS: ${whyRefused ?? String(error)}`);
    }
  }
  function end(why: string): void {
    if (state === 'closed') return;
    state = 'closed';
    below.close();
    handlers.onClosed(why);
  }

  return {
    write: bytes => {
      if (state !== 'open') return false;
      for (let at = 0; at < bytes.length; at += recordBytes) {
        session.write(stream, bufferOf(bytes, at, Math.min(at + recordBytes, bytes.length)));
      }
      return true;
    },
    close: () => {
      if (state === 'closed') return;
      state = 'closed';
      below.close();
    },
  };
}

function verifyP256(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const digest = new Digest('SHA256');
  digest.write(bufferOf(message));
  const key = ECPoint.fromOctetString(publicKey.slice());
  return new ECDSA(key, new Curve('secp256r1'), false).verify(digest.close(), bufferOf(signature));
}
