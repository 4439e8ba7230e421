import fc from 'fast-check';
import { expect, it } from 'vitest';
import { localClock } from '../../../host/export/local-time.ts';
import { minuteOf, quietEndMs } from '../../../host/notify/quiet-hours.ts';

const minuteMs = 60_000;
const at = (text: string) => Date.parse(text);
const quietOf = (from: string, to: string) => ({
  fromMinute: minuteOf(from) ?? 0,
  toMinute: minuteOf(to) ?? 0,
});
const ends = (now: string, from: string, to: string, zone: string) =>
  new Date(quietEndMs(at(now), quietOf(from, to), zone)).toISOString();

it('a quiet night ends when clocks show its end, also where they are put on or back in it', () => {
  const night = ['22:00', '06:00', 'Europe/Berlin'] as const;
  expect(ends('2026-11-22T21:00:30Z', ...night)).toBe('2026-11-23T05:00:00.000Z');
  expect(ends('2026-03-28T21:00:00Z', ...night)).toBe('2026-03-29T04:00:00.000Z');
  expect(ends('2026-10-24T20:00:00Z', ...night)).toBe('2026-10-25T05:00:00.000Z');
  // What clocks never show that night ends with the hour that they leave out.
  expect(ends('2026-03-28T21:00:00Z', '22:00', '02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
  expect(ends('2026-03-29T08:00:00Z', ...night)).toBe('2026-03-29T08:00:00.000Z');
});

it('whenever one asks, it is quiet until then and not quiet then', () => {
  const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
  // Days on which clocks change are among them.
  const days = fc.constantFrom(
    '2026-03-28',
    '2026-10-24',
    '2026-03-07',
    '2026-10-31',
    '2026-04-04',
    '2026-10-03',
  );
  const minutes = fc.nat(1439);
  fc.assert(
    fc.property(zones, days, fc.nat(1440), minutes, minutes, (zone, day, offset, fromMinute, toMinute) => {
      const nowMs = at(`${day}T00:00:00Z`) + offset * minuteMs;
      const clock = localClock(zone);
      const shown = (ms: number) => ((ms / 1000 + clock.offsetS(ms / 1000)) / 60) % 1440;
      const length = (toMinute - fromMinute + 1440) % 1440;
      // On a day that leaves out the one hour that is not quiet it is quiet until the next.
      fc.pre(length < 1380);
      const isQuiet = (ms: number) => (shown(ms) - fromMinute + 1440) % 1440 < length;
      const end = quietEndMs(nowMs, { fromMinute, toMinute }, zone);
      expect(isQuiet(end)).toBe(false);
      let first = nowMs;
      while (isQuiet(first)) first += minuteMs;
      // An end that clocks leave out, or show twice, may be an hour late.
      expect(end).toBeGreaterThanOrEqual(first);
      expect(end - first).toBeLessThanOrEqual(60 * minuteMs);
    }),
    { numRuns: 200 },
  );
});
