import { expect, test } from 'vitest';
import { encodeUtf8 } from '#core/utf8.ts';
import type { HttpRequest, HttpResponse } from '#ports';
import { type ServedSocket, serve } from '../../../firmware/moddable/http-serving.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

/** A socket as the SDK has it: it takes no more than it has said that there is room for. */
function served(answer: (request: HttpRequest) => HttpResponse) {
  const time = new VirtualTime();
  const state = { sent: '', closed: 0, told: 0 };
  let room = 0;
  let handlers: Parameters<Parameters<typeof serve>[0]['accept']>[0] | undefined;
  serve({
    time,
    answer,
    address: '192.168.4.2',
    accept: given => {
      handlers = given;
      const socket: ServedSocket = {
        write: bytes => {
          expect(bytes.length).toBeLessThanOrEqual(room);
          state.sent += Buffer.from(bytes).toString('latin1');
          room -= bytes.length;
          return room;
        },
        close: () => state.closed++,
      };
      return socket;
    },
    closed: () => state.told++,
  });
  const drain = (count: number) => {
    room = count;
    handlers?.onRoom(count);
  };
  return {
    time,
    state,
    drain,
    send: (text: string) => handlers?.onBytes(encodeUtf8(text)),
    handlers: () => handlers,
  };
}

const hello = (): HttpResponse => ({
  status: 200,
  type: 'text/plain',
  body: 'é'.repeat(500),
  headers: [['x-a', 'b']],
});

test('a request is answered as fast as the other side reads, then the connection closes once', () => {
  const { time, state, drain, send } = served(hello);
  send('GET / HTTP/1.1\r\nHost: 1');
  send('92.168.4.1\r\n\r\n');
  for (let turn = 0; turn < 20; turn++) drain(100);
  expect(state.sent).toMatch(/^HTTP\/1\.1 200 -\r\ncontent-type: text\/plain\r\ncontent-length: 1000\r\n/);
  expect(Buffer.from(state.sent, 'latin1').toString().endsWith('é'.repeat(500))).toBe(true);
  expect(state.closed).toBe(0);
  time.advance(1000);
  expect([state.closed, state.told]).toEqual([1, 1]);
});

test('who says nothing, or does not read, is shut out after ten seconds', () => {
  for (const text of ['', 'GET / HTTP/1.1\r\n\r\n']) {
    const { time, state, send } = served(hello);
    if (text !== '') send(text);
    time.advance(9999);
    expect(state.closed).toBe(0);
    time.advance(1);
    expect([state.closed, state.told]).toEqual([1, 1]);
  }
});

test('what is no request is told so, and a page that fails does not end the gateway', () => {
  const bad = served(hello);
  bad.drain(1000);
  bad.send('nonsense\r\n\r\n');
  expect(bad.state.sent).toContain('HTTP/1.1 400');
  const failing = served(() => {
    throw new Error('secret');
  });
  failing.drain(1000);
  failing.send('GET / HTTP/1.1\r\n\r\n');
  expect(failing.state.sent).toContain('HTTP/1.1 500');
  expect(failing.state.sent).not.toContain('secret');
});

test('a connection that breaks is over, and nothing more is written to it', () => {
  const { state, drain, send, handlers, time } = served(hello);
  handlers()?.onClosed();
  send('GET / HTTP/1.1\r\n\r\n');
  drain(5000);
  time.advance(20_000);
  expect(state).toEqual({ sent: '', closed: 1, told: 1 });
});
