import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Strangers } from '../../../host/broker/strangers.ts';

const limits = {
  most: 10,
  mostOfAddress: 4,
  mostArriving: 6,
  arrivalMs: 250,
  graceMs: 1000,
  spokenGraceMs: 5000,
  timeoutMs: 10_000,
};

function strangers() {
  const clock = { nowMs: 0 };
  const sentAway: string[] = [];
  const spoken = new Set<number>();
  const of = new Strangers<number>({
    ...limits,
    isTrusted: address => address === '192.0.2.99',
    hasSpoken: connection => spoken.has(connection),
    nowMs: () => clock.nowMs,
    sendAway: (connection, why) => sentAway.push(`${connection} ${why}`),
  });
  /** So many come from an address, one after the other, and have had the time to speak. */
  const hold = (address: string, ...connections: number[]) => {
    for (const connection of connections) {
      of.add(connection, address);
      clock.nowMs += limits.arrivalMs;
      of.sweep();
    }
  };
  return { of, clock, sentAway, spoken, hold };
}

test('who holds connections open loses the oldest to whoever comes, and who logs in at once gets in', () => {
  const { of, clock, sentAway, hold } = strangers();
  hold('192.0.2.1', 0, 1, 2, 3);
  clock.nowMs += 1500;
  of.add(100, '192.0.2.1');
  of.speaks(100);
  clock.nowMs += 1500;
  of.sweep();
  expect(sentAway).toEqual([]);
  hold('192.0.2.1', 101);
  expect(sentAway).toEqual(['0 full']);
  of.delete(100);
  expect(of.size).toBe(4);
});

test('one that has just come is not sent away for another: that one is', () => {
  const { of, clock, sentAway } = strangers();
  for (let held = 0; held < 5; held++) of.add(held, '192.0.2.1');
  clock.nowMs += limits.arrivalMs;
  of.sweep();
  expect(sentAway).toEqual(['4 full']);
  of.add(6, '192.0.2.2');
  expect(of.size).toBe(5);
});

test('one that speaks keeps its place for as long as a handshake takes, one that is silent does not', () => {
  const { of, clock, sentAway, spoken, hold } = strangers();
  hold('192.0.2.1', 0, 1, 2, 3);
  for (const each of [0, 1, 2]) spoken.add(each);
  clock.nowMs += 1500;
  hold('192.0.2.1', 4);
  expect(sentAway).toEqual(['3 full']);
  hold('192.0.2.1', 5);
  expect(sentAway).toEqual(['3 full', '5 full']);
  clock.nowMs += 5000;
  hold('192.0.2.1', 6);
  expect(sentAway.at(-1)).toBe('0 full');
  expect(of.silent).toBe(4);
});

test('where all places are taken, the address with the most gives one', () => {
  const { of, clock, sentAway, hold } = strangers();
  const addresses = [1, 2, 2, 3, 3, 3, 3, 4, 5, 6];
  for (const [held, address] of addresses.entries()) hold(`192.0.2.${address}`, held);
  clock.nowMs += 1500;
  hold('192.0.2.7', 100);
  expect(sentAway).toEqual(['3 full']);
  expect(of.silent).toBe(limits.most);
});

test('those that come through a proxy count as if each had an address, and are bounded with all others', () => {
  const { of, sentAway, hold } = strangers();
  hold('192.0.2.99', ...Array.from({ length: limits.most }, (_, held) => held));
  expect(sentAway).toEqual([]);
  hold('192.0.2.99', 100);
  expect(sentAway).toEqual(['0 full']);
  expect(of.silent).toBe(limits.most);
});

test('a fleet that comes at once and speaks is never in the way of itself, however few places there are', () => {
  const { of, clock, sentAway } = strangers();
  for (let wave = 0; wave < 100; wave++) {
    const fleet = Array.from({ length: limits.mostArriving }, (_, index) => wave * 100 + index);
    for (const each of fleet) of.add(each, '192.0.2.1');
    clock.nowMs += 200;
    of.sweep();
    for (const each of fleet) of.speaks(each);
    for (const each of fleet) of.delete(each);
  }
  expect(sentAway).toEqual([]);
  expect(of.size).toBe(0);
});

test('more than may arrive at once are looked at sooner', () => {
  const { of, sentAway } = strangers();
  for (let held = 0; held < 30; held++) of.add(held, '192.0.2.1');
  expect(of.size).toBe(limits.mostArriving + limits.mostOfAddress);
  expect(sentAway).toHaveLength(20);
});

test('who does not say who it is in time is sent away, and who is being checked is not', () => {
  const { of, clock, sentAway, hold } = strangers();
  hold('192.0.2.1', 1);
  of.add(2, '192.0.2.1');
  of.speaks(2);
  clock.nowMs += 9000;
  hold('192.0.2.1', 3);
  expect(sentAway).toEqual([]);
  clock.nowMs += 500;
  of.sweep();
  expect(sentAway).toEqual(['1 timeout']);
  expect(of.size).toBe(2);
});

test('there are never more than allowed, in all and of one address, whatever comes and goes', () => {
  const step = fc.record({
    address: fc.integer({ min: 1, max: 5 }),
    waitMs: fc.integer({ min: 0, max: 3000 }),
    leaves: fc.option(fc.nat(60)),
    says: fc.option(fc.nat(60)),
    isSpoken: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const { of, clock, sentAway, spoken } = strangers();
      /** Those that stand, and whether they have said who they are. */
      const here = new Map<number, { address: number; sinceMs: number; isChecked: boolean }>();
      for (const [number, { address, waitMs, leaves, says, isSpoken }] of steps.entries()) {
        clock.nowMs += waitMs;
        if (leaves !== null) {
          of.delete(leaves);
          here.delete(leaves);
        }
        const checked = says === null ? undefined : here.get(says);
        if (checked !== undefined) {
          of.speaks(says ?? 0);
          checked.isChecked = true;
        }
        of.add(number, `192.0.2.${address}`);
        if (isSpoken) spoken.add(number);
        here.set(number, { address, sinceMs: clock.nowMs, isChecked: false });
        of.sweep();
        for (const gone of sentAway.splice(0)) {
          const left = here.get(Number(gone.split(' ')[0]));
          expect(left?.isChecked).toBe(false);
          here.delete(Number(gone.split(' ')[0]));
        }
        expect(of.size).toBe(here.size);
        const held = [...here.values()].filter(
          ({ sinceMs, isChecked }) => !isChecked && clock.nowMs - sinceMs >= limits.arrivalMs,
        );
        expect(held.length).toBeLessThanOrEqual(limits.most);
        for (const { sinceMs } of held) expect(clock.nowMs - sinceMs).toBeLessThan(limits.timeoutMs);
        for (let each = 1; each <= 5; each++)
          expect(held.filter(({ address }) => address === each).length).toBeLessThanOrEqual(
            limits.mostOfAddress,
          );
      }
    }),
  );
});
