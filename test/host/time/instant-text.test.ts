import { expect, test } from 'vitest';
import { readInstant } from '../../../host/time/instant-text.ts';

const read = (text: string, zone = 'Europe/Berlin') => {
  const atMs = readInstant(text, zone);
  return atMs === undefined ? undefined : new Date(atMs).toISOString();
};

test('a day is its first second by the clocks of the site, whatever they do in it', () => {
  expect(read('2026-03-29')).toBe('2026-03-28T23:00:00.000Z');
  expect(read('2026-03-08', 'America/Havana')).toBe('2026-03-08T05:00:00.000Z');
  expect(read('2026-10-25', 'Atlantic/Azores')).toBe('2026-10-25T00:00:00.000Z');
  expect(read('2026-04-24', 'Africa/Cairo')).toBe('2026-04-23T22:00:00.000Z');
});

test('a day that clocks skipped ends the search where the next begins', () => {
  expect(read('2011-12-30', 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
  expect(read('2011-12-31', 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
  expect(read('1994-12-31', 'Pacific/Kiritimati')).toBe('1994-12-31T10:00:00.000Z');
});

test('no day holds the host up, however long ago, and what is no day is none', () => {
  for (const day of ['0001-01-01', '0099-12-31', '1582-10-15', '1893-04-01', '1969-12-31', '9999-12-31'])
    expect(read(day), day).toMatch(new RegExp(`^${Number(day.slice(0, 4)) === 9999 ? '9999-12-30' : day}T`));
  for (const text of [
    '0000-01-01',
    '2026-02-29',
    '2026-1-1',
    'today',
    '2026-01-01T00:00',
    '2026-02-30T00:00:00Z',
    '2026-04-31T12:00+02:00',
  ])
    expect(read(text), text).toBeUndefined();
});
