import { createDecipheriv, createECDH, createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Subscription } from '../../../host/notify/push-browsers.ts';

export interface BrowserKeys {
  /** Base64url. */
  readonly privateKey: string;
  readonly auth: string;
}

export interface Pushed {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const hmac = (key: Uint8Array, ...parts: (Uint8Array | string)[]): Buffer => {
  const made = createHmac('sha256', key);
  for (const part of parts) made.update(part);
  return made.digest();
};

/** What a browser reads in a message (RFC 8291, section 3.4, over RFC 8188, section 2.1), by Node's own cryptography. */
export function decrypted(body: Buffer, keys: BrowserKeys): string {
  const salt = body.subarray(0, 16);
  const idLength = body[20] ?? 0;
  const senderKey = body.subarray(21, 21 + idLength);
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(Buffer.from(keys.privateKey, 'base64url'));
  const shared = hmac(Buffer.from(keys.auth, 'base64url'), pair.computeSecret(senderKey));
  const secret = hmac(shared, 'WebPush: info\0', pair.getPublicKey(), senderKey, '\x01');
  const pseudo = hmac(salt, secret);
  const key = hmac(pseudo, 'Content-Encoding: aes128gcm\0\x01').subarray(0, 16);
  const nonce = hmac(pseudo, 'Content-Encoding: nonce\0\x01').subarray(0, 12);
  const record = body.subarray(21 + idLength);
  const opener = createDecipheriv('aes-128-gcm', key, nonce);
  opener.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([opener.update(record.subarray(0, -16)), opener.final()]);
  // The last record ends with 2 and zeros.
  return padded.subarray(0, padded.lastIndexOf(2)).toString();
}

/** A push service of one's own: keeps what it is sent, and answers each browser as it is told to. */
export async function startPushService() {
  const pushed: Pushed[] = [];
  const answers = new Map<string, number>();
  const server = createServer((request, reply) => {
    const path = request.url ?? '';
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      pushed.push({ path, headers: request.headers, body: Buffer.concat(parts) });
      reply.statusCode = answers.get(path) ?? 201;
      reply.end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    pushed,
    answers,
    /** A browser that was just allowed to be told. */
    subscribed(path: string): Subscription & BrowserKeys {
      const pair = createECDH('prime256v1');
      const p256dh = pair.generateKeys().toString('base64url');
      const privateKey = pair.getPrivateKey().toString('base64url');
      const auth = randomBytes(16).toString('base64url');
      return { endpoint: `${url}${path}`, p256dh, auth, privateKey };
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
