import { expect, it } from 'vitest';
import { timesBetween, waitOf } from '../../../simulator/lab/process-figures.ts';

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

it('what a process did between two moments is told by what its threads had between them, however long it slept before', () => {
  const between = (main: ReturnType<typeof thread>, database: ReturnType<typeof thread>) =>
    timesBetween(
      7,
      new Map([
        ['7', thread(1000, 50)],
        ['8', thread(500, 100)],
        ['9', thread(0, 9000)],
      ]),
      new Map([
        ['7', main],
        ['8', database],
        ['9', thread(0, 9000)],
        ['10', thread(1, 3)],
      ]),
      400,
    );
  expect(between(thread(1400, 50), thread(500, 500))).toEqual({ ranMs: 400, waitedMs: 0 });
  expect(between(thread(1100, 150), thread(500, 500))).toEqual({ ranMs: 100, waitedMs: 300 });
  expect(between(thread(1000, 50), thread(500, 100))).toEqual({ ranMs: 0, waitedMs: 3 });
});
