import { afterAll, beforeAll, expect, it } from 'vitest';
import { ImageLinks, isOwnLink } from '../../host/firmware/links.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from '../host/api/host-under-test.ts';

let host: HostUnderTest;
let cookie: string;
let path: string;

beforeAll(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
  await host.fleet.register('cellar');
  path = (await ImageLinks.open(host.store, () => host.clock.nowMs)).pathOf('0123456789abcdef');
});
afterAll(() => host.close());

const elsewhere = () =>
  [
    '127.0.0.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '[fe80::1]',
    '[fd00::1]',
    '2130706433',
    '0x7f.1',
    'router.local',
    'example.org',
  ]
    .flatMap(name => [`http://${name}${path}`, `https://${name}${path}`, `http://${name}:8080/`])
    .concat([
      'file:///etc/passwd',
      'ftp://example.org/a',
      'data:,x',
      `:8080@example.org${path}`,
      `:80 ${path}`,
      `:123456${path}`,
      `:8080/..${path}`,
      `:8080//example.org${path}`,
      `:8080${path}#@example.org`,
      `:8080${path}\r\nhost: example.org`,
      ':8080/setup',
      `${path}`,
      `//example.org${path}`,
      `http://gateways.example:8080.example.org${path}`,
      `http://gateways.example:8080@example.org${path}`,
    ]);

const orderOf = (url: string) => ({
  name: 'update',
  update: {
    version: '9.9.9',
    chip: 'esp32',
    url,
    imageBytes: 1000,
    sha256: '0'.repeat(64),
    signature: '0'.repeat(128),
  },
});

it('a command sends a gateway to no address but those of images of this host', async () => {
  const tell = (url: string) =>
    host.ask({
      method: 'POST',
      url: '/api/v1/gateways/cellar/commands',
      headers: { cookie },
      body: orderOf(url),
    });
  let got = 0;
  for (const url of elsewhere()) {
    const { statusCode, body } = await tell(url);
    if (statusCode !== 422) got++;
    expect(body, url).toContain('update.url');
  }
  console.log(`${elsewhere().length} addresses of elsewhere for an update: ${got} got through`);
  expect(got).toBe(0);
  // Nothing is wrong with its own, only that the gateway is not there.
  expect((await tell(`:8080${path}`)).json().code).toBe('gateway.offline');
});

it('the public address of the settings is its own, with and without a slash, and no other begins like it', () => {
  expect(isOwnLink(`http://gateways.example:8080${path}`, 'http://gateways.example:8080/')).toBe(true);
  expect(isOwnLink(`http://gateways.example:8080${path}`, 'http://gateways.example:8080')).toBe(true);
  const got = elsewhere().filter(url => isOwnLink(url, 'http://gateways.example:8080'));
  expect(got).toEqual([]);
});
