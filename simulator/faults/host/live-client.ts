import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import type { Lab } from '../../lab/lab.ts';

/** Of an event as it comes: its instant is all that is read of it. */
const instants = /"atMs":(\d+)/g;

/** A page that listens to live events, as far as the wire shows; it can stop reading. */
export class LiveClient {
  /** How long the newest events took from the gateway's clock to here at the most, ms. */
  slowestMs = 0;
  events = 0;
  /** The longest time in which it heard nothing, ms. */
  longestSilenceMs = 0;
  #heardMs = Date.now();
  /** Of these, those of an instant that all pages have in common to count from, UTC ms. */
  since = 0;
  sinceMs = Number.POSITIVE_INFINITY;
  /** When its stream ended. */
  endedMs: number | undefined;
  readonly #request: ClientRequest;
  readonly #response: IncomingMessage;

  private constructor(request: ClientRequest, response: IncomingMessage) {
    this.#request = request;
    this.#response = response;
    response.setEncoding('utf8');
    let rest = '';
    response.on('data', (part: string) => {
      const nowMs = Date.now();
      const text = rest + part;
      const end = text.lastIndexOf('\n') + 1;
      rest = text.slice(end);
      for (const [, atMs] of text.slice(0, end).matchAll(instants)) {
        this.events++;
        this.#heard(nowMs);
        if (Number(atMs) >= this.sinceMs) this.since++;
        this.slowestMs = Math.max(this.slowestMs, nowMs - Number(atMs));
      }
    });
    response.on('error', () => {});
    response.on('close', () => {
      this.endedMs ??= performance.now();
    });
  }

  static listen(lab: Lab, cookie: string): Promise<LiveClient> {
    return new Promise((resolve, reject) => {
      const request = get(`${lab.api.url}/api/v1/events`, { headers: { cookie }, agent: false }, response => {
        if (response.statusCode !== 200) reject(new Error(`/api/v1/events: ${response.statusCode}`));
        else resolve(new LiveClient(request, response));
      });
      request.on('error', reject);
    });
  }

  /** Its end of the connection. */
  get port(): number {
    return this.#response.socket.localPort ?? 0;
  }

  /** Counts silence from now on. */
  beginSilence(): void {
    this.#heardMs = Date.now();
    this.longestSilenceMs = 0;
  }

  /** The silence that lasts still counts, too. */
  endSilence(): void {
    this.#heard(Date.now());
  }

  #heard(nowMs: number): void {
    this.longestSilenceMs = Math.max(this.longestSilenceMs, nowMs - this.#heardMs);
    this.#heardMs = nowMs;
  }

  /** Reads nothing any more: what comes waits in the system's buffers, and then at the host. */
  stall(): void {
    this.#response.pause();
  }

  close(): void {
    this.#request.destroy();
  }
}
