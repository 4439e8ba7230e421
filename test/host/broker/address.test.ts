import { expect, test } from 'vitest';
import { addressesIn, networkOf } from '../../../host/broker/address.ts';

test('an address counts as the network one customer has', () => {
  expect(networkOf('192.0.2.7')).toBe('192.0.2.7');
  expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
  expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
  expect(networkOf('2001:db8:1:2::6')).toBe(networkOf('2001:DB8:1:2:ffff::1'));
  expect(networkOf('2001:db8::6')).toBe(networkOf('2001:db8:0:0:1::'));
  expect(networkOf('2001:db8:1:3::6')).not.toBe(networkOf('2001:db8:1:2::6'));
  expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0');
  expect(networkOf('::1')).toBe('0:0:0:0');
});

test('a list of addresses and networks knows its own, however an address is written', () => {
  const isListed = addressesIn('192.0.2.7,10.0.0.0/8,2001:db8::/32');
  for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '10.255.0.1', '2001:DB8:1::2'])
    expect(isListed(address), address).toBe(true);
  for (const address of ['192.0.2.8', '11.0.0.1', '::ffff:11.0.0.1', '2001:db9::1', '', 'localhost', '::1'])
    expect(isListed(address), address).toBe(false);
  expect(addressesIn('')('192.0.2.7')).toBe(false);
});
