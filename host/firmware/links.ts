import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Tables, textOf } from '../auth/tables.ts';

/** Longer than a gateway may take to fetch an image, shorter than a link could be of use to somebody else. */
const goodForMs = 24 * 3_600_000;

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

  static async open(tables: Tables, nowMs: () => number): Promise<ImageLinks> {
    await tables.run('CREATE TABLE IF NOT EXISTS firmware_link_key (secret VARCHAR)');
    const [row] = await tables.all('SELECT secret FROM firmware_link_key');
    if (row !== undefined) return new ImageLinks(Buffer.from(textOf(row, 'secret'), 'hex'), nowMs);
    const secret = randomBytes(32);
    await tables.run('INSERT INTO firmware_link_key VALUES (?)', [secret.toString('hex')]);
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
