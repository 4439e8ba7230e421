import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostUnderTest, startHostUnderTest } from './host-under-test.ts';

const script = 'export const much = 1;\n'.repeat(500);
const small = 'export const little = 1;\n';
const packed = '/assets/much-abc.js';
const plain = '/assets/little-abc.js';
let host: HostUnderTest;
let webDir: string;

beforeAll(async () => {
  webDir = mkdtempSync(join(tmpdir(), 'joulegate-page-'));
  mkdirSync(join(webDir, 'assets'));
  writeFileSync(join(webDir, 'index.html'), '<!doctype html><title>Page</title>');
  writeFileSync(join(webDir, packed), script);
  writeFileSync(join(webDir, `${packed}.gz`), gzipSync(script));
  writeFileSync(join(webDir, plain), small);
  host = await startHostUnderTest({ webDir });
});
afterAll(async () => {
  await host.close();
  rmSync(webDir, { recursive: true, force: true });
});

const get = (url: string, encoding?: string, more: Record<string, string> = {}) =>
  host.ask({ url, headers: { ...(encoding !== undefined && { 'accept-encoding': encoding }), ...more } });

describe('a file of the page', () => {
  it.each(['gzip', 'gzip, deflate, br, zstd', 'br;q=1, gzip;q=0.5', '*'])(
    'is sent packed to who takes "%s", as what it is',
    async encoding => {
      const { statusCode, headers, rawPayload } = await get(packed, encoding);
      expect(statusCode).toBe(200);
      expect(headers).toMatchObject({
        'content-encoding': 'gzip',
        'content-type': expect.stringContaining('javascript'),
        'content-length': String(rawPayload.length),
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'accept-encoding',
      });
      expect(gunzipSync(rawPayload).toString()).toBe(script);
    },
  );

  it.each([undefined, 'identity', 'gzip;q=0', 'gzip;q=0, identity', 'br', ''])(
    'is sent as it is to who takes "%s"',
    async encoding => {
      const { statusCode, headers, payload } = await get(packed, encoding);
      expect([statusCode, headers['content-encoding'], headers.vary]).toEqual([
        200,
        undefined,
        'accept-encoding',
      ]);
      expect(payload).toBe(script);
    },
  );

  it('of which no packed copy lies there is sent as it is', async () => {
    const { statusCode, headers, payload } = await get(plain, 'gzip');
    expect([statusCode, headers['content-encoding'], payload]).toEqual([200, undefined, small]);
    expect((await get('/', 'gzip')).payload).toContain('<title>Page</title>');
  });

  it('is another one to caches packed than plain, and not sent again to who has it', async () => {
    const [one, other] = [await get(packed, 'gzip'), await get(packed)];
    const tag = String(one.headers.etag);
    expect(tag).not.toBe(other.headers.etag);
    const again = await get(packed, 'gzip', { 'if-none-match': tag });
    expect([again.statusCode, again.payload]).toEqual([304, '']);
    expect((await get(packed, undefined, { 'if-none-match': tag })).statusCode).toBe(200);
  });

  it('is told of by HEAD as it would be sent', async () => {
    const [head, whole] = [
      await host.ask({ method: 'HEAD', url: packed, headers: { 'accept-encoding': 'gzip' } }),
      await get(packed, 'gzip'),
    ];
    expect([head.statusCode, head.payload]).toEqual([200, '']);
    for (const name of ['content-encoding', 'content-type', 'content-length', 'etag', 'vary'])
      expect([name, head.headers[name]]).toEqual([name, whole.headers[name]]);
  });

  it('that is not there is no index, and views of the page are', async () => {
    expect((await get('/assets/gone-abc.js', 'gzip')).statusCode).toBe(404);
    expect((await get('/assets/..%2f..%2fetc%2fpasswd.js', 'gzip')).statusCode).toBe(404);
    expect((await get('/some/view', 'gzip')).headers['content-type']).toContain('text/html');
  });
});
