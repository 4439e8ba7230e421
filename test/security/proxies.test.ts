import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWebHost, type WebHost } from './web-host.ts';

/** The trusted proxy is at 127.0.0.3, everybody else is a stranger; connections are real ones. */
const proxy = '127.0.0.3';
const stranger = '127.0.0.4';
const login = { user: 'ada', password: 'a long enough password' };
let host: WebHost;
let cookie: string;

beforeAll(async () => {
  host = await startWebHost({ trustedProxies: `192.0.2.0/24,${proxy}`, tlsHosts: 'energy.example' });
  cookie = await host.signIn('http');
});
afterAll(() => host.close());

const wrong = (from: string, forwardedFor: string, index: number) =>
  host.asks('http', 'POST', '/api/v1/session', {
    from,
    headers: { 'x-forwarded-for': forwardedFor },
    body: { user: `nobody${index}`, password: 'a wrong password' },
  });

test('guesses are counted by the address that a trusted proxy tells, and by the last one that it adds', async () => {
  const codes: number[] = [];
  // Whoever guesses puts another address before the proxy's own word each time.
  for (let index = 0; index < 14; index++)
    codes.push((await wrong(proxy, `198.51.100.${index}, 203.0.113.9`, index)).status);
  expect(codes.filter(code => code === 401)).toHaveLength(10);
  expect(codes.slice(10)).toEqual([429, 429, 429, 429]);
  expect((await wrong(proxy, '203.0.113.10', 20)).status).toBe(401);
});

test('from a stranger X-Forwarded-For is not looked at, whatever it says', async () => {
  let refused = 0;
  for (let index = 0; index < 30; index++) {
    const { status } = await wrong(stranger, `198.51.100.${index}`, index + 50);
    if (status === 429) refused++;
  }
  process.stdout.write(
    `30 guesses of a stranger under 30 addresses of X-Forwarded-For: ${30 - refused} checked, ${refused} refused, 0 got in\n`,
  );
  expect(refused).toBe(20);
});

test('a cookie is for TLS where a trusted proxy says so, and not where a stranger does', async () => {
  const begun = async (from: string) => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-for': `203.0.113.${from.at(-1)}` };
    const answer = await host.asks('http', 'POST', '/api/v1/session', { from, headers, body: login });
    return String(answer.headers['set-cookie']);
  };
  expect(await begun(proxy)).toMatch(/^__Host-joulegate=.*Secure/);
  expect(await begun('127.0.0.5')).toMatch(/^joulegate=(?!.*Secure)/);
});

const change = (headers: Record<string, string>, from = '127.0.0.6') =>
  host.asks('http', 'DELETE', '/api/v1/exports/none', { from, headers: { cookie, ...headers } });

test('the origin is held against the name that a trusted proxy was asked for, and the scheme it was asked by', async () => {
  const forwarded = { 'x-forwarded-host': 'energy.example', 'x-forwarded-proto': 'https' };
  const own = { ...forwarded, cookie: cookie.replace('joulegate', '__Host-joulegate') };
  const isForeign = async (headers: Record<string, string>, from: string) => {
    const answer = await change(headers, from);
    return JSON.parse(answer.text).code === 'origin.foreign';
  };
  expect(await isForeign({ ...own, origin: 'https://energy.example' }, proxy)).toBe(false);
  expect(await isForeign({ ...own, origin: 'http://energy.example' }, proxy)).toBe(true);
  expect(await isForeign({ ...own, origin: 'https://evil.example' }, proxy)).toBe(true);
  // A stranger cannot bring its own name along.
  const evil = { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' };
  expect(await isForeign(evil, stranger)).toBe(true);
});

test('a request for a name that is not this host’s is refused, through a proxy or not', async () => {
  const answered: string[] = [];
  const names = [
    'evil.example',
    'evil.example:8080',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'energy.example@evil',
  ];
  for (const name of names) {
    for (const path of ['/', '/api/v1/health', '/api/v1/session', '/api/v1/meters']) {
      const { status, text } = await host.asks('http', 'GET', path, { headers: { cookie, host: name } });
      if (status !== 421 && status !== 400) answered.push(`${name} ${path}`);
      else if (status === 421) expect(JSON.parse(text).help).toContain('--tls-hosts');
    }
  }
  const through = await host.asks('http', 'GET', '/', {
    from: proxy,
    headers: { 'x-forwarded-host': 'evil.example' },
  });
  process.stdout.write(
    `${names.length * 4} requests under names of others (DNS rebinding): ${names.length * 4 - answered.length} refused, ${answered.length} got through\n`,
  );
  expect(answered).toEqual([]);
  expect(through.status).toBe(421);
  for (const name of [
    'energy.example',
    'ENERGY.example.',
    'localhost:1',
    '192.0.2.7:8080',
    '[2001:db8::7]:8080',
  ])
    expect((await host.asks('http', 'GET', '/api/v1/health', { headers: { host: name } })).status, name).toBe(
      200,
    );
});

test('a person who asks by a name that is not this host’s reads a text, a program JSON', async () => {
  const headers = { host: 'cellar.speedport.ip:8080' };
  const page = await host.asks('http', 'GET', '/', { headers: { ...headers, accept: 'text/html,*/*' } });
  expect([page.status, page.headers['content-type']]).toEqual([421, 'text/plain; charset=utf-8']);
  expect(page.text).toMatch(
    /does not go by the name .*by its IP address.* --tls-hosts cellar\.speedport\.ip /s,
  );
  const program = await host.asks('http', 'GET', '/', { headers });
  expect(JSON.parse(program.text).code).toBe('host.unknown');
});

test('a request that names two hosts is none, for others may have looked at the second', async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(host.port, '127.0.0.1');
    socket.on('error', reject).once('data', bytes => {
      resolve(String(bytes));
      socket.destroy();
    });
    socket.write('GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\nhost: evil.example\r\n\r\n');
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 .*request\.broken/s);
});

test('what a proxy adds is seen behind any number of headers', async () => {
  const many = Object.fromEntries(Array.from({ length: 2050 }, (_, index) => [index.toString(36), '']));
  const headers = { ...many, 'x-forwarded-host': 'evil.example' };
  expect((await host.asks('http', 'GET', '/api/v1/health', { from: proxy, headers })).status).toBe(421);
});
