import { expect, test } from 'vitest';
import { AddressSet } from '../../../host/http/address-set.ts';

test('an address is in a set by itself or by a range, mapped or not, and no other is', () => {
  const set = new AddressSet(['192.0.2.7', '10.0.0.0/8', 'fd00::/8', '2001:db8::1']);
  for (const address of [
    '192.0.2.7',
    '::ffff:192.0.2.7',
    '10.255.0.1',
    '::FFFF:10.1.2.3',
    'fd12::9',
    '2001:DB8::1',
  ])
    expect(set.has(address), address).toBe(true);
  for (const address of ['192.0.2.8', '11.0.0.1', 'fe80::1%eth0', '2001:db8::2', '', 'proxy', undefined])
    expect(set.has(address), address).toBe(false);
  expect(new AddressSet([]).has('127.0.0.1')).toBe(false);
});
