import { expect, test } from 'vitest';
import { ingestLimits } from '../../../../host/connectors/http/limits.ts';
import { readJson } from '../../../../host/connectors/http/read-json.ts';
import { rememberUnknown, unknownSeries } from '../../../../host/connectors/http/unknown-series.ts';
import { readLines } from '../../../../host/line-protocol/read-lines.ts';
import { processorMs } from '../../../processor-time.ts';

const most = ingestLimits.values;

test('a body of numbers that are nearly right takes little longer than one of good lines', () => {
  const lines = (number: string) => `a b=${number}\n`.repeat(2000);
  const digits = '1'.repeat(398);
  const [good, bad] = [lines(`0.${digits}`), lines(`${digits}x`)];
  const goodCost = processorMs(() => expect(readLines(good, 's', most).wrong).toBe(0));
  // Backwards over each digit it took fifty times as long, in which the host does nothing else.
  expect(processorMs(() => expect(readLines(bad, 's', most).wrong).toBe(2000))).toBeLessThan(
    goodCost * 10 + 20,
  );
});

test('what is wrong in JSON counts as what is right: beyond the bound nothing is looked at', () => {
  const names = Array.from({ length: most + 1 }, (_, at) => [`q${at}`, 1]);
  expect(readJson({ meter: 'a', values: Object.fromEntries(names) }, 0)).toMatchObject({
    isTooLong: true,
    mistakes: [],
  });
  expect(readJson(Array(most + 1).fill(1), 0)).toMatchObject({ isTooLong: true, mistakes: [] });
  expect(readJson(Array(most).fill(1), 0).mistakes.length).toBe(ingestLimits.mistakes);
});

test('series that nobody wanted are remembered by short names and numbers alone', () => {
  const point = (more: object) => ({
    line: 1,
    measurement: 'weather',
    tags: new Map([['room', 'attic']]),
    fields: new Map<string, number | string>([
      ['degrees', 21],
      ['text', 'x'.repeat(4_000_000)],
    ]),
    atMs: undefined,
    ...more,
  });
  // Of other tests there may be some already.
  const before = unknownSeries().length;
  rememberUnknown(point({}), 'degrees');
  rememberUnknown(point({}), 'text');
  rememberUnknown(point({ measurement: 'y'.repeat(1100) }), 'degrees');
  expect(unknownSeries().slice(0, -before || undefined)).toEqual([
    { measurement: 'weather', tags: new Map([['room', 'attic']]), field: 'degrees', value: 21 },
  ]);
});
