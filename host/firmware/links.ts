import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Seal } from '../auth/second-factors.ts';
import { type Tables, textOf } from '../auth/tables.ts';
import { Secrets } from '../secrets/secrets.ts';

/** Longer than a gateway may take to fetch an image, shorter than a link could be of use to somebody else. */
const goodForMs = 24 * 3_600_000;

const about = 'firmware links';

/** What `pathOf` gives, at the broker's machine (`:port/path`) or at the host's public address. */
const ownLink = /^(?::\d{1,5}|(?<at>http:\/\/.+))\/api\/v1\/firmware\/[0-9a-f]{16}\/image\?key=[\w.]+$/;

/** Whether a gateway that is told this address would ask this host, and nobody else in its network, for an image. */
export function isOwnLink(url: string, publicUrl: string | undefined): boolean {
  const found = ownLink.exec(url);
  const at = found?.groups?.at;
  return found !== null && (at === undefined || at === publicUrl?.replace(/\/+$/, ''));
}

/** Undefined where it lies in clear, as versions before had it, or was sealed with secrets that are lost: links of a day are renewed easily. */
function openedKey(sealed: string, seal: Seal): string | undefined {
  try {
    return seal.open(sealed, about);
  } catch {
    return undefined;
  }
}

/**
 * Addresses of images that are good for a day. They carry a key of their own instead of the gateway's credential: page
 * and API speak plain HTTP, and the credential must not be heard where MQTT is spoken by TLS. What is signed in the
 * key outlives a restart of the host.
 */
export class ImageLinks {
  readonly #secret: Buffer;
  readonly #nowMs: () => number;

  private constructor(secret: Buffer, nowMs: () => number) {
    this.#secret = secret;
    this.#nowMs = nowMs;
  }

  /** `seal`: what the key is sealed with in the database; without it with one that ends with this process. */
  static async open(tables: Tables, nowMs: () => number, seal?: Seal): Promise<ImageLinks> {
    const sealing = seal ?? (await Secrets.open());
    await tables.run('CREATE TABLE IF NOT EXISTS firmware_link_key (secret VARCHAR)');
    const [row] = await tables.all('SELECT secret FROM firmware_link_key');
    const kept = row === undefined ? undefined : openedKey(textOf(row, 'secret'), sealing);
    if (kept !== undefined) return new ImageLinks(Buffer.from(kept, 'hex'), nowMs);
    const secret = randomBytes(32);
    await tables.run('DELETE FROM firmware_link_key');
    await tables.run('INSERT INTO firmware_link_key VALUES (?)', [
      sealing.seal(secret.toString('hex'), about),
    ]);
    return new ImageLinks(secret, nowMs);
  }

  /** The path of an image, with its key. */
  pathOf(imageId: string): string {
    const untilS = Math.floor((this.#nowMs() + goodForMs) / 1000);
    return `/api/v1/firmware/${imageId}/image?key=${untilS}.${this.#mark(imageId, untilS)}`;
  }

  isGood(imageId: string, key: string): boolean {
    const [until = '', mark = ''] = key.split('.');
    const untilS = Number(until);
    if (!Number.isInteger(untilS) || untilS * 1000 < this.#nowMs()) return false;
    const wanted = Buffer.from(this.#mark(imageId, untilS));
    const given = Buffer.from(mark);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  #mark(imageId: string, untilS: number): string {
    return createHmac('sha256', this.#secret).update(`${imageId} ${untilS}`).digest('hex').slice(0, 32);
  }
}
