import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type TimeAnswer, voteOn } from '#core/time-vote.ts';

const trueMs = 1_795_000_000_000;
const answer = (server: string, offByMs: number, roundTripMs = 40): TimeAnswer => ({
  server,
  offsetMs: trueMs + offByMs,
  roundTripMs,
});

test('a false server of three does not win, however near it is', () => {
  const bad = fc.oneof(fc.integer({ min: 1000, max: 1e12 }), fc.integer({ min: -1e12, max: -1000 }));
  const way = fc.integer({ min: 0, max: 800 });
  fc.assert(
    fc.property(bad, way, way, fc.integer({ min: 0, max: 2 }), (offMs, oneMs, otherMs, at) => {
      const right = [answer('a', oneMs / 4, oneMs), answer('b', -otherMs / 4, otherMs)];
      const all = right.toSpliced(at, 0, answer('false', offMs, 0));
      const vote = voteOn(all);
      expect(vote?.agreeing).toBe(2);
      expect(vote?.server).not.toBe('false');
    }),
  );
});

test('of those that agree the one with the shortest way is taken', () => {
  expect(voteOn([answer('far', 30, 200), answer('near', 2, 8), answer('middle', -9, 60)])).toEqual({
    offsetMs: trueMs + 2,
    server: 'near',
    agreeing: 3,
  });
});

test('one alone is the vote; two that differ, and two against two, are none', () => {
  expect(voteOn([])).toBeUndefined();
  expect(voteOn([answer('a', 0)])).toMatchObject({ server: 'a', agreeing: 1 });
  expect(voteOn([answer('a', 0), answer('b', 5000)])).toBeUndefined();
  expect(voteOn([answer('a', 0), answer('b', 1), answer('c', 5000), answer('d', 5001)])).toBeUndefined();
  expect(voteOn([answer('a', 0), answer('b', 5000), answer('c', 90_000), answer('d', 10)])).toMatchObject({
    agreeing: 2,
    offsetMs: trueMs,
  });
});

test('whatever two of four say, the time is within the way of a server that is right', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 1 }),
      fc.array(
        fc.record({ offMs: fc.integer({ min: -50, max: 50 }), way: fc.integer({ min: 100, max: 900 }) }),
        {
          minLength: 3,
          maxLength: 3,
        },
      ),
      (wrong, right) => {
        const answers = [
          ...right.map(({ offMs, way }, index) => answer(`r${index}`, offMs, way)),
          ...wrong.map((offMs, index) => answer(`w${index}`, offMs)),
        ];
        expect(Math.abs((voteOn(answers)?.offsetMs ?? 0) - trueMs)).toBeLessThanOrEqual(650);
      },
    ),
  );
});
