import fc from 'fast-check';
import { expect, test } from 'vitest';
import { networkOf, Strangers } from '../../../host/broker/strangers.ts';

const limits = { most: 10, mostOfAddress: 4, graceMs: 1000, timeoutMs: 10_000 };

function strangers() {
  const clock = { nowMs: 0 };
  const sentAway: string[] = [];
  const of = new Strangers<number>({
    ...limits,
    nowMs: () => clock.nowMs,
    sendAway: (connection, why) => sentAway.push(`${connection} ${why}`),
  });
  return { of, clock, sentAway };
}

test('who holds connections open loses the oldest to whoever comes, and who logs in at once gets in', () => {
  const { of, clock, sentAway } = strangers();
  for (let held = 0; held < 4; held++) of.add(held, '192.0.2.1');
  clock.nowMs += 1500;
  expect(of.add(100, '192.0.2.1')).toBe(true);
  expect(sentAway).toEqual(['0 full']);
  of.delete(100);
  expect(of.size).toBe(3);
});

test('one that has just come is not sent away for another: that one is refused', () => {
  const { of, sentAway } = strangers();
  for (let held = 0; held < 4; held++) expect(of.add(held, '192.0.2.1')).toBe(true);
  expect(of.add(5, '192.0.2.1')).toBe(false);
  expect(of.add(6, '192.0.2.2')).toBe(true);
  expect(sentAway).toEqual([]);
});

test('where all places are taken, the address with the most gives one', () => {
  const { of, clock, sentAway } = strangers();
  const addresses = [
    '192.0.2.1',
    '192.0.2.2',
    '192.0.2.2',
    '192.0.2.3',
    '192.0.2.3',
    '192.0.2.3',
    '192.0.2.3',
  ];
  for (const [held, address] of [...addresses, '192.0.2.4', '192.0.2.5', '192.0.2.6'].entries()) {
    expect(of.add(held, address)).toBe(true);
  }
  clock.nowMs += 1500;
  expect(of.add(100, '192.0.2.7')).toBe(true);
  expect(sentAway).toEqual(['3 full']);
  expect(of.size).toBe(limits.most);
});

test('who does not log in in time is sent away', () => {
  const { of, clock, sentAway } = strangers();
  of.add(1, '192.0.2.1');
  clock.nowMs += 9000;
  of.add(2, '192.0.2.1');
  of.sweep();
  expect(sentAway).toEqual([]);
  clock.nowMs += 1000;
  of.sweep();
  expect(sentAway).toEqual(['1 timeout']);
  expect(of.size).toBe(1);
});

test('there are never more than allowed, in all and of one address, whatever comes and goes', () => {
  const step = fc.record({
    address: fc.integer({ min: 1, max: 5 }),
    waitMs: fc.integer({ min: 0, max: 3000 }),
    leaves: fc.option(fc.nat(60)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const { of, clock, sentAway } = strangers();
      const here = new Map<number, number>();
      for (const [number, { address, waitMs, leaves }] of steps.entries()) {
        clock.nowMs += waitMs;
        if (leaves !== null) {
          of.delete(leaves);
          here.delete(leaves);
        }
        if (of.add(number, `192.0.2.${address}`)) here.set(number, address);
        of.sweep();
        for (const gone of sentAway.splice(0)) here.delete(Number(gone.split(' ')[0]));
        expect(of.size).toBe(here.size);
        expect(of.size).toBeLessThanOrEqual(limits.most);
        for (let each = 1; each <= 5; each++) {
          const ofAddress = [...here.values()].filter(value => value === each).length;
          expect(ofAddress).toBeLessThanOrEqual(limits.mostOfAddress);
        }
      }
    }),
  );
});

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
