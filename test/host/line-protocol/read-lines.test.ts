import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { precisionOf, timeOf } from '../../../host/line-protocol/line-time.ts';
import { readLines } from '../../../host/line-protocol/read-lines.ts';
import { lineText } from '../../../simulator/sources/line-text.ts';

const read = (text: string) => readLines(text, 'ns', 1000);
const seed = 20261122;

describe('line protocol', () => {
  test('a line has measurement, tags, fields of every type and a time', () => {
    const { points, wrong } = read(
      '# a comment\n\nmeter,room=cellar,phase=L1 power=12.5,energy=1234i,count=7u,on=t,off=FALSE,name="a \\"b\\" \\\\, c=d" 1700000000123456789\r\nplain value=-1e3\n',
    );
    expect(wrong).toBe(0);
    expect(points).toEqual([
      {
        line: 3,
        measurement: 'meter',
        tags: new Map([
          ['room', 'cellar'],
          ['phase', 'L1'],
        ]),
        fields: new Map<string, unknown>([
          ['power', 12.5],
          ['energy', 1234],
          ['count', 7],
          ['on', true],
          ['off', false],
          ['name', 'a "b" \\, c=d'],
        ]),
        atMs: 1_700_000_000_123,
      },
      {
        line: 4,
        measurement: 'plain',
        tags: new Map(),
        fields: new Map([['value', -1000]]),
        atMs: undefined,
      },
    ]);
  });

  test('names keep commas, blanks and equal signs behind a backslash, and a backslash before anything else', () => {
    const [point] = read('my\\ meter\\,a\\b,the\\=key=a\\ b f\\,g=1').points;
    expect(point?.measurement).toBe('my meter,a\\b');
    expect([...(point?.tags ?? [])]).toEqual([['the=key', 'a b']]);
    expect([...(point?.fields ?? [])]).toEqual([['f,g', 1]]);
    // In a measurement an equal sign is none of the line's.
    expect(read('a=b\\=c v=1').points[0]?.measurement).toBe('a=b\\=c');
  });

  test('a mistake is told with its line and column, and the lines around it are read', () => {
    const text = [
      'good value=1',
      'noFields',
      'a,tag value=1',
      'a value=',
      'a value=nan',
      'a value=1 12x',
      'a value=1 12 13',
      'a v="open',
    ].join('\n');
    const { points, mistakes } = read(text);
    expect(points.map(({ line }) => line)).toEqual([1]);
    expect(mistakes.map(({ line, column }) => [line, column])).toEqual([
      [2, 9],
      [3, 6],
      [4, 9],
      [5, 9],
      [6, 11],
      [7, 14],
      [8, 5],
    ]);
    expect(mistakes[3]?.message).toContain('the value of the field "value"');
    expect(read('a v=1e999').wrong + read('a v=9223372036854775808i').wrong + read('a v=-1u').wrong).toBe(3);
  });

  test('a text may go over lines, and lines behind it are counted right', () => {
    const { points } = read('a v="one\ntwo"\nb v=1');
    expect(points.map(({ line }) => line)).toEqual([1, 3]);
  });

  test('times are read in each precision, rounded down, to the last digit', () => {
    expect(timeOf('1700000000999999999', 'ns')).toBe(1_700_000_000_999);
    expect(timeOf('-1', 'us')).toBe(-1);
    expect([timeOf('7', 'ms'), timeOf('7', 's'), timeOf('7', 'm'), timeOf('7', 'h')]).toEqual([
      7, 7000, 420_000, 25_200_000,
    ]);
    expect([precisionOf(undefined), precisionOf('u'), precisionOf('toString')]).toEqual([
      'ns',
      'us',
      undefined,
    ]);
    expect(timeOf('99999999999999999999', 'h')).toBe(undefined);
  });

  test('is read no further than its bounds', () => {
    const text = 'a v=1\n'.repeat(2000);
    expect(readLines(text, 'ns', 100).points.length).toBe(101);
    expect(readLines(text, 'ns', 100).isTooLong).toBe(true);
    expect(read('x\n'.repeat(2000)).mistakes.length).toBe(50);
    expect(read('x\n'.repeat(2000)).wrong).toBe(2000);
  });

  test(`whatever the text, nothing throws and every line is a point, a mistake or none (seed ${seed})`, () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        ',',
        '=',
        ' ',
        '\n',
        '\r\n',
        '\\',
        '"',
        '#',
        'a',
        '1',
        '1i',
        't',
        'a v=1',
        'é',
        '\u0000',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), pieces => {
        const text = pieces.join('');
        const { points, wrong } = read(text);
        expect(points.length + wrong).toBeLessThanOrEqual(text.split('\n').length);
        for (const { fields } of points) expect(fields.size).toBeGreaterThan(0);
      }),
      { seed, numRuns: 300 },
    );
  });

  test(`what is written is read the same (seed ${seed})`, () => {
    // A backslash at a name's end would escape what follows it: InfluxDB cannot write such names either.
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter(text => !/[\n\r\\]/.test(text) && !text.startsWith('#') && text.trim() !== '');
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }),
      fc.boolean(),
      fc.string(),
    );
    const point = fc.record({
      measurement: name,
      tags: fc.dictionary(name, name, { maxKeys: 4 }),
      fields: fc.dictionary(name, value, { minKeys: 1, maxKeys: 4 }),
      time: fc.option(fc.bigInt({ min: 0n, max: 2n ** 62n }).map(String), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 5 }), written => {
        const text = written
          .map(({ time, ...line }) => lineText(time === undefined ? line : { ...line, time }))
          .join('\n');
        const { points, mistakes } = read(text);
        expect(mistakes).toEqual([]);
        expect(
          points.map(({ measurement, tags, fields, atMs }) => ({
            measurement,
            tags: [...tags],
            fields: [...fields],
            atMs,
          })),
        ).toEqual(
          written.map(({ measurement, tags, fields, time }) => ({
            measurement,
            tags: Object.entries(tags),
            fields: Object.entries(fields).map(([key, one]) => [
              key,
              typeof one === 'bigint' ? Number(one) : one === 0 ? Number(String(one)) : one,
            ]),
            atMs: time === undefined ? undefined : Number(BigInt(time) / 1_000_000n),
          })),
        );
      }),
      { seed, numRuns: 200 },
    );
  });
});
