import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostUnderTest, password, signInFirst, startHostUnderTest, user } from './host-under-test.ts';

let host: HostUnderTest;
let cookie: string;

beforeAll(async () => {
  host = await startHostUnderTest({ network: { tlsHosts: 'joulegate.local' } });
  cookie = await signInFirst(host);
});
afterAll(() => host.close());

/** Every route of the server as `METHOD /path`, from its own routing tree. */
function allRoutes(): string[] {
  const routes: string[] = [];
  const parents: string[] = [];
  for (const line of host.api.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', path = '', methods = ''] =
      /^([│ ]*)[├└]── ([^ ]+)(?: \(([^)]*)\))?/.exec(line) ?? [];
    const depth = indent.length / 4;
    parents.splice(depth, parents.length, path);
    for (const method of methods.split(', ').filter(Boolean)) {
      // The tree shows `/api/*` as `/api` and `*`.
      routes.push(`${method} ${`/${parents.join('').replace(/\*$/, '/*')}`.replace(/\/+/g, '/')}`);
    }
  }
  return routes;
}

const concrete = (path: string) =>
  path.replace(':id', 'cellar').replace(':key', 'cellar.heat').replace('*', 'x');

describe('without a session', () => {
  it('nothing is answered but health, set-up, sign-in, pairing (which wants a proof) and the page', async () => {
    const routes = allRoutes();
    // The walk found the tree: a resource, a nested one, and the documentation.
    expect(routes).toEqual(
      expect.arrayContaining([
        'GET /api/v1/readings',
        'PUT /api/v1/gateways/:id/settings',
        'GET /api/docs/json',
        'GET /metrics',
        'GET /api',
        'GET /api/*',
      ]),
    );
    const answered: string[] = [];
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      const response = await host.ask({ method: method as 'GET', url: concrete(path) });
      if (response.statusCode !== 401) answered.push(route);
      else if (method !== 'HEAD') expect(response.json().code).toBe('session.missing');
    }
    expect(answered.filter(route => !route.startsWith('HEAD')).sort()).toEqual([
      'GET /*',
      // Wants the key of a link.
      'GET /api/v1/firmware/:id/image',
      'GET /api/v1/health',
      'POST /api/v1/pair',
      'POST /api/v1/session',
      'POST /api/v1/setup',
    ]);
  });

  it('an address under /api that is not there is refused like one that is', async () => {
    expect((await host.ask({ url: '/api/v1/nothing' })).statusCode).toBe(401);
    expect((await host.ask({ method: 'POST', url: '/api/v1/nothing' })).statusCode).toBe(401);
  });

  it('a made-up cookie opens nothing', async () => {
    for (const made of ['joulegate=', 'joulegate=AAAA', `joulegate=${'x'.repeat(5000)}`]) {
      expect((await host.ask({ url: '/api/v1/meters', headers: { cookie: made } })).statusCode).toBe(401);
    }
  });
});

describe('a changing request', () => {
  const add = (headers: Record<string, string>) =>
    host.ask({
      method: 'POST',
      url: '/api/v1/gateways',
      body: { id: `gw${Math.floor(host.clock.nowMs++)}` },
      headers: { cookie, host: 'joulegate.local:8080', ...headers },
    });

  it('is refused from another origin, though the browser were to send the cookie', async () => {
    for (const origin of ['http://evil.example', 'http://joulegate.local', 'null', '']) {
      const response = await add({ origin });
      expect(response.statusCode, origin).toBe(403);
      expect(response.json().code).toBe('origin.foreign');
    }
    expect((await add({ 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect((await add({ 'sec-fetch-site': 'same-site' })).statusCode).toBe(403);
  });

  it('is taken from our own page and from programs', async () => {
    expect((await add({ origin: 'http://joulegate.local:8080' })).statusCode).toBe(201);
    expect((await add({ 'sec-fetch-site': 'same-origin' })).statusCode).toBe(201);
    expect((await add({})).statusCode).toBe(201);
  });

  it('that signs in is held to the same rule', async () => {
    const response = await host.ask({
      method: 'POST',
      url: '/api/v1/session',
      body: { user, password },
      headers: { origin: 'http://evil.example' },
    });
    expect(response.statusCode).toBe(403);
  });
});

describe('every answer', () => {
  it('carries the security headers, be it data, page, refusal or fault', async () => {
    for (const url of ['/api/v1/health', '/api/v1/meters', '/', '/api/v1/nothing', '/%zz']) {
      const { headers } = await host.ask({ url });
      expect(headers, url).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
      });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:/);
    }
  });

  it('of the API is not to be kept by caches', async () => {
    const { headers } = await host.ask({ url: '/api/v1/meters', headers: { cookie } });
    expect(headers['cache-control']).toBe('no-store');
  });
});
