import { expect, it } from 'vitest';
import { waitOf } from '../../../simulator/lab/process-figures.ts';

const thread = (ranMs: number, waitedMs: number) => ({ ranMs, waitedMs });

it.each([
  ['both wait at once', thread(1000, 1000), [thread(1000, 1000)], 2000, 1000],
  [
    'the main one sleeps while the database’s waits',
    thread(500, 200),
    [thread(300, 400), thread(1, 30)],
    1500,
    600,
  ],
  ['the main one sleeps for less than another waits', thread(500, 200), [thread(300, 4000)], 1000, 500],
  ['there is but one', thread(500, 200), [], 1000, 200],
  ['nothing is told', thread(0, 0), [thread(0, 0)], 1000, 0],
])('a process has waited no longer than it did nothing: %s', (_, main, others, agoMs, waitedMs) => {
  expect(waitOf(main, others, agoMs)).toBe(waitedMs);
});
