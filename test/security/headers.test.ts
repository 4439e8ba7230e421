import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostUnderTest, signInFirst, startHostUnderTest } from '../host/api/host-under-test.ts';

let host: HostUnderTest;
let cookie: string;
beforeAll(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
});
afterAll(() => host.close());

const urls = [
  '/',
  '/x.js',
  '/api/docs',
  '/api/docs/',
  '/api/docs/json',
  '/api/v1/meters',
  '/metrics',
  '/%zz',
  '/api/v1/no',
];

test('no answer allows a script or style of its own text, a frame, a guess at its type or a look from elsewhere', async () => {
  let weak = 0;
  for (const url of urls) {
    const { headers } = await host.ask({ url, headers: { cookie } });
    const policy = new Map(
      String(headers['content-security-policy'])
        .split('; ')
        .map(part => [part.split(' ')[0] ?? '', part.split(' ').slice(1).join(' ')]),
    );
    for (const name of ['default-src', 'script-src', 'style-src']) if (policy.get(name) !== "'self'") weak++;
    expect(String(headers['content-security-policy']), url).not.toMatch(/unsafe|nonce|sha256|https?:|\*/);
    expect(policy.get('frame-ancestors'), url).toBe("'none'");
    expect(policy.get('object-src'), url).toBe("'none'");
    expect(headers, url).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['permissions-policy'], url).toMatch(/usb=\(\)/);
    // Boards are flashed from the page.
    expect(headers['permissions-policy'], url).toContain('serial=(self)');
  }
  process.stdout.write(
    `${urls.length} answers of every kind, documentation too: ${weak} allow inline script or style\n`,
  );
  expect(weak).toBe(0);
});

test('without being asked the host sends no HSTS, and none over plain HTTP', async () => {
  expect((await host.ask({ url: '/' })).headers['strict-transport-security']).toBeUndefined();
});

test('an address of more than 8 kB is refused before it is looked at', async () => {
  const answer = await host.ask({ url: `/api/v1/readings?series=${'x'.repeat(9000)}`, headers: { cookie } });
  expect([answer.statusCode, answer.json().code]).toEqual([414, 'path.tooLong']);
});
