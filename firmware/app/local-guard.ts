import { fromBase64 } from '../core/base64.ts';
import { plainPin } from '../core/local-pin.ts';
import { decodeUtf8 } from '../core/utf8.ts';
import type { HttpRequest, HttpResponse, TimePort } from '../ports.ts';

/** A person's page asks once in 5 s; more answers than these in 10 s would take the time of measuring. */
const spanMs = 10_000;
const answersPerSpan = 20;
/** Wrong PINs in a span of a minute, of all addresses together: guessing 40 bits takes longer than anybody lives. */
const wrongSpanMs = 60_000;
const wrongPerSpan = 10;
/** An `Authorization` that is longer holds no PIN. */
const longestHeader = 256;

/** Who may look at the gateway's own page: who brings its PIN as the password of HTTP Basic, and not too often. */
export class LocalGuard {
  readonly #time: TimePort;
  readonly #pin: string;
  #spanTicks = 0;
  #answers = 0;
  #wrongSpanTicks = 0;
  #wrong = 0;

  constructor(time: TimePort, pin: string) {
    this.#time = time;
    this.#pin = pin;
  }

  /** The answer to who may not look; undefined: go on. */
  refusal({ headers }: HttpRequest): HttpResponse | undefined {
    const now = this.#time.ticksMs();
    if (now - this.#spanTicks >= spanMs) {
      this.#spanTicks = now;
      this.#answers = 0;
    }
    if (++this.#answers > answersPerSpan) return busy(spanMs - (now - this.#spanTicks));
    if (now - this.#wrongSpanTicks >= wrongSpanMs) {
      this.#wrongSpanTicks = now;
      this.#wrong = 0;
    }
    const given = pinOf(headers.get('authorization'));
    if (given === undefined) return denied('The PIN of this gateway is needed; any user name will do.');
    if (this.#wrong >= wrongPerSpan) return busy(wrongSpanMs - (now - this.#wrongSpanTicks));
    if (isEqual(given, this.#pin)) return undefined;
    this.#wrong++;
    return denied('This is not the PIN of this gateway. Its host showed it when the gateway was paired.');
  }
}

/** The password of HTTP Basic (RFC 7617). */
function pinOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length > longestHeader) return undefined;
  const [scheme, token] = authorization.split(' ');
  if (scheme?.toLowerCase() !== 'basic' || token === undefined) return undefined;
  const bytes = fromBase64(token);
  const text = bytes === undefined ? undefined : decodeUtf8(bytes);
  const colon = text?.indexOf(':') ?? -1;
  return text === undefined || colon < 0 ? undefined : plainPin(text.slice(colon + 1));
}

/** Takes as long whichever letter is the wrong one. */
function isEqual(given: string, pin: string): boolean {
  let differs = given.length ^ pin.length;
  for (let index = 0; index < pin.length; index++) {
    differs |= (given.charCodeAt(index) || 0) ^ pin.charCodeAt(index);
  }
  return differs === 0;
}

const denied = (body: string): HttpResponse => ({
  status: 401,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
  headers: [
    ['www-authenticate', 'Basic realm="Joulegate", charset="UTF-8"'],
    ['cache-control', 'no-store'],
  ],
});

const busy = (waitMs: number): HttpResponse => ({
  status: 429,
  type: 'text/plain; charset=utf-8',
  body: 'Asked too often; try again later.\n',
  headers: [['retry-after', String(Math.max(1, Math.ceil(waitMs / 1000)))]],
});
