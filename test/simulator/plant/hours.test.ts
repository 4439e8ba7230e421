import { describe, expect, test } from 'vitest';
import { isOpen, occupancy } from '../../../simulator/plant/hours.ts';
import { Clock } from '../../../simulator/plant/moment.ts';

const at = (text: string) => ({ ...new Clock('UTC').at(Date.parse(text) / 1000) });
const days = 'weekdays' as const;

describe('a night shift is of the day on which it begins', () => {
  const night = { fromHour: 22, toHour: 6, days };
  test.each([
    ['Friday evening', '2026-11-20T23:00:00Z', true],
    ['the night to Saturday', '2026-11-21T03:00:00Z', true],
    ['Saturday noon', '2026-11-21T12:00:00Z', false],
    ['Saturday evening', '2026-11-21T23:00:00Z', false],
    ['the night to Monday', '2026-11-23T03:00:00Z', false],
    ['Monday evening', '2026-11-23T22:30:00Z', true],
    ['the night after Christmas', '2026-12-27T03:00:00Z', false],
    ['the night to New Year', '2027-01-01T03:00:00Z', true],
  ])('%s', (_when, text, open) => {
    expect(isOpen(night, at(text))).toBe(open);
    expect(occupancy(night, at(text)) > 0.1).toBe(open);
  });
});

test('hours of a day are of that day alone', () => {
  const day = { fromHour: 7, toHour: 17, days };
  for (const [text, open] of [
    ['2026-11-20T12:00:00Z', true],
    ['2026-11-21T12:00:00Z', false],
    ['2026-11-23T03:00:00Z', false],
  ] as const) {
    expect(isOpen(day, at(text))).toBe(open);
    expect(occupancy(day, at(text)) > 0.1).toBe(open);
  }
});
