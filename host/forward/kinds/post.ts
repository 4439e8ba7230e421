import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { fault } from '../../faults/fault.ts';
import { DeliveryError } from '../../notify/delivery-error.ts';
import type { Reach } from '../../notify/reach.ts';
import { isStatusCode, sendHttp } from '../../notify/send-http.ts';

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

/** Servers say what is wrong as JSON with a `message` (InfluxDB 2, Joulegate) or an `error` (InfluxDB 1). */
export function inPlainWords(error: DeliveryError): DeliveryError {
  const { code, facts } = error.fault;
  if (!isStatusCode(code)) return error;
  const rest = String(facts.said ?? '');
  const [, own] = /"(?:message|error)" ?: ?"((?:[^"\\]|\\.)*)/.exec(rest) ?? [];
  const said = (own ?? rest).replace(/\\(.)/g, '$1').trim();
  return new DeliveryError(fault(code, { said }), {
    isFinal: error.isFinal,
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
  });
}
