import { expect, it } from 'vitest';
import type { QuantityId } from '#core/quantities.ts';
import { meterPlace } from '../../../host/alarms/places.ts';
import type { Condition, Rule } from '../../../host/alarms/rule.ts';
import { RuleTracks } from '../../../host/alarms/rule-tracks.ts';
import { over100 } from './host-with-alarms.ts';

const compared = { operator: '>', limit: 100, hysteresis: 0, forS: 0 } as const;
const threshold = (quantity: QuantityId): Condition => ({
  kind: 'threshold',
  quantity,
  of: 'mean',
  ...compared,
});
const ruleOf = (id: string, condition: Condition): Rule => ({
  ...over100,
  target: { site: 'home' },
  condition,
  id,
  version: 1,
  sinceMs: 0,
  snoozedUntilMs: null,
});

const seriesOf = (meter: string, quantity: QuantityId) => ({
  key: `attic.${meter}.${quantity}`,
  meterKey: `attic.${meter}`,
  gateway: 'attic',
  meter,
  quantity,
  isHeard: true,
  firstMs: 0,
  lastMs: 1000,
  longestMs: 1000,
});

function tracksOf(meters: readonly string[], tracksMost: number, onLook = () => {}) {
  const left: string[] = [];
  const tracks = new RuleTracks({
    store: {
      zone: 'UTC',
      series: () => {
        onLook();
        return meters.flatMap(meter => [seriesOf(meter, 'powerW'), seriesOf(meter, 'frequencyHz')]);
      },
      seriesOfMeter: meter => [seriesOf(meter, 'powerW')],
      newest: () => undefined,
      largestOf: () => undefined,
    },
    sites: { siteOf: () => 'home', state: () => undefined, placed: new Map() },
    nowMs: () => 0,
    tracksMost,
    onEvent: () => {},
    onLeft: (_rule, key) => void left.push(key),
  });
  return tracks;
}

it('rules together judge so many meters at most: how many are too many is told before, what comes all the same is counted', () => {
  const meters = ['a', 'b'];
  const tracks = tracksOf(meters, 3);
  const [first, second] = [ruleOf('first', threshold('powerW')), ruleOf('second', threshold('powerW'))];
  expect(tracks.beyondRoom(first, undefined)).toBe(0);
  tracks.set(first);
  expect(tracks.beyondRoom(second, undefined)).toBe(1);
  expect(tracks.beyondRoom({ ...second, isOn: false }, undefined)).toBe(0);
  // In place of itself it takes no more.
  expect(tracks.beyondRoom(first, 'first')).toBe(0);
  tracks.set(second);
  expect(tracks.counters()).toMatchObject({ tracks: 3, leftOut: 0 });
  // Nor where it leaves some out; a change that asks for more is held against the room.
  expect(tracks.beyondRoom({ ...second, target: { gateway: 'attic' } }, 'second')).toBe(0);
  meters.push('c');
  tracks.change({ ...second, target: { meter: 'attic.a' } });
  expect(tracks.beyondRoom(second, 'second')).toBe(2);
  tracks.change(second);
  meters.pop();
  expect(tracks.at(second, meterPlace('attic.a'))).toBeDefined();
  expect(tracks.at(second, meterPlace('attic.b'))).toBeUndefined();
  expect(tracks.counters()).toMatchObject({ tracks: 3, leftOut: 1 });
  tracks.remove('first');
  expect(tracks.at(second, meterPlace('attic.b'))).toBeDefined();
  expect(tracks.counters()).toMatchObject({ tracks: 2, leftOut: 1 });
  tracks.remove('second');
  expect(tracks.counters()).toMatchObject({ tracks: 0 });
});

it('a rule says that it leaves meters out, until there is room for them', () => {
  const tracks = tracksOf(['a', 'b'], 3);
  tracks.set(ruleOf('first', threshold('powerW')));
  tracks.set(ruleOf('second', { kind: 'silence', forS: 60 }));
  expect([tracks.leavingOut, tracks.isLeavingOut('first'), tracks.isLeavingOut('second')]).toEqual([
    1,
    false,
    true,
  ]);
  tracks.sitesChanged();
  expect(tracks.leavingOut).toBe(1);
  tracks.remove('first');
  tracks.sitesChanged();
  // Also one that sends nothing: its silence is to be seen.
  expect(tracks.counters()).toMatchObject({ tracks: 2 });
  expect(tracks.leavingOut).toBe(0);
});

it('after a start many rules look once at what is stored, together', () => {
  let looks = 0;
  const meters = ['a', 'b', 'c'];
  const tracks = tracksOf(meters, 1000, () => looks++);
  for (let index = 0; index < 100; index++) {
    tracks.add(ruleOf(`rule-${index}`, threshold('powerW')));
    tracks.add({ ...ruleOf(`sum-${index}`, threshold('powerW')), target: { sumOfSite: 'home' } });
  }
  tracks.resume([], []);
  expect(tracks.counters()).toMatchObject({ tracks: 400 });
  tracks.sitesChanged();
  expect(looks).toBe(2);
});

it('windows come to the rules of their quantities alone, to each once', () => {
  const tracks = tracksOf(['a'], 100);
  const phaseLoss: Condition = { kind: 'phaseLoss', belowV: 100, forS: 0 };
  tracks.set(ruleOf('power', threshold('powerW')));
  tracks.set(ruleOf('frequency', threshold('frequencyHz')));
  tracks.set(ruleOf('phases', phaseLoss));
  tracks.set(ruleOf('silence', { kind: 'silence', forS: 60 }));
  const value = { mean: 1, min: 1, max: 1, last: 1 };
  const rulesAt = (...ids: readonly QuantityId[]) => {
    const values = Object.fromEntries(ids.map(id => [id, value]));
    return [...tracks.rulesOf('attic.a', [{ startMs: 0, endMs: 1000, values }])].map(({ id }) => id).sort();
  };
  expect(rulesAt('powerW')).toEqual(['power', 'silence']);
  expect(rulesAt('voltageL1V', 'voltageL2V', 'frequencyHz')).toEqual(['frequency', 'phases', 'silence']);
  expect(rulesAt('currentL1A')).toEqual(['silence']);
});
