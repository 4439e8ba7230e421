import { expect, test } from 'vitest';
import { checkLive } from '../../../host/ingest/plausible.ts';

test('live values that are not in the vocabulary or out of range are left out and counted', () => {
  const { meters, implausible } = checkLive({
    v: 1,
    meters: {
      main: { atMs: 5, values: { powerW: 200, frequencyHz: 7000, nonsense: 1 } },
      'Not an id': { atMs: 5, values: { powerW: 1 } },
    },
  });
  expect(meters).toEqual({ main: { atMs: 5, values: { powerW: 200 } } });
  expect(implausible).toBe(3);
});
