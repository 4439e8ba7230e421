import { deepFreeze } from '../freeze.ts';
import { limits } from '../limits.ts';
import { fail, ok, type Result } from '../result.ts';

export type RequestError =
  | 'http.headTooLong'
  | 'http.badHead'
  | 'http.bodyTooLong'
  | 'http.lengthNeeded'
  | 'http.notSupported';

/** What each is answered with. */
export const requestStatus = deepFreeze({
  'http.headTooLong': 431,
  'http.badHead': 400,
  'http.bodyTooLong': 413,
  'http.lengthNeeded': 411,
  'http.notSupported': 501,
} as const satisfies Record<RequestError, number>);

export interface ReadRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

const headBytesMost = 2048;
const fieldsMost = 32;

/**
 * Reads one HTTP/1.x request as its bytes come, within bounds: a head of 2 kB, a body of `limits.localBodyBytes` whose length
 * is told before it. Chunks are not known.
 */
export class RequestReader {
  readonly #bytes = new Uint8Array(headBytesMost + limits.localBodyBytes);
  #length = 0;
  #head: (Omit<ReadRequest, 'body'> & { readonly at: number; readonly bodyBytes: number }) | undefined;

  /** The request once it is whole, undefined until then. What follows it is not read. */
  push(bytes: Uint8Array): Result<ReadRequest | undefined, RequestError> {
    const room = this.#bytes.length - this.#length;
    const taken = bytes.length > room ? bytes.subarray(0, room) : bytes;
    this.#bytes.set(taken, this.#length);
    this.#length += taken.length;
    if (this.#head === undefined) {
      const at = endOfHead(this.#bytes, Math.min(this.#length, headBytesMost));
      if (at === undefined)
        return this.#length >= headBytesMost
          ? fail('http.headTooLong', `the head is longer than ${headBytesMost} bytes`)
          : ok(undefined);
      const head = readHead(this.#bytes.subarray(0, at));
      if (!head.ok) return head;
      this.#head = { ...head.value, at };
    }
    const { at, bodyBytes, method, path, headers } = this.#head;
    if (this.#length < at + bodyBytes) return ok(undefined);
    return ok({ method, path, headers, body: this.#bytes.slice(at, at + bodyBytes) });
  }
}

/** Behind the empty line. */
function endOfHead(bytes: Uint8Array, length: number): number | undefined {
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < length; at = bytes.indexOf(0x0a, at + 1)) {
    if (at + 1 < length && bytes[at + 1] === 0x0a) return at + 2;
    if (at + 2 < length && bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return at + 3;
  }
  return undefined;
}

function readHead(
  bytes: Uint8Array,
): Result<Omit<ReadRequest, 'body'> & { readonly bodyBytes: number }, RequestError> {
  const bad = (what: string) => fail('http.badHead' as const, what);
  let text = '';
  for (let index = 0; index < bytes.length; index++) text += String.fromCharCode(bytes[index] as number);
  const lines = text.split('\n').map(line => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const [method = '', path = '', version = '', ...more] = (lines[0] ?? '').split(' ');
  if (!/^[A-Z]{1,16}$/.test(method) || !/^\/[!-~]{0,511}$/.test(path)) return bad('the first line is wrong');
  if (!/^HTTP\/1\.[01]$/.test(version) || more.length > 0) return bad('it is not HTTP/1.0 or 1.1');
  const headers = new Map<string, string>();
  for (const line of lines.slice(1)) {
    if (line === '') continue;
    const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~\x80-\xff]*?)[ \t]*$/.exec(line);
    const name = field?.[1]?.toLowerCase();
    if (name === undefined) return bad('a field of the head is wrong');
    // Two lengths or hosts are how requests are smuggled.
    if (headers.has(name) && (name === 'content-length' || name === 'host'))
      return bad(`${name} is there twice`);
    if (headers.size === fieldsMost) return fail('http.headTooLong', 'too many fields');
    headers.set(name, field?.[2] ?? '');
  }
  if (headers.has('transfer-encoding')) return fail('http.notSupported', 'transfer encodings are not known');
  const length = headers.get('content-length');
  if (length === undefined)
    return method === 'POST' || method === 'PUT'
      ? fail('http.lengthNeeded', 'the length of the body is not told')
      : ok({ method, path, headers, bodyBytes: 0 });
  if (!/^[0-9]{1,9}$/.test(length)) return bad('the length of the body is no number');
  const bodyBytes = Number(length);
  if (bodyBytes > limits.localBodyBytes)
    return fail('http.bodyTooLong', `at most ${limits.localBodyBytes} bytes are allowed`);
  return ok({ method, path, headers, bodyBytes });
}
