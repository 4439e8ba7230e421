import { expect, test } from 'vitest';
import { decodeRecord } from '#core/wire/records.ts';
import { chanceOf } from '../../../simulator/faults/host/chance.ts';
import { firstTriesMs } from '../../../simulator/faults/host/first-tries.ts';
import { percentile } from '../../../simulator/faults/host/percentile.ts';
import { shuffledPieces } from '../../../simulator/faults/host/shuffled-pieces.ts';
import { recordAt, valuesOfWindow } from '../../../simulator/faults/host/windows.ts';
import { seed } from '../../seed.ts';

test('fifty gateways of the firmware that lost their broker at once come back spread over 30 s, and within a minute', () => {
  const tries = firstTriesMs(50, 3_600_000, seed);
  expect(tries.length).toBe(50);
  expect(Math.max(...tries) - Math.min(...tries)).toBeGreaterThan(30_000);
  expect(Math.max(...tries)).toBeLessThanOrEqual(60_000);
  expect(firstTriesMs(50, 3_600_000, seed)).toEqual(tries);
});

test('shuffled pieces have every record of the journal, many of them again, and hardly one in its turn', () => {
  const journal = 2000;
  const pieces = shuffledPieces(journal, chanceOf(seed, 1));
  const times = new Uint8Array(journal + 1);
  for (const { first, count } of pieces) {
    expect(first).toBeGreaterThan(0);
    expect(first + count - 1).toBeLessThanOrEqual(journal);
    for (let sequence = first; sequence < first + count; sequence++)
      times[sequence] = (times[sequence] ?? 0) + 1;
  }
  expect(times.subarray(1).every(count => count > 0)).toBe(true);
  expect(times.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1.5 * journal);
  const inTurn = pieces.filter(({ first }, index) => {
    const before = pieces[index - 1];
    return before !== undefined && first === before.first + before.count;
  });
  expect(inTurn.length).toBeLessThan(pieces.length / 2);
});

test('a window of a load is a record that decodes, the same each time and unlike those around it', () => {
  const texts = new Set<string>();
  for (let window = 0; window < 50; window++) {
    for (let meter = 0; meter < 8; meter++) {
      const record = recordAt(meter, window);
      expect(recordAt(meter, window)).toEqual(record);
      const decoded = decodeRecord(record);
      expect(decoded.ok && decoded.value.values.length).toBe(valuesOfWindow);
      if (decoded.ok) texts.add(JSON.stringify(decoded.value.values));
    }
  }
  expect(texts.size).toBe(400);
});

test('a percentile is one of the numbers, and of none there is none', () => {
  expect(percentile([5, 1, 4, 2, 3], 0.5)).toBe(3);
  expect(percentile([5, 1, 4, 2, 3], 0.99)).toBe(5);
  expect(percentile([7], 0)).toBe(7);
  expect(percentile([], 0.99)).toBeNaN();
});
