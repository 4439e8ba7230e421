import { expect, test } from 'vitest';
import { decodeRecord } from '#core/wire/records.ts';
import { chanceOf } from '../../../simulator/faults/host/chance.ts';
import { besideDisk } from '../../../simulator/faults/host/disk-beside.ts';
import { firstTriesMs } from '../../../simulator/faults/host/first-tries.ts';
import { percentile } from '../../../simulator/faults/host/percentile.ts';
import { shuffledPieces } from '../../../simulator/faults/host/shuffled-pieces.ts';
import { timeFigures } from '../../../simulator/faults/host/time-figures.ts';
import { recordAt, valuesOfWindow } from '../../../simulator/faults/host/windows.ts';
import { failingsOf } from '../../../simulator/faults/verdict.ts';
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

test('times are judged without what others had of the processor, and in a full run by the clock, too', () => {
  const took = [
    { ownMs: 40, clockMs: 700 },
    { ownMs: 20, clockMs: 30 },
  ];
  const [own, clock] = timeFigures('acknowledged', 0.99, took, 500, 'full');
  expect(own).toEqual({ name: 'acknowledged, p99', value: 40, unit: 'ms', most: 500 });
  expect(clock).toEqual({ name: 'acknowledged by the clock, p99', value: 700, unit: 'ms', most: 500 });
  expect(timeFigures('acknowledged', 1, took, 500, 'quick')[1]).toEqual({
    name: 'acknowledged by the clock, slowest',
    value: 700,
    unit: 'ms',
  });
});

test('acknowledgements that take too long beside a slow disk are too long all the same, and the disk is named', () => {
  const acknowledged = (ms: number) =>
    timeFigures('acknowledged', 0.99, [{ ownMs: ms, clockMs: ms }], 250, 'full');
  const late = besideDisk(acknowledged(911), 724);
  expect(late.notes).toEqual([expect.stringContaining('724 ms (p99), 79 % of "acknowledged, p99"')]);
  const counts = { times: 1, watched: 1, lost: 0, doubled: 0, wrong: 0, healMs: null };
  expect(failingsOf({ ...counts, ...late }, 1).length).toBe(2);
  // Nothing is late, or it is not the disk's: nothing is said of it but its figure.
  for (const quiet of [besideDisk(acknowledged(200), 180), besideDisk(acknowledged(911), 11)]) {
    expect(quiet.notes).toEqual([]);
    expect(quiet.figures.length).toBe(3);
  }
});
