import { describe, expect, it } from 'vitest';
import type { Alarm } from '../../../host/api/contract.ts';
import { formatAddress, parseAddress } from '../../../web/address.ts';
import { alarmsAddress } from '../../../web/addresses/alarms-address.ts';
import { alarmPictureOf, limitsOf, spanOf } from '../../../web/alarms/alarm-picture.ts';
import { freeChannelId } from '../../../web/alarms/channel-draft.ts';
import { isLasting, joined, nowAndPast } from '../../../web/alarms/event-list.ts';
import { ownAlarmsOf } from '../../../web/alarms/own-alarms.ts';

const minuteMs = 60_000;

describe('addresses of alarms', () => {
  it.each([
    alarmsAddress(),
    alarmsAddress('events', { one: 'aa-1', severity: 'critical', isOpenOnly: true }),
    alarmsAddress('events', { rule: 'bb-2' }),
    alarmsAddress('rules', { one: '' }),
    alarmsAddress('rules', { one: 'bb-2' }),
    alarmsAddress('channels', { one: 'new' }),
  ])('come back as they were: %j', address => {
    expect(parseAddress(formatAddress(address))).toEqual(address);
  });

  it('of a notification open its event', () => {
    expect(parseAddress('#/alarms?event=aa-1&site=home')).toEqual(alarmsAddress('events', { one: 'aa-1' }));
  });
});

describe("gateways' own alarms", () => {
  const alarm = (isOn: boolean, minute: number, more: Partial<Alarm> = {}): Alarm => ({
    gateway: 'attic',
    id: 'hot',
    meter: 'heat',
    quantity: 'powerW',
    isOn,
    value: 5,
    atMs: minute * minuteMs,
    receivedMs: 0,
    ...more,
  });

  it('are told once from begin to end, the newest first', () => {
    const newestFirst = [alarm(true, 9), alarm(false, 5), alarm(true, 3), alarm(true, 2), alarm(false, 1)];
    expect(ownAlarmsOf(newestFirst).map(({ beganMs, endedMs }) => [beganMs, endedMs])).toEqual([
      [9 * minuteMs, null],
      [2 * minuteMs, 5 * minuteMs],
    ]);
  });

  it('are dated by their arrival where the clock of the gateway was not set', () => {
    expect(ownAlarmsOf([alarm(true, 0, { atMs: null, receivedMs: 7 })])[0]?.beganMs).toBe(7);
  });
});

describe('events in a list', () => {
  it('stand once, as they are by the newer answer', () => {
    const one = { id: 'a', beganMs: 2, said: 'new' };
    expect(
      joined(
        [one],
        [
          { ...one, said: 'old' },
          { id: 'b', beganMs: 3, said: '' },
        ],
      ),
    ).toEqual([{ id: 'b', beganMs: 3, said: '' }, one]);
  });

  it('last until they end, or were none', () => {
    expect([
      isLasting({ endedMs: null }),
      isLasting({ endedMs: 1 }),
      isLasting({ endedMs: null, withdrawnMs: 1 }),
    ]).toEqual([true, false, false]);
  });
});

it('what lasts stands on top, however long ago it began; what is over and older than the list comes with more of it', () => {
  const event = (id: string, beganMs: number, endedMs: number | null) => ({ id, beganMs, endedMs });
  const shown = [event('c', 9, 10), event('b', 8, null), event('a', 7, 8)];
  const old = event('old', 1, null);
  const own = [event('own', 3, null), event('own over', 2, 3), event('own newer', 7.5, 8)];
  const { now, past } = nowAndPast(shown, [event('b', 8, null), old], own, true);
  expect(now.map(({ id }) => id)).toEqual(['b', 'old', 'own']);
  expect(past.map(({ id }) => id)).toEqual(['c', 'own newer', 'a']);
  expect(nowAndPast(shown, [], own, false).past.map(({ id }) => id)).toContain('own over');
});

describe('the picture of an event', () => {
  const readings = {
    startMs: [0, 1, 2, 5].map(minute => minute * minuteMs),
    bucketMs: minuteMs,
    mean: [10, 20, 30, 40],
    min: [5, 20, 30, 40],
    max: [10, 25, 30, 45],
  };
  const span = { fromMs: 0, toMs: 6 * minuteMs, beganMs: minuteMs, endedMs: 3 * minuteMs };

  it('leaves a gap where nothing was measured, and holds the limit', () => {
    const picture = alarmPictureOf(readings, [100], span, 600, 100);
    expect(picture?.line.match(/M/g)).toHaveLength(2);
    expect([picture?.fromX, picture?.toX, picture?.low, picture?.high]).toEqual([100, 300, 5, 45]);
    const [limitY = -1] = picture?.limitsY ?? [];
    expect(limitY).toBeGreaterThan(0);
    expect(limitY).toBeLessThan(15);
  });

  it('is none where there are no values', () => {
    expect(alarmPictureOf({ ...readings, startMs: [] }, [], span, 600, 100)).toBeNull();
  });

  it('shows as long before as it lasted, within bounds', () => {
    const nowMs = 1000 * minuteMs;
    expect(spanOf(500 * minuteMs, 501 * minuteMs, nowMs).fromMs).toBe(490 * minuteMs);
    expect(spanOf(900 * minuteMs, null, nowMs)).toMatchObject({ fromMs: 800 * minuteMs, toMs: nowMs });
  });

  it('draws limits of the value itself alone', () => {
    expect(limitsOf({ kind: 'range', low: 1, high: 2 })).toEqual([1, 2]);
    expect(limitsOf({ kind: 'rate', limit: 5 })).toEqual([]);
    expect(limitsOf(undefined)).toEqual([]);
  });
});

it('a channel gets an id of its name that no other has', () => {
  expect(freeChannelId('Familie Müller', [])).toBe('familie-mueller');
  expect(freeChannelId('Family', ['family', 'family-2'])).toBe('family-3');
  expect(freeChannelId('!!!', [])).toBe('channel');
});
