import { describe, expect, it } from 'vitest';
import { firstDayOfWeek, weekdayName, zoneOffsetMinutes } from '../../web/regions.ts';

describe('weeks', () => {
  it.each([
    ['de-DE', 1, 'Montag'],
    ['en-GB', 1, 'Monday'],
    ['en-US', 7, 'Sunday'],
    ['pt-BR', 7, 'domingo'],
    ['de', 1, 'Montag'],
  ])('begin in %s on day %d', (locale, day, name) => {
    expect(firstDayOfWeek(locale)).toBe(day);
    expect(weekdayName(day, locale)).toBe(name);
  });
});

describe('clocks', () => {
  it.each([
    ['UTC', '2026-01-15T12:00:30Z', 0],
    ['Europe/Berlin', '2026-01-15T12:00:30Z', 60],
    ['Europe/Berlin', '2026-07-15T12:00:30Z', 120],
    ['Asia/Kathmandu', '2026-07-15T12:00:00Z', 345],
    ['America/Sao_Paulo', '2026-01-01T01:00:00Z', -180],
  ])('of %s at %s are %d minutes ahead', (zone, at, minutes) => {
    expect(zoneOffsetMinutes(zone, Date.parse(at))).toBe(minutes);
  });
});
