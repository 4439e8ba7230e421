import { describe, expect, it } from 'vitest';
import { agentName } from '../../../web/account/agent-name.ts';
import { newSecret } from '../../../web/account/new-secret.ts';
import { qrPicture } from '../../../web/account/qr-path.ts';
import { greatestRole, roleAt } from '../../../web/account/roles.ts';
import { shareLinkOf, shareTokenOf } from '../../../web/account/share-token.ts';
import { siteInHash, withSite } from '../../../web/addresses/site-in-hash.ts';

describe('roles', () => {
  it.each([
    [{}, 'home', undefined],
    [{ home: 'viewer' }, 'home', 'viewer'],
    [{ mill: 'admin' }, 'home', undefined],
    [{ '*': 'operator' }, 'home', 'operator'],
    [{ '*': 'operator', home: 'viewer' }, 'home', 'operator'],
    [{ '*': 'viewer', home: 'admin' }, 'home', 'admin'],
    [{ '*': 'viewer' }, 'constructor', 'viewer'],
    [{}, 'constructor', undefined],
  ] as const)('of %j at %s are %s', (given, site, expected) => {
    expect(roleAt(given, site)).toBe(expected);
  });

  it('are as great as the greatest one anywhere', () => {
    expect(greatestRole({ home: 'viewer', mill: 'operator' })).toBe('operator');
    expect(greatestRole({})).toBeUndefined();
  });
});

describe('a password made here', () => {
  it('has four groups of what can be read out, and is another each time', () => {
    const all = Array.from({ length: 100 }, () => newSecret());
    expect(new Set(all).size).toBe(100);
    for (const secret of all) expect(secret).toMatch(/^(?:[a-hjkmnp-z2-9A]{5}-){3}[a-hjkmnp-z2-9A]{5}$/);
  });

  it('takes five bits of each random byte, evenly', () => {
    const counts = new Map<string, number>();
    for (let byte = 0; byte < 256; byte++) {
      const letter = newSecret(bytes => bytes.fill(byte))[0] ?? '';
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual(Array.from({ length: 32 }, () => 8));
  });
});

describe('a link', () => {
  const token = 'a'.repeat(43);
  it('is found in an address, and in nothing that only looks like one', () => {
    expect(shareTokenOf(`#/share/${token}`)).toBe(token);
    expect(shareTokenOf(new URL(shareLinkOf(token, 'https://host/energy/?x=1#/history')).hash)).toBe(token);
    expect(shareTokenOf('#/share/short')).toBeNull();
    expect(shareTokenOf(`#/share/${token}/<img>`)).toBeNull();
    expect(shareTokenOf(`#/history?share=${token}`)).toBeNull();
  });

  it('keeps the path of a reverse proxy', () => {
    expect(shareLinkOf(token, 'https://host/energy/#/')).toBe(`https://host/energy/#/share/${token}`);
  });
});

describe('the site in an address', () => {
  it.each(['#/', '#/history?meter=g.m&range=7d', '#/structure'])('stands beside %s', hash => {
    expect(siteInHash(hash)).toBeNull();
    expect(siteInHash(withSite(hash, 'mill-2'))).toBe('mill-2');
    expect(withSite(hash, null)).toBe(hash);
  });

  it('is nothing where it could be none', () => {
    expect(siteInHash('#/?site=../x')).toBeNull();
    expect(siteInHash('#/?site=')).toBeNull();
  });
});

describe('a picture of a text', () => {
  it('is as high as wide, with a quiet border and its three corners', () => {
    const { size, path } = qrPicture('otpauth://totp/Joulegate:ada?secret=JBSWY3DPEHPK3PXP');
    const dark = [...path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)].map(([, x, y, length]) => ({
      from: Number(x),
      to: Number(x) + Number(length),
      y: Number(y),
    }));
    expect(dark.length).toBeGreaterThan(100);
    expect(path.replace(/M\d+ \d+h\d+v1H\d+z/g, '')).toBe('');
    expect(Math.min(...dark.map(({ y }) => y))).toBe(4);
    expect(Math.max(...dark.map(({ y }) => y))).toBe(size - 5);
    // The upper edge of the two upper corners: seven dark squares each.
    const top = dark.filter(({ y }) => y === 4);
    expect(top[0]).toEqual({ from: 4, to: 11, y: 4 });
    expect(top.at(-1)).toEqual({ from: size - 11, to: size - 4, y: 4 });
  });
});

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox · Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0',
    'Edge · Windows',
  ],
  [
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36',
    'Chrome · Android',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
    'Safari · iPhone',
  ],
  ['curl/8.5.0', 'curl/8.5.0'],
])('%s is told as %s', (agent, name) => {
  expect(agentName(agent)).toBe(name);
});
