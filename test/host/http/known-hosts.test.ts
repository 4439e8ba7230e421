import { expect, test } from 'vitest';
import { KnownHosts, nameOf } from '../../../host/http/known-hosts.ts';

const known = (more: object = {}) =>
  new KnownHosts({
    settings: { tlsHosts: 'energy.example,192.0.2.7', publicUrl: 'http://meters.lan:8080' },
    machine: 'Cellar',
    ...more,
  });

test('a host goes by its machine’s name, also with a private ending, by what settings name, and by any address', () => {
  const hosts = known();
  for (const host of [
    ...[
      'cellar',
      'CELLAR:8080',
      'cellar.local',
      'cellar.local.',
      'cellar-2.local',
      'cellar.fritz.box',
      'cellar.home.arpa',
    ],
    ...[
      'energy.example:443',
      'meters.lan',
      'localhost:8080',
      'joulegate.localhost',
      '10.1.2.3',
      '[fd00::1]:8080',
    ],
  ])
    expect(hosts.knows(host), host).toBe(true);
});

test('and by no other name, however much it looks like one', () => {
  const hosts = known();
  for (const host of [
    ...[
      '',
      'other.local',
      'cellar.example',
      'cellar.local.evil.example',
      'cellarx.local',
      'cellar-2.lan',
      'x.energy.example',
    ],
    ...[
      'localhost.evil',
      'evil@cellar',
      'cellar:80:80',
      'cellar/evil',
      '10.1.2.3.evil.example',
      '[cellar]',
      'cellar local',
    ],
  ])
    expect(hosts.knows(host), host).toBe(false);
});

test('names of the certificate that the user brought are the host’s, and signs in a machine’s name are no pattern', () => {
  const isInCertificate = (name: string) => name === 'solar.example';
  expect(known({ isInCertificate }).knows('solar.example')).toBe(true);
  expect(known({ isInCertificate }).knows('moon.example')).toBe(false);
  expect(known({ machine: 'a.*' }).knows('axx-1.local')).toBe(false);
  expect(nameOf('[2001:DB8::1]:80')).toBe('2001:db8::1');
});
