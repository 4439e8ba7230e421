import { gzipSync } from 'node:zlib';
import type { QuantityId } from '#core/quantities.ts';
import { lineText } from '../line-text.ts';
import type { ReadQuantity } from '../mqtt-device.ts';

/** How a logger speaks: as JSON, or as those that were written for InfluxDB 1 or 2. */
export type SenderForm = 'json' | 'influx1' | 'influx2';

export interface HttpSenderOptions {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly token: string;
  readonly form: SenderForm;
  /** The meter, or the measurement of lines. */
  readonly meter: string;
  readonly quantities: readonly QuantityId[];
  readonly read: ReadQuantity;
  readonly isPacked?: boolean;
  /** Of one request, the oldest first. */
  readonly batch?: number;
  readonly timeoutMs?: number;
  /** Ends a request that is under way, for somebody who does not want it any more. */
  readonly signal?: AbortSignal;
}

/** What became of what was measured. */
export interface SenderCounts {
  measured: number;
  /** The host said that it has them. */
  confirmed: number;
  /** The host said that it does not want them: they are given up, as Telegraf and others do. */
  refused: number;
  /** No answer, or one that says later: kept. */
  putOff: number;
}

interface Measured {
  readonly atMs: number;
  readonly values: Readonly<Partial<Record<QuantityId, number>>>;
}

/** A logger that keeps what it measured until the host has confirmed it, and sends it again without an answer. */
export class HttpSender {
  readonly counts: SenderCounts = { measured: 0, confirmed: 0, refused: 0, putOff: 0 };
  readonly #options: HttpSenderOptions;
  #kept: Measured[] = [];
  #isSending = false;

  constructor(options: HttpSenderOptions) {
    this.#options = options;
  }

  /** Measurements that are not confirmed. */
  get waiting(): number {
    return this.#kept.length;
  }

  /** Takes a measurement of now, as the sender's clock has it. */
  measure(atMs: number): void {
    const { quantities, read } = this.#options;
    this.#kept.push({ atMs, values: Object.fromEntries(quantities.map(id => [id, read(id)])) });
    this.counts.measured++;
  }

  /** Sends the oldest of what is kept, once. Gives whether it is off its hands: not while something is on its way. Never throws. */
  async send(): Promise<boolean> {
    if (this.#isSending) return false;
    this.#isSending = true;
    try {
      return await this.#send();
    } finally {
      this.#isSending = false;
    }
  }

  async #send(): Promise<boolean> {
    const { batch = 1000, timeoutMs = 5000, isPacked = false, signal } = this.#options;
    const limit = AbortSignal.timeout(timeoutMs);
    const sent = this.#kept.slice(0, batch);
    if (sent.length === 0) return true;
    const { path, headers, text } = this.#request(sent);
    try {
      const answer = await fetch(`${this.#options.url}${path}`, {
        method: 'POST',
        headers: { ...headers, ...(isPacked && { 'content-encoding': 'gzip' }) },
        body: isPacked ? new Uint8Array(gzipSync(text)) : text,
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      });
      await answer.arrayBuffer();
      if (answer.status === 429 || answer.status >= 500) throw new Error(`answered ${answer.status}`);
      this.counts[answer.ok ? 'confirmed' : 'refused'] += sent.length;
      this.#kept = this.#kept.slice(sent.length);
      return true;
    } catch {
      this.counts.putOff += sent.length;
      return false;
    }
  }

  #request(sent: readonly Measured[]): { path: string; headers: Record<string, string>; text: string } {
    const { form, token, meter } = this.#options;
    if (form === 'json') {
      const readings = sent.map(({ atMs, values }) => ({ meter, at: atMs, values }));
      return {
        path: '/api/v1/readings',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        text: JSON.stringify({ readings }),
      };
    }
    // Nanoseconds, as most clients send them unless they are told otherwise.
    const text = sent
      .map(({ atMs, values }) => lineText({ measurement: meter, fields: values, time: `${atMs}000000` }))
      .join('\n');
    return form === 'influx1'
      ? {
          path: `/write?db=home&u=logger&p=${encodeURIComponent(token)}`,
          headers: { 'content-type': 'text/plain; charset=utf-8' },
          text,
        }
      : {
          path: '/api/v2/write?org=home&bucket=power&precision=ns',
          headers: { authorization: `Token ${token}`, 'content-type': 'text/plain; charset=utf-8' },
          text,
        };
  }
}
