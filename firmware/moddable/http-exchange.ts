import { AnswerReader } from '../core/http/answer.ts';
import { decodeUtf8, encodeUtf8 } from '../core/utf8.ts';
import type { Cancel, HttpPort, TimePort } from '../ports.ts';
import type { Link, LinkHandlers } from './link.ts';

export interface HttpOptions {
  readonly time: Pick<TimePort, 'after'>;
  /** Where `:port/path` is: the machine of the broker. Undefined while nobody knows it. */
  readonly host: () => string | undefined;
  readonly resolve: (host: string, done: (address: string | undefined) => void) => void;
  readonly open: (address: string, port: number, handlers: LinkHandlers) => Link;
}

/** So long nothing may come. */
const idleMs = 20_000;
const bodyBytesMost = 8 * 1024;
const usualPort = 80;

/** HTTP by plain TCP, one request a connection: what is fetched is signed, and what is secret travels encrypted. */
export const httpOver = (options: HttpOptions): HttpPort => ({
  get: ({ url, from, to }, { onBytes, onDone }) => {
    let wrong: string | undefined;
    let left = to + 1 - from;
    return exchange(options, url, host => requestText('GET', host, `Range: bytes=${from}-${to}\r\n`), '', {
      onHead: ({ status, range }) => {
        if (status !== 206) wrong = `the answer is ${status}`;
        else if (range?.from !== from || range.to !== to) wrong = 'the answer has other bytes than asked for';
        return wrong;
      },
      onBody: bytes => {
        left -= bytes.length;
        if (left < 0) return 'more bytes came than were asked for';
        onBytes(bytes);
        return undefined;
      },
      onDone: why => onDone(why ?? (left === 0 ? undefined : 'the answer was too short')),
    });
  },
  post: (url, json, done) => {
    const length = encodeUtf8(json).length;
    const body = new Uint8Array(bodyBytesMost);
    let bodyBytes = 0;
    let answered = 0;
    const head = `Content-Type: application/json\r\nContent-Length: ${length}\r\n`;
    return exchange(options, url, host => requestText('POST', host, head), json, {
      onHead: ({ status }) => {
        answered = status;
        return undefined;
      },
      onBody: bytes => {
        if (bodyBytes + bytes.length > bodyBytesMost) return 'the answer is too long';
        body.set(bytes, bodyBytes);
        bodyBytes += bytes.length;
        return undefined;
      },
      onDone: why => {
        const text = why ?? decodeUtf8(body.subarray(0, bodyBytes));
        if (text === undefined) done(0, 'the answer is no text');
        else done(why === undefined ? answered : 0, text);
      },
    });
  },
});

interface Heard {
  /** Each gives why the answer is not to be read on. */
  readonly onHead: (head: {
    readonly status: number;
    readonly range: { readonly from: number; readonly to: number } | undefined;
  }) => string | undefined;
  readonly onBody: (bytes: Uint8Array) => string | undefined;
  readonly onDone: (why: string | undefined) => void;
}

/** As HTTP/1.0, whose answers never come in chunks and end with the connection. */
const requestText =
  (method: string, host: string, fields: string) =>
  (path: string): string =>
    `${method} ${path} HTTP/1.0\r\nHost: ${host}\r\nAccept-Encoding: identity\r\n${fields}Connection: close\r\n\r\n`;

function exchange(
  options: HttpOptions,
  url: string,
  request: (host: string) => (path: string) => string,
  body: string,
  heard: Heard,
): Cancel {
  const { time, resolve, open } = options;
  let isOver = false;
  let link: Link | undefined;
  let cancelIdle: Cancel = () => {};
  const over = (why: string | undefined): void => {
    if (isOver) return;
    isOver = true;
    cancelIdle();
    link?.close();
    heard.onDone(why);
  };
  const wait = (): void => {
    cancelIdle();
    cancelIdle = time.after(idleMs, () => over(`nothing came for ${idleMs / 1000} s`));
  };
  const place = placeOf(url, options.host());
  if (place === undefined) {
    cancelIdle = time.after(0, () =>
      over(`${url.slice(0, 80)} is no address that this gateway can fetch from`),
    );
    return () => {
      isOver = true;
      cancelIdle();
    };
  }
  const { host, port, path } = place;
  let wrong: string | undefined;
  const reader = new AnswerReader({
    onHead: head => {
      wrong = heard.onHead(head);
    },
    onBody: bytes => {
      if (!isOver) wrong ??= heard.onBody(bytes);
    },
  });
  wait();
  resolve(host, address => {
    if (isOver) return;
    if (address === undefined) {
      over(`${host} has no address; is the name right and the network up?`);
      return;
    }
    link = open(address, port, {
      onOpen: () => {
        wait();
        link?.write(encodeUtf8(request(port === usualPort ? host : `${host}:${port}`)(path) + body));
      },
      onBytes: bytes => {
        if (isOver) return;
        wait();
        const read = reader.push(bytes);
        // Who reads may have cancelled meanwhile.
        if (!read.ok) over(read.detail);
        else if (wrong !== undefined) over(wrong);
        else if (read.value) over(undefined);
      },
      onClosed: why => {
        const read = reader.end();
        over(read.ok ? wrong : `${host}:${port}: ${read.error === 'http.noHead' ? why : read.detail}`);
      },
    });
    if (isOver) link.close();
  });
  return () => {
    isOver = true;
    cancelIdle();
    link?.close();
  };
}

/** Host, port and path of `http://host[:port]/path` or `:port/path`. */
function placeOf(
  url: string,
  ownHost: string | undefined,
): { host: string; port: number; path: string } | undefined {
  const parts = /^(?:http:\/\/([0-9A-Za-z._-]+))?(?::([0-9]{1,5}))?(\/[!-~]*)$/.exec(url);
  const host = parts?.[1] ?? ownHost;
  if (parts === null || host === undefined || (parts[1] === undefined && parts[2] === undefined))
    return undefined;
  const port = parts[2] === undefined ? usualPort : Number(parts[2]);
  return port >= 1 && port <= 65_535 ? { host, port, path: parts[3] ?? '/' } : undefined;
}
