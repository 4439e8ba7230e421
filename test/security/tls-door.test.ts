import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainSide } from '../../host/http/plain-side.ts';
import { startWebHost, type WebHost } from './web-host.ts';

let host: WebHost;
let cookie: string;

beforeAll(async () => {
  host = await startWebHost({ httpListen: 'tls', hstsDays: 2 });
  cookie = await host.signIn('https');
});
afterAll(() => host.close());

test('one port: TLS by the host’s own authority, with HSTS where it was asked for, and a cookie for TLS alone', async () => {
  expect(cookie).toMatch(/^__Host-joulegate=/);
  const answer = await host.asks('https', 'GET', '/api/v1/meters', { headers: { cookie } });
  expect(answer.status).toBe(200);
  expect(answer.headers['strict-transport-security']).toBe('max-age=172800');
});

test('what comes in plain is led to TLS, to the same address', async () => {
  for (const path of ['/', '/assets/x.js', '/api/v1/meters?limit=1', '//evil.example/', '/api/docs']) {
    const answer = await host.asks('http', 'GET', path);
    expect([answer.status, answer.headers.location]).toEqual([308, `https://127.0.0.1:${host.port}${path}`]);
    expect(answer.headers['strict-transport-security']).toBeUndefined();
  }
  const signIn = await host.asks('http', 'POST', '/api/v1/session', {
    body: { user: 'ada', password: 'a long enough password' },
  });
  expect(signIn.status).toBe(403);
  expect(JSON.parse(signIn.text)).toMatchObject({
    code: 'tls.needed',
    help: expect.stringContaining('https://'),
  });
  expect(signIn.headers['set-cookie']).toBeUndefined();
});

test('over plain HTTP a session opens nothing, on any route', async () => {
  let routes = 0;
  let listed = 0;
  const through: string[] = [];
  for (const [path, methods] of Object.entries(documented())) {
    for (const method of methods) {
      routes++;
      const address = path.replaceAll(/\{[^}]+\}/g, 'x');
      const answer = await host.asks('http', method, address, { headers: { cookie } });
      if (plainSide.some(row => row.path.test(address) && row.methods.some(one => one === method))) listed++;
      else if (answer.status !== 308 && answer.status !== 403) through.push(`${method} ${path}`);
      else if (answer.text.length > 0 && JSON.parse(answer.text).code !== 'tls.needed')
        through.push(`${method} ${path}`);
    }
  }
  process.stdout.write(
    `${routes} routes asked in plain with a session: ${listed} answered to strangers (the list), ${routes - listed - through.length} led to TLS or refused, ${through.length} got through\n`,
  );
  expect(routes).toBeGreaterThan(60);
  expect(through).toEqual([]);
});

test('of the list nothing is worth listening to: health as for strangers, the authority’s certificate, proofs', async () => {
  const health = await host.asks('http', 'GET', '/api/v1/health', { headers: { cookie } });
  expect(Object.keys(JSON.parse(health.text)).sort()).toEqual(['reasons', 'setUp', 'status', 'version']);
  const secure = await host.asks('https', 'GET', '/api/v1/health', { headers: { cookie } });
  expect(Object.keys(JSON.parse(secure.text))).toContain('counters');
  const ca = await host.asks('http', 'GET', '/ca.crt');
  expect(ca.text).toBe(host.tls.caPem);
  expect(ca.text).not.toContain('PRIVATE');
  expect(ca.headers['content-type']).toBe('application/x-x509-ca-cert');
  // The door lets a gateway's own pairing through to its route, whatever name it knows the host by.
  const pair = await host.asks('http', 'POST', '/api/v1/pair', {
    body: {},
    headers: { host: 'energy.example' },
  });
  expect(JSON.parse(pair.text).code).toBe('request.invalid');
  const image = await host.asks(
    'http',
    'GET',
    `/api/v1/firmware/${'0'.repeat(16)}/image?key=1.${'a'.repeat(32)}`,
    {
      headers: { host: 'energy.example' },
    },
  );
  expect(JSON.parse(image.text).code).toBe('image.key');
});

test('the way to TLS is not kept by browsers, nor is what is reached by an address that is written otherwise', async () => {
  for (const path of ['/', '/%61pi/v1/meters', '/api/v1/meters'])
    expect((await host.asks('http', 'GET', path)).headers['cache-control'], path).toBe('no-store');
  for (const path of ['/%61pi/v1/account', `http://127.0.0.1:${host.port}/api/v1/account`])
    expect((await host.asks('https', 'GET', path, { headers: { cookie } })).headers, path).toMatchObject({
      'cache-control': 'no-store',
    });
});

test('a proxy that takes TLS and is not known is told so, and sends nobody round and round', async () => {
  const headers = { 'x-forwarded-proto': 'https', accept: 'text/html' };
  const answer = await host.asks('http', 'GET', '/', { headers });
  expect([answer.status, answer.headers.location]).toEqual([403, undefined]);
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(answer.text).toContain('--trusted-proxies 127.0.0.1 (JOULEGATE_TRUSTED_PROXIES)');
});

const documented = (): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(host.api.swagger().paths ?? {}).map(([path, methods]) => [
      path,
      Object.keys(methods ?? {}).map(name => name.toUpperCase()),
    ]),
  );
