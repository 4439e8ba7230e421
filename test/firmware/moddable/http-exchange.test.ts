import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { httpOver } from '../../../firmware/moddable/http-exchange.ts';
import type { Link } from '../../../firmware/moddable/link.ts';
import { nodeHttp } from '../../../simulator/gateway/node-http.ts';
import { nodeTime } from '../../../simulator/gateway/node-time.ts';

/** The device's HTTP over Node's sockets, against real servers, good and bad. */
const http = httpOver({
  time: nodeTime,
  host: () => '127.0.0.1',
  resolve: (host, done) => done(host === 'nowhere.example' ? undefined : host),
  open: (address, port, { onOpen, onBytes, onClosed }): Link => {
    let isClosed = false;
    const socket = connect(port, address);
    socket.on('connect', () => !isClosed && onOpen());
    socket.on('data', bytes => !isClosed && onBytes(bytes));
    socket.on('error', () => {});
    socket.on('close', () => !isClosed && onClosed('the connection broke'));
    return {
      write: bytes => socket.write(bytes.slice()),
      close: () => {
        isClosed = true;
        socket.destroy();
      },
    };
  },
});

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

const file = Buffer.from(Array.from({ length: 5000 }, (_, index) => index & 0xff));

async function listen(server: Server): Promise<string> {
  servers.push(server);
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return `:${(server.address() as AddressInfo).port}/x`;
}

/** A server that says this, whatever it is asked, and may then hang up. */
const saying = (text: string | Buffer, isEnding = true) =>
  listen(
    createServer(socket => {
      socket.once('data', () => (isEnding ? socket.end(text) : socket.write(text)));
    }),
  );

const goodServer = () =>
  listen(
    createHttpServer((request, response) => {
      if (request.method === 'POST') {
        const parts: Buffer[] = [];
        request.on('data', part => parts.push(part));
        request.on('end', () =>
          response.writeHead(201).end(`got ${Buffer.concat(parts)} as ${request.headers['content-type']}`),
        );
        return;
      }
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      const part = file.subarray(Number(from), Number(to) + 1);
      response
        .writeHead(206, { 'content-range': `bytes ${from}-${to}/5000`, 'content-length': part.length })
        .end(part);
    }),
  );

function get(
  url: string,
  from = 0,
  to = 99,
  port = http,
): Promise<{ why: string | undefined; bytes: Buffer }> {
  return new Promise(resolve => {
    const parts: Buffer[] = [];
    port.get(
      { url, from, to },
      {
        onBytes: bytes => parts.push(Buffer.from(bytes)),
        onDone: why => resolve({ why, bytes: Buffer.concat(parts) }),
      },
    );
  });
}

describe.each([
  ['the device', http],
  ['Node', nodeHttp('127.0.0.1')],
] as const)('HTTP of %s', (_name, port) => {
  test('gets a range, byte for byte', async () => {
    const url = await goodServer();
    expect(await get(url, 1000, 4999, port)).toEqual({ why: undefined, bytes: file.subarray(1000, 5000) });
  });

  test('posts JSON, and gives status and answer', async () => {
    const url = await goodServer();
    const answer = await new Promise(done =>
      port.post(url, '{"a":"ü"}', (status, body) => done([status, body])),
    );
    expect(answer).toEqual([201, 'got {"a":"ü"} as application/json']);
  });

  test('takes nothing for the range that is another answer', async () => {
    const ok = await saying('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc');
    expect((await get(ok, 0, 2, port)).why).toContain('the answer is 200');
    const refused = await saying('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    expect((await get(refused, 0, 2, port)).why).toContain('the answer is 403');
    const short = await saying('HTTP/1.1 206 Partial Content\r\ncontent-range: bytes 0-99/200\r\n\r\nabc');
    expect((await get(short, 0, 99, port)).why).toContain('too short');
  });

  test('says that nobody is there', async () => {
    const url = await goodServer();
    servers.splice(0)[0]?.close();
    expect((await get(url, 0, 2, port)).why).toBeDefined();
  });
});

describe('HTTP of the device', () => {
  const partial = (fields: string, body: string) =>
    `HTTP/1.1 206 Partial Content\r\n${fields}\r\n\r\n${body}`;
  const bad: readonly [name: string, text: string, why: string][] = [
    ['no HTTP', 'SSH-2.0-x\r\n\r\n', 'no answer of HTTP/1'],
    [
      'another range',
      partial('content-range: bytes 5-7/9\r\ncontent-length: 3', 'abc'),
      'other bytes than asked for',
    ],
    ['no range', partial('content-length: 3', 'abc'), 'other bytes than asked for'],
    [
      'chunks',
      partial('transfer-encoding: chunked\r\ncontent-range: bytes 0-2/9', '3\r\nabc\r\n0\r\n\r\n'),
      'comes as chunked',
    ],
    [
      'more than it says',
      partial('content-range: bytes 0-2/9\r\ncontent-length: 3', 'abcd'),
      'more came than',
    ],
    ['more than was asked for', partial('content-range: bytes 0-2/9', 'abcd'), 'more bytes came'],
    ['less than it says', partial('content-range: bytes 0-2/9\r\ncontent-length: 3', 'ab'), '1 bytes early'],
    ['a head without an end', `HTTP/1.1 206 x\r\n${'a: b\r\n'.repeat(1000)}`, 'more than 4096 bytes'],
    ['nothing', '', 'the connection broke'],
  ];
  test.each(bad)('refuses %s, with its reason', async (_name, text, why) => {
    expect((await get(await saying(text), 0, 2)).why).toContain(why);
  });

  test('reads an answer in pieces of one byte, and one that ends with the connection', async () => {
    const text = 'HTTP/1.0 206 x\nContent-Range: bytes 0-2/9\nContent-Length: 3\n\nabc';
    const url = await listen(
      createServer({ noDelay: true }, socket => {
        socket.once('data', async () => {
          for (const letter of text) {
            socket.write(letter);
            await new Promise(go => setImmediate(go));
          }
        });
      }),
    );
    expect(await get(url, 0, 2)).toEqual({ why: undefined, bytes: Buffer.from('abc') });
    expect((await get(await saying(partial('content-range: bytes 0-2/9', 'abc')), 0, 2)).why).toBeUndefined();
  });

  test.each(['https://127.0.0.1/x', 'ftp://a/b', '/x', ':99999/x', 'http:///x', 'http://a b/', ''])(
    'fetches nothing from %j',
    async url => expect((await get(url)).why).toContain('no address that this gateway can fetch from'),
  );

  test('says that a name has no address', async () => {
    expect((await get('http://nowhere.example/x')).why).toContain('has no address');
  });

  test('bounds what a post brings back', async () => {
    const url = await saying(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(9000)}`);
    const answer = await new Promise(done => http.post(url, '{}', (status, body) => done([status, body])));
    expect(answer).toEqual([0, 'the answer is too long']);
  });

  test('that is cancelled says nothing more', async () => {
    const url = await saying(partial('content-range: bytes 0-2/9\r\ncontent-length: 3', 'a'), false);
    let done = 0;
    await new Promise<void>(resolve => {
      const cancel = http.get(
        { url, from: 0, to: 2 },
        {
          onBytes: () => {
            cancel();
            setTimeout(resolve, 30);
          },
          onDone: () => done++,
        },
      );
    });
    expect(done).toBe(0);
  });
});
