import fc from 'fast-check';
import { expect, it } from 'vitest';
import { civilClock, civilPeriods } from '../../../host/alarms/civil-clock.ts';
import { judgeAll } from '../../../host/alarms/episodes.ts';
import { quiet } from '../../../host/alarms/judge.ts';
import type { Condition } from '../../../host/alarms/rule.ts';
import { firstOutside, firstWithin, isWithin, type Schedule } from '../../../host/alarms/schedule.ts';

const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString();
const berlin = civilClock('Europe/Berlin');

it('days, weeks and months begin at midnight of the zone, also where clocks change', () => {
  // 23 hours, then 25 of them.
  expect(iso(berlin.startOf('day', at('2026-03-29T20:00:00Z')))).toBe('2026-03-28T23:00:00.000Z');
  expect(iso(berlin.startOf('day', at('2026-03-30T20:00:00Z')))).toBe('2026-03-29T22:00:00.000Z');
  expect(iso(berlin.startOf('day', at('2026-10-25T22:59:59Z')))).toBe('2026-10-24T22:00:00.000Z');
  expect(iso(berlin.startOf('day', at('2026-10-25T23:00:00Z')))).toBe('2026-10-25T23:00:00.000Z');
  expect(iso(berlin.startOf('week', at('2026-11-22T12:00:00Z')))).toBe('2026-11-15T23:00:00.000Z');
  expect(iso(berlin.startOf('month', at('2026-03-31T22:30:00Z')))).toBe('2026-03-31T22:00:00.000Z');
  // Cairo's clocks leap over midnight, Havana's show it twice.
  const cairo = civilClock('Africa/Cairo');
  expect(iso(cairo.startOf('day', at('2026-04-24T12:00:00Z')))).toBe('2026-04-23T22:00:00.000Z');
  const havana = civilClock('America/Havana');
  expect(iso(havana.startOf('day', at('2026-11-01T12:00:00Z')))).toBe('2026-11-01T04:00:00.000Z');
});

it('every instant lies in the period that is said to hold it, and periods do not move within', () => {
  const instants = fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') });
  const zones = fc.constantFrom('Europe/Berlin', 'America/Havana', 'Asia/Kathmandu', 'UTC', 'Africa/Cairo');
  fc.assert(
    fc.property(instants, zones, fc.constantFrom(...civilPeriods), (atMs, zone, period) => {
      const from = civilClock(zone).startOf(period, atMs);
      expect(from).toBeLessThanOrEqual(atMs);
      expect(civilClock(zone).startOf(period, from)).toBe(from);
      expect(civilClock(zone).startOf(period, from - 1)).toBeLessThan(from);
    }),
    { numRuns: 60 },
  );
});

it('a schedule holds by clocks on the wall, over midnight and over their changes', () => {
  const nights = { days: [6], from: '22:00', to: '06:00' };
  const holds = (text: string) => isWithin(nights, berlin, at(text));
  // The night that begins on Saturday 28 March 2026 has an hour less.
  expect(holds('2026-03-28T20:59:00Z')).toBe(false);
  expect(holds('2026-03-28T21:00:00Z')).toBe(true);
  expect(holds('2026-03-29T03:59:00Z')).toBe(true);
  expect(holds('2026-03-29T04:00:00Z')).toBe(false);
  // Saturday morning belongs to the night of Friday.
  expect(holds('2026-03-28T04:00:00Z')).toBe(false);
  expect(iso(firstWithin(nights, berlin, at('2026-03-23T12:34:56Z')))).toBe('2026-03-28T21:00:00.000Z');
  const wholeDays = { days: [7], from: '00:00', to: '00:00' };
  expect(isWithin(wholeDays, berlin, at('2026-03-28T23:00:00Z'))).toBe(true);
  expect(isWithin(wholeDays, berlin, at('2026-03-29T22:00:00Z'))).toBe(false);
});

const windowMs = 600_000;
const over: Condition = {
  kind: 'threshold',
  quantity: 'powerW',
  of: 'mean',
  operator: '>',
  limit: 100,
  hysteresis: 0,
  forS: 0,
};
const rows = (from: string, count: number, powerW: number) =>
  Array.from({ length: count }, (_, index) => {
    const startMs = at(from) + index * windowMs;
    const value = { mean: powerW, min: powerW, max: powerW, last: powerW };
    return { startMs, endMs: startMs + windowMs, values: { powerW: value } };
  });
const spans = (condition: Condition, points: ReturnType<typeof rows>, nowMs: number) =>
  judgeAll(
    { condition, schedule: { days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }, clock: berlin },
    quiet,
    undefined,
    points,
    nowMs,
  ).episodes.map(({ beganMs, endedMs }) => [iso(beganMs), endedMs && iso(endedMs)]);

it('where it begins to look next, and looks no more, is found as if each minute were looked at, also where clocks change', () => {
  const first = (schedule: Schedule, fromMs: number, isLooking: boolean): number => {
    let atMs = fromMs;
    while (isWithin(schedule, berlin, atMs) !== isLooking) atMs = Math.floor(atMs / 60_000) * 60_000 + 60_000;
    return atMs;
  };
  const schedules: readonly Schedule[] = [
    { days: [7], from: '02:30', to: '02:45' },
    { days: [6], from: '23:30', to: '02:15' },
    { days: [1, 7], from: '03:00', to: '03:00' },
    { days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' },
  ];
  for (const schedule of schedules)
    for (const day of ['2026-03-28', '2026-03-29', '2026-10-24', '2026-10-25', '2026-06-06'])
      for (const time of ['00:10:30', '00:50', '01:20', '12:00', '22:00']) {
        const fromMs = at(`${day}T${time.padEnd(8, ':00')}Z`);
        const said = `${JSON.stringify(schedule)} from ${iso(fromMs)}`;
        expect(iso(firstWithin(schedule, berlin, fromMs)), said).toBe(iso(first(schedule, fromMs, true)));
        expect(iso(firstOutside(schedule, berlin, fromMs)), said).toBe(iso(first(schedule, fromMs, false)));
      }
  const always = { days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00' };
  expect(firstOutside(always, berlin, at('2026-03-28T12:00:00Z'))).toBe(Number.POSITIVE_INFINITY);
});

it('where it begins to look next is found by few looks at the clock: for many meters it is asked at once', () => {
  let looks = 0;
  const counted: typeof berlin = {
    ...berlin,
    minuteOf(atMs) {
      looks++;
      return berlin.minuteOf(atMs);
    },
  };
  firstWithin({ days: [1], from: '08:00', to: '08:01' }, counted, at('2026-06-01T09:00:00Z'));
  expect(looks).toBeLessThan(40);
  firstWithin({ days: [1], from: '08:00', to: '08:01' }, counted, at('2026-03-23T09:00:00Z'));
  expect(looks).toBeLessThan(400);
});

it('outside of its schedule a rule sees nothing: events begin and end with it', () => {
  // Friday to Monday, too much all the time.
  const points = rows('2026-11-20T00:00:00Z', 4 * 144, 150);
  expect(spans(over, points, points.at(-1)?.endMs ?? 0)).toEqual([
    ['2026-11-20T07:00:00.000Z', '2026-11-20T17:00:00.000Z'],
    ['2026-11-23T07:00:00.000Z', '2026-11-23T17:00:00.000Z'],
  ]);
});

it('what lasts ends with the schedule, also where nothing is read any more, and nothing that is on its way is lost', () => {
  const friday = rows('2026-11-20T16:00:00Z', 4, 150);
  const end = ['2026-11-20T16:00:00.000Z', '2026-11-20T17:00:00.000Z'];
  expect(spans(over, friday, at('2026-11-20T17:02:00Z'))).toEqual([[end[0], null]]);
  expect(spans(over, friday, at('2026-11-20T17:02:01Z'))).toEqual([end]);
  // Too much again when it is read next: that is another one.
  const monday = rows('2026-11-23T08:00:00Z', 1, 150);
  expect(spans(over, [...friday, ...monday], at('2026-11-23T08:10:00Z'))).toEqual([
    end,
    ['2026-11-23T08:00:00.000Z', null],
  ]);
});

it('silence that begins outside of the schedule is told when the schedule begins, if it still lasts', () => {
  const silence: Condition = { kind: 'silence', forS: 3600 };
  const friday = rows('2026-11-20T16:00:00Z', 6, 1);
  expect(spans(silence, friday, at('2026-11-23T06:59:00Z'))).toEqual([]);
  expect(spans(silence, friday, at('2026-11-23T07:00:00Z'))).toEqual([['2026-11-23T07:00:00.000Z', null]]);
  // One that began within it lasts when the rule looks no more, whenever that is judged.
  const noon = rows('2026-11-20T11:00:00Z', 6, 1);
  expect(spans(silence, noon, at('2026-11-20T20:00:00Z'))).toEqual([['2026-11-20T13:00:00.000Z', null]]);
  const back = [...friday, ...rows('2026-11-22T12:00:00Z', 1, 1)];
  expect(spans(silence, back, at('2026-11-22T12:30:00Z'))).toEqual([]);
});
