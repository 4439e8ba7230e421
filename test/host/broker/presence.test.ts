import { expect, test } from 'vitest';
import { brokerLimits } from '../../../host/broker/limits.ts';
import { Presence } from '../../../host/broker/presence.ts';

function presence() {
  const told: string[] = [];
  const clock = { nowMs: 0 };
  const of = new Presence({
    nowMs: () => clock.nowMs,
    onConnection: (gateway, isConnected) => told.push(`${gateway} ${isConnected}`),
  });
  return { of, told, clock };
}

test('a gateway is told to be there once, however often it speaks, and away once', () => {
  const { of, told } = presence();
  of.here('attic');
  of.here('attic');
  of.away('cellar');
  of.away('attic');
  of.away('attic');
  expect(told).toEqual(['attic true', 'attic false']);
});

test('one that a killed broker remembers as online is away when it says nothing', () => {
  const { of, told, clock } = presence();
  of.here('attic');
  of.here('cellar');
  clock.nowMs += brokerLimits.gatewaySilentMs - 1;
  of.here('cellar');
  of.sweep();
  expect(of.size).toBe(2);
  clock.nowMs += 2;
  of.sweep();
  expect(told.slice(2)).toEqual(['attic false']);
  expect(of.has('cellar')).toBe(true);
});

test('when nobody can tell any more all are away, some at a time, but for those who were heard meanwhile', async () => {
  const { of, told } = presence();
  for (let number = 0; number < 1000; number++) of.here(`g${number}`);
  told.length = 0;
  const all = of.allAway();
  expect(told.length).toBeLessThan(200);
  of.away('g900');
  of.here('g900');
  await all;
  expect(of.has('g900')).toBe(false);
  expect(of.size).toBe(0);
});
