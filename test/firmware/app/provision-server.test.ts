import { describe, expect, test } from 'vitest';
import type { ProvisionOrder } from '#app/provision-order.ts';
import { type ProvisionServerOptions, provisionAnswer } from '#app/provision-server.ts';
import { languageOf } from '#app/provision-words.ts';
import { toHex } from '#core/bytes.ts';
import { encodeUtf8 } from '#core/utf8.ts';

const token = new Uint8Array(16).fill(7);
const orders: ProvisionOrder[] = [];
const options: ProvisionServerOptions = {
  provisioning: {
    begin: order => {
      orders.push(order);
      return undefined;
    },
    state: 'waiting',
    isBusy: false,
    fault: 'wifi.password',
    detail: '<b>detail</b>',
    wifiName: '"><script>alert(1)</script>',
    hosts: [{ name: '<i>host</i>', host: '192.168.1.10', port: 8080 }],
  },
  device: 'gateway-3f2a',
  hasWifi: true,
  token,
  home: 'http://192.168.4.1/',
  networks: () => [{ name: `O'Neil & <Sons>`, rssiDbm: -50 }],
  scan: () => {},
};
const ask = (method: string, path: string, headers: Record<string, string> = {}, body = '') =>
  provisionAnswer(options, {
    method,
    path,
    headers: new Map(Object.entries({ host: '192.168.4.1', ...headers })),
    body: encodeUtf8(body),
    from: '192.168.4.2',
  });
const location = (answer: ReturnType<typeof ask>) =>
  answer.headers?.find(([name]) => name === 'location')?.[1];

describe('the page of a new gateway', () => {
  test('escapes what strangers chose, holds no script and nothing from elsewhere', () => {
    const { body, headers } = ask('GET', '/');
    const page = String(body);
    expect(page).not.toMatch(/<script|<b>|<i>|<Sons>/);
    expect(page).toContain('O&#39;Neil &amp; &lt;Sons&gt;');
    expect(page).toContain('192.168.1.10:8080');
    expect(page).not.toMatch(/https?:\/\/|src=/);
    expect(encodeUtf8(page).length).toBeLessThan(5000);
    const policy = headers?.find(([name]) => name === 'content-security-policy')?.[1];
    expect(policy).toContain("default-src 'none'");
  });

  test('is where every other name and path lead, so that phones find it and foreign names get nothing', () => {
    for (const host of [
      'connectivitycheck.gstatic.com',
      'captive.apple.com',
      'evil.example:80',
      '999.1.1.1',
      '1.2.3.1e2',
      '1.2.3.-1',
      '',
    ])
      expect(location(ask('GET', '/generate_204', { host })), host).toBe('http://192.168.4.1/');
    expect(location(ask('POST', '/', { host: 'evil.example' }))).toBe('http://192.168.4.1/');
    expect(location(ask('GET', '/hotspot-detect.html'))).toBe('/');
    expect(ask('GET', '/', { host: '192.168.1.77:80' }).status).toBe(200);
    expect(ask('GET', '/', { host: 'localhost:1234' }).status).toBe(200);
  });

  test('takes a form with its own token alone', () => {
    const fields = 'wifiName=Caf%C3%A9+2&wifiPassword=a%26b%3Dc&host=&code=7K3M';
    for (const wrong of ['', 'token=&', `token=${'0'.repeat(32)}&`])
      expect(ask('POST', '/', {}, wrong + fields).status).toBe(403);
    expect(orders).toEqual([]);
    expect(ask('POST', '/', {}, `token=${toHex(token)}&${fields}`).status).toBe(303);
    expect(orders).toEqual([{ wifiName: 'Café 2', wifiPassword: 'a&b=c', host: '', code: '7K3M' }]);
    expect(ask('POST', '/', {}, '%').status).toBe(400);
    expect(ask('PUT', '/').status).toBe(405);
  });

  test('speaks the first language that it knows', () => {
    expect(languageOf('fr-FR,pt;q=0.8,en')).toBe('pt');
    expect(languageOf('de-AT')).toBe('de');
    expect(languageOf(undefined)).toBe('en');
    expect(String(ask('GET', '/', { 'accept-language': 'de' }).body)).toContain('lang="de"');
  });
});
