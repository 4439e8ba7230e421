import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { DeliveryError } from '../../notify/delivery-error.ts';
import type { Reach } from '../../notify/reach.ts';
import { sendHttp } from '../../notify/send-http.ts';

const pack = promisify(gzip);

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What nobody is to read. */
  readonly secret: string | readonly string[];
  readonly reach: Reach;
  readonly signal: AbortSignal;
}

/** Sends text packed with gzip. Gives status and answer as text. @throws DeliveryError in plain words */
export async function postPacked({ body, headers, secret, ...post }: Post): Promise<string> {
  try {
    return await sendHttp(
      {
        url: post.url,
        headers: { 'user-agent': 'Joulegate', 'content-encoding': 'gzip', ...headers },
        body: await pack(body, { level: 1 }),
        secret,
      },
      post,
    );
  } catch (error) {
    throw error instanceof DeliveryError ? inPlainWords(error) : error;
  }
}

/** What is meant by an answer, before what the server said itself. */
const meanings: Readonly<Record<string, string>> = Object.freeze({
  400: 'it does not understand or take what was sent',
  401: 'it does not know this token or password',
  403: 'it knows who sends, who may not write there',
  404: 'there is no such place: see the address, and the names in the settings',
  413: 'it is too much at once',
  422: 'it does not take what was sent',
  429: 'it is sent more than it wants to take; it is tried again later',
  500: 'something is wrong over there; it is tried again',
  502: 'its proxy does not reach it; it is tried again',
  503: 'it cannot take anything now; it is tried again',
  504: 'its proxy got no answer; it is tried again',
});

/** Servers say what is wrong as JSON with a `message` (InfluxDB 2, Joulegate) or an `error` (InfluxDB 1). */
export function inPlainWords(error: DeliveryError): DeliveryError {
  const [, status = '', rest = ''] = /^the server answers (\d{3}) ?(.*)$/s.exec(error.message) ?? [];
  const meaning = meanings[status];
  if (meaning === undefined) return error;
  const [, own] = /"(?:message|error)" ?: ?"((?:[^"\\]|\\.)*)/.exec(rest) ?? [];
  const said = (own ?? rest).replace(/\\(.)/g, '$1').trim();
  return new DeliveryError(`the server answers ${status}: ${meaning}${said === '' ? '' : ` (${said})`}`, {
    isFinal: error.isFinal,
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
  });
}
