import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestReader } from '#core/http/request.ts';
import { encodeUtf8 } from '#core/utf8.ts';

const post = 'POST / HTTP/1.1\r\nHost: 192.168.4.1\r\nContent-Length: 7\r\n\r\nhello=1';
const read = (text: string) => new RequestReader().push(encodeUtf8(text));

test('a request is read in any pieces', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), size => {
      const reader = new RequestReader();
      const bytes = encodeUtf8(post);
      for (let at = 0; at < bytes.length; at += size) {
        const result = reader.push(bytes.subarray(at, at + size));
        expect(result.ok).toBe(true);
        if (!result.ok || at + size < bytes.length) continue;
        expect(result.value).toMatchObject({ method: 'POST', path: '/', body: encodeUtf8('hello=1') });
        expect(result.value?.headers.get('host')).toBe('192.168.4.1');
      }
    }),
  );
});

test.each([
  ['http.badHead', 'get / HTTP/1.1\r\n\r\n'],
  ['http.badHead', 'GET http://x/ HTTP/1.1\r\n\r\n'],
  ['http.badHead', 'GET / HTTP/2\r\n\r\n'],
  ['http.badHead', 'GET / HTTP/1.1\r\nhost : x\r\n\r\n'],
  ['http.badHead', 'GET / HTTP/1.1\r\na: \0\r\n\r\n'],
  ['http.badHead', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  ['http.badHead', 'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n'],
  ['http.badHead', 'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ['http.lengthNeeded', 'POST / HTTP/1.1\r\n\r\n'],
  ['http.notSupported', 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['http.bodyTooLong', 'POST / HTTP/1.1\r\nContent-Length: 4097\r\n\r\n'],
  ['http.headTooLong', `GET / HTTP/1.1\r\nx: ${'x'.repeat(2100)}`],
  [
    'http.headTooLong',
    `GET / HTTP/1.1\r\n${'a1: 2\r\n'.replaceAll('1', '1').repeat(1)}${Array.from({ length: 40 }, (_, i) => `x${i}: y\r\n`).join('')}\r\n`,
  ],
])('%s: %j', (error, text) => {
  expect(read(text)).toMatchObject({ ok: false, error });
});

test('no bytes make it throw or keep more than its bound', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 5 }), parts => {
      const reader = new RequestReader();
      for (const part of parts) reader.push(part);
    }),
  );
});
