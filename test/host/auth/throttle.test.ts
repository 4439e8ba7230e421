import { expect, it } from 'vitest';
import { addressKey, Throttle } from '../../../host/auth/throttle.ts';

const clock = { nowMs: 1_000_000 };
const newThrottle = () => new Throttle({ tries: 3, withinMs: 1000 }, () => clock.nowMs);

it('lets through as many tries as allowed within its time, and says how long to wait', () => {
  const throttle = newThrottle();
  for (const afterMs of [0, 100, 200]) {
    clock.nowMs += afterMs;
    expect(throttle.waitMs('ada')).toBe(0);
    throttle.tried('ada');
  }
  expect(throttle.waitMs('ada')).toBe(700);
  expect(throttle.waitMs('eve')).toBe(0);
  clock.nowMs += 700;
  expect(throttle.waitMs('ada')).toBe(0);
  throttle.tried('ada');
  expect(throttle.waitMs('ada')).toBe(100);
});

it('does not count a try that was right, and forgets what is forgiven', () => {
  const throttle = newThrottle();
  for (let index = 0; index < 10; index++) {
    throttle.tried('ada');
    throttle.takeBack('ada');
  }
  expect(throttle.waitMs('ada')).toBe(0);
  for (let index = 0; index < 3; index++) throttle.tried('ada');
  expect(throttle.waitMs('ada')).toBe(1000);
  throttle.forgive('ada');
  expect(throttle.waitMs('ada')).toBe(0);
});

it('keeps no more than its bound of keys, the latest ones', () => {
  const throttle = newThrottle();
  for (let index = 0; index < 3; index++) throttle.tried('first');
  for (let index = 0; index < 9_999; index++) throttle.tried(`name${index}`);
  expect(throttle.waitMs('first')).toBe(1000);
  throttle.tried('last');
  expect(throttle.waitMs('first')).toBe(0);
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('counts %s as %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});
