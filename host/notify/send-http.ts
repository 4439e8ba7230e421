import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { type Fault, fault, retold } from '../faults/fault.ts';
import { type FaultCode, faultKinds } from '../faults/kinds.ts';
import { connectionFaultSaid, type Place, saidBy } from '../faults/of-connection.ts';
import { DeliveryError } from './delivery-error.ts';
import { notifyLimits } from './limits.ts';
import { isOfInternet, lookupWithin, outOfReach, type Reach } from './reach.ts';

export interface HttpMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly method?: 'POST' | 'PUT';
  /** What stands in URL or headers that nobody is to read, such as tokens. */
  readonly secret?: string | readonly string[];
}

export interface SendOptions {
  readonly reach: Reach;
  readonly signal: AbortSignal;
}

/** Such answers say that the message itself is not taken: it would not be taken later, either. */
const refusals = new Set([400, 410, 413, 415, 422]);

/**
 * Sends something by HTTP once. Redirects are not followed: where a message goes is what somebody set up.
 * Gives status and beginning of the answer, as a text. @throws DeliveryError
 */
export async function sendHttp(message: HttpMessage, { reach, signal }: SendOptions): Promise<string> {
  const { headers, body, method = 'POST', secret } = message;
  const secrets = [secret ?? []].flat().filter(each => each !== '');
  const withoutSecret = (text: string) => secrets.reduce((left, each) => left.replaceAll(each, '…'), text);
  try {
    const url = new URL(message.url);
    const name = url.hostname.replace(/^\[|\]$/g, '');
    // Names are judged as they are looked up; an address is not looked up.
    if (reach === 'internet' && isIP(name) !== 0 && !isOfInternet(name)) throw outOfReach(name);
    const { status, text, location, retryAfter } = await ask(url, {
      method,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      body,
      reach,
      signal: AbortSignal.any([signal, AbortSignal.timeout(notifyLimits.sendMs)]),
    });
    const own = plain(withoutSecret(text));
    const said = `${status} ${own}`.trim();
    if (status >= 200 && status < 300) return said;
    if (status >= 300 && status < 400)
      throw new DeliveryError(
        fault('http.redirect', { status, to: plain(withoutSecret(location ?? 'nowhere')) }),
      );
    throw new DeliveryError(retold(statusFault(status, own), `the server answers ${said}`), {
      isFinal: refusals.has(status),
      status,
      ...(retryAfter !== undefined && { retryAfterMs: retryAfter }),
    });
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    if (error instanceof Error && error.name === 'TimeoutError')
      throw new DeliveryError(fault('answer.timeout', { seconds: notifyLimits.sendMs / 1000 }));
    const said = withoutSecret((error instanceof Error && saidBy(error)) || 'the connection failed');
    throw new DeliveryError(connectionFaultSaid(said, placeOf(message.url)));
  }
}

type StatusCode = Extract<FaultCode, `http.${number}`>;
/** Whether it is of an answer whose meaning is known. */
export const isStatusCode = (code: string): code is StatusCode =>
  /^http\.\d/.test(code) && Object.hasOwn(faultKinds, code);

/** What is meant by an answer that is none of success. */
function statusFault(status: number, said: string): Fault {
  const code = `http.${status}`;
  return isStatusCode(code) ? fault(code, { said }) : fault('http.status', { status, said });
}

function placeOf(url: string): Place {
  if (!URL.canParse(url)) return { host: url, port: '' };
  const { hostname: host, port, protocol } = new URL(url);
  return { host, port: port || (protocol === 'https:' ? 443 : 80) };
}

interface Request {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly reach: Reach;
  readonly signal: AbortSignal;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string | undefined;
  readonly retryAfter: number | undefined;
}

function ask(url: URL, { method, headers, body, reach, signal }: Request): Promise<Answer> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(signal.aborted ? signal.reason : error);
    // Without an agent: a connection of its own, judged as it is made.
    const sent = request(
      url,
      { method, headers, signal, agent: false, lookup: lookupWithin(reach) },
      answer => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
          // Nobody reads more of it.
          if (text.length > notifyLimits.saidChars * 4) answer.destroy();
        });
        // Whoever takes a message and then says nothing has taken it.
        const isTaken =
          answer.statusCode !== undefined && answer.statusCode >= 200 && answer.statusCode < 300;
        answer.on('error', error => (isTaken ? undefined : fail(error)));
        answer.on('close', () => {
          const { location, 'retry-after': after } = answer.headers;
          resolve({
            status: answer.statusCode ?? 0,
            text,
            location,
            retryAfter: retryAfterMs(after, Date.now()),
          });
        });
      },
    );
    sent.on('error', fail);
    sent.end(body);
  });
}

/** `Retry-After` as RFC 9110 (10.2.3) has it: seconds, or a date; undefined where it says nothing of use. */
export function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const afterMs = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return afterMs > 0 ? afterMs : undefined;
}

/** One line without control characters. */
export const plain = (text: string): string =>
  text
    .slice(0, notifyLimits.saidChars)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
