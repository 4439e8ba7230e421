import { createSocket } from 'node:dgram';
import { Bonjour } from 'bonjour-service';
import { expect, test } from 'vitest';
import { announce, isAnnounced } from '../../../host/pairing/announce.ts';
import { addressesOf, isLoopback } from '../../../host/pairing/reach.ts';
import { defaultSettings } from '../../../host/settings.ts';
import { until } from '../../comes-true.ts';

test('a host is announced where others can reach it, or as it is told', () => {
  const settings = defaultSettings();
  expect(isAnnounced(settings)).toBe(false);
  expect(isAnnounced({ ...settings, httpHost: '0.0.0.0' })).toBe(true);
  expect(isAnnounced({ ...settings, httpHost: '192.168.1.2' })).toBe(true);
  expect(isAnnounced({ ...settings, httpHost: '0.0.0.0', announce: 'no' })).toBe(false);
  expect(isAnnounced({ ...settings, announce: 'yes' })).toBe(true);
});

test('addresses that others reach are told, and one that only this machine reaches is known as such', () => {
  expect(['127.0.0.1', '127.1.2.3', '::1', 'localhost'].every(isLoopback)).toBe(true);
  expect(isLoopback('0.0.0.0')).toBe(false);
  expect(addressesOf('localhost')).toEqual(['127.0.0.1']);
  expect(addressesOf('192.168.1.2')).toEqual(['192.168.1.2']);
  expect(addressesOf('0.0.0.0')).not.toContain('127.0.0.1');
});

test('an announced host is found with its port, and ends; one that is not says nothing', async () => {
  const said: string[] = [];
  const log = (_level: string, text: string) => said.push(text);
  await announce(defaultSettings(), 8080, log).close();
  const announced = announce({ ...defaultSettings(), announce: 'yes' }, 54_321, log);
  // A network without multicast is told of instead; both ways it goes on.
  const browser = new Bonjour({}, () => said.push('no multicast'));
  const found: number[] = [];
  browser.find({ type: 'joulegate' }, ({ port }) => found.push(port));
  await until(() => found.includes(54_321) || said.some(text => text.includes('mDNS')));
  browser.destroy();
  await announced.close();
});

test('a port that another program has alone is told once, and the host goes on', async () => {
  let closed = async () => {};
  const other = createSocket({ type: 'udp4', reuseAddr: false });
  await new Promise<void>(resolve => other.bind(0, '0.0.0.0', resolve));
  const said: string[] = [];
  await new Promise<void>(resolve => {
    const log = (_level: string, text: string) => {
      said.push(text);
      resolve();
    };
    const announced = announce({ ...defaultSettings(), announce: 'yes' }, 54_322, log, other.address().port);
    closed = () => announced.close();
  });
  await closed();
  other.close();
  expect(said).toEqual([expect.stringMatching(/mDNS: .*EADDRINUSE/)]);
});
