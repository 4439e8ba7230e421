import { fail, ok, type Result } from '../result.ts';
import { decodeUtf8 } from '../utf8.ts';

export interface AnswerHead {
  readonly status: number;
  /** Undefined: until the connection ends. */
  readonly bodyBytes: number | undefined;
  /** Of a part of something: the first and last byte. */
  readonly range: { readonly from: number; readonly to: number } | undefined;
}

export type AnswerError =
  | 'http.headTooLong'
  | 'http.noHead'
  | 'http.chunked'
  | 'http.tooLong'
  | 'http.tooShort';

export interface AnswerHandlers {
  readonly onHead: (head: AnswerHead) => void;
  /** A part of the body; valid during the call only. */
  readonly onBody: (bytes: Uint8Array) => void;
}

const headBytesMost = 4096;

/**
 * Reads one answer of HTTP/1.x as it comes, in a bounded buffer. Chunks are not read: who asks as HTTP/1.0 is not sent
 * any (RFC 9112, section 6.1).
 */
export class AnswerReader {
  readonly #handlers: AnswerHandlers;
  readonly #head = new Uint8Array(headBytesMost);
  #headBytes = 0;
  #isInBody = false;
  #left: number | undefined;

  constructor(handlers: AnswerHandlers) {
    this.#handlers = handlers;
  }

  /** Takes bytes of the connection. Gives whether the answer is whole. */
  push(bytes: Uint8Array): Result<boolean, AnswerError> {
    let offset = 0;
    while (!this.#isInBody) {
      if (offset === bytes.length) return ok(false);
      if (this.#headBytes === headBytesMost)
        return fail('http.headTooLong', `the answer's head has more than ${headBytesMost} bytes`);
      const byte = bytes[offset++] as number;
      this.#head[this.#headBytes++] = byte;
      if (byte === 0x0a && this.endsHead()) {
        const head = readHead(this.#head.subarray(0, this.#headBytes));
        if (!head.ok) return head;
        this.#isInBody = true;
        this.#left = head.value.bodyBytes;
        this.#handlers.onHead(head.value);
      }
    }
    const body = offset === 0 ? bytes : bytes.subarray(offset);
    if (this.#left === undefined) {
      if (body.length > 0) this.#handlers.onBody(body);
      return ok(false);
    }
    if (body.length > this.#left) return fail('http.tooLong', 'more came than the answer said');
    this.#left -= body.length;
    if (body.length > 0) this.#handlers.onBody(body);
    return ok(this.#left === 0);
  }

  /** The connection ended. An answer without a length is whole then. */
  end(): Result<true, AnswerError> {
    if (!this.#isInBody) return fail('http.noHead', 'the connection ended without an answer');
    if (this.#left === undefined || this.#left === 0) return ok(true);
    return fail('http.tooShort', `the connection ended ${this.#left} bytes early`);
  }

  /** After an empty line. */
  private endsHead(): boolean {
    const head = this.#head;
    const end = this.#headBytes;
    return head[end - 2] === 0x0a || (head[end - 2] === 0x0d && head[end - 3] === 0x0a);
  }
}

function readHead(bytes: Uint8Array): Result<AnswerHead, AnswerError> {
  const [first = '', ...lines] = (decodeUtf8(bytes) ?? '').split('\n');
  const status = /^HTTP\/1\.[01] ([1-5][0-9][0-9])(?: |\r|$)/.exec(first)?.[1];
  if (status === undefined) return fail('http.noHead', 'this is no answer of HTTP/1');
  let bodyBytes: number | undefined;
  let range: AnswerHead['range'];
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const value = line.slice(colon + 1).trim();
    switch (line.slice(0, colon).trim().toLowerCase()) {
      case 'transfer-encoding':
        return fail('http.chunked', `the answer comes as ${value.slice(0, 20)}, which is not read`);
      case 'content-length':
        if (/^[0-9]{1,9}$/.test(value)) bodyBytes = Number(value);
        break;
      case 'content-range': {
        const parts = /^bytes ([0-9]{1,9})-([0-9]{1,9})\//.exec(value);
        if (parts !== null) range = { from: Number(parts[1]), to: Number(parts[2]) };
      }
    }
  }
  return ok({ status: Number(status), bodyBytes, range });
}
