import { expect, it } from 'vitest';
import type { LiveEvent } from '../../host/api/contract.ts';
import { GatheredValues } from '../../web/gathered-values.ts';

function rig() {
  const given: (readonly LiveEvent[])[] = [];
  const waiting: (() => void)[] = [];
  const gathered = new GatheredValues(
    values => given.push([...values.values()]),
    callback => {
      waiting.push(callback);
      return () => waiting.splice(waiting.indexOf(callback), 1);
    },
  );
  return { given, waiting, gathered, passTime: () => waiting[0]?.() };
}

it('the values of 150 meters that come in a burst are given on at once, and not one by one', () => {
  const { given, gathered, passTime } = rig();
  for (let meter = 0; meter < 150; meter++)
    gathered.add({ meter: `g.m${meter}`, atMs: 1, values: { powerW: meter } });
  expect(given).toEqual([]);
  passTime();
  expect(given.map(({ length }) => length)).toEqual([150]);
  passTime();
  expect(given.length).toBe(1);
});

it('of one meter the newest of each quantity counts', () => {
  const { given, gathered, passTime } = rig();
  gathered.add({ meter: 'g.m', atMs: 1, values: { powerW: 1, voltageV: 230 } });
  gathered.add({ meter: 'g.m', atMs: 2, values: { powerW: 2 } });
  passTime();
  expect(given).toEqual([[{ meter: 'g.m', atMs: 2, values: { powerW: 2, voltageV: 230 } }]]);
});

it('nothing is given on after the end', () => {
  const { given, waiting, gathered } = rig();
  gathered.add({ meter: 'g.m', atMs: 1, values: { powerW: 1 } });
  gathered.stop();
  gathered.flush();
  expect([given, waiting]).toEqual([[], []]);
});
