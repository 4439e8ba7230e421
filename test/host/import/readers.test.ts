import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localClock } from '../../../host/export/local-time.ts';
import { CsvError, CsvReader } from '../../../host/import/csv-reader.ts';
import { decimalOf, stepsReader } from '../../../host/import/decimal-steps.ts';
import { likelyDelimiter } from '../../../host/import/likely-layout.ts';
import { patternMistake, timeReader, zoneMistake } from '../../../host/import/time-reader.ts';

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const readAll = (text: string, delimiter = ',', piece = text.length || 1) => {
  const reader = new CsvReader(delimiter);
  const lines = [];
  for (let at = 0; at < text.length; at += piece) lines.push(...reader.read(text.slice(at, at + piece)));
  return [...lines, ...reader.end()];
};

describe('a reader of CSV', () => {
  it('finds what was written, in whatever pieces it comes', () => {
    const cell = fc
      .array(fc.constantFrom('"', ',', '\n', '\r\n', 'a', ' ', 'ü', '1'), { maxLength: 5 })
      .map(parts => parts.join(''));
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        table,
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 7 }),
        (rows, end, piece) => {
          const text = rows.map(row => row.map(quoted).join(',')).join(end) + end;
          expect(readAll(text, ',', piece).map(({ cells }) => cells)).toEqual(rows);
        },
      ),
    );
  });

  it('tells the line of the file that each row begins on', () => {
    const lines = readAll('a,b\r\n"two\nlines",2\n\n\nlast,3');
    expect(lines.map(({ line, cells }) => [line, cells.length])).toEqual([
      [1, 2],
      [2, 2],
      [6, 2],
    ]);
  });

  it.each([
    ['a\n"b', 2, 'never ends'],
    ['a\nb,"c"d', 2, 'behind the quote that ends a cell'],
    [`a,${'x'.repeat(5000)}`, 1, 'a cell of more than 4096 characters'],
    ['a,'.repeat(1001), 1, 'more than 1000 cells'],
  ])('stops where a file is none: %#', (text, line, message) => {
    try {
      readAll(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(CsvError);
      expect(error).toMatchObject({ line });
      expect(String(error)).toContain(message);
    }
  });

  it.each([
    ['time,power', ','],
    ['Zeit;"Leistung, kW";Energie', ';'],
    ['a\tb', '\t'],
    ['alone', ','],
  ])('guesses the delimiter of %j', (text, delimiter) => {
    expect(likelyDelimiter(text)).toBe(delimiter);
  });
});

describe('a reader of numbers', () => {
  const exact = (text: string, factor: string, decimals: number) => {
    const [number, times] = [decimalOf(text), decimalOf(factor)];
    if (number === undefined || times === undefined) throw new Error('no number');
    const scale = 10n ** BigInt(number.places + times.places);
    const twice = 2n * number.digits * times.digits * 10n ** BigInt(decimals);
    // Half away from zero, by other arithmetic than the reader's.
    const magnitude = ((twice < 0n ? -twice : twice) + scale) / (2n * scale);
    return Number(twice < 0n ? -magnitude : magnitude);
  };

  it('is exact, whatever the digits, the factor and the decimals of the quantity', () => {
    const number = fc
      .tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.nat({ max: 999_999 }), fc.nat({ max: 6 }))
      .map(
        ([whole, part, places]) =>
          `${whole}${places === 0 ? '' : `.${String(part).padStart(6, '0').slice(0, places)}`}`,
      );
    const factor = fc.constantFrom('1', '1000', '-1', '0.001', '3.6', '0.277777777777');
    fc.assert(
      fc.property(number, factor, fc.integer({ min: 0, max: 6 }), (text, times, decimals) => {
        const read = stepsReader(decimalOf(times) ?? { digits: 1n, places: 0 }, decimals);
        expect(read(text) || 0).toBe(exact(text, times, decimals) || 0);
      }),
    );
  });

  it.each([
    ['0.0005', 1],
    ['-0.0005', -1],
    ['0.00049', 0],
    ['1e3', 1_000_000],
    ['+7', 7000],
    ['.5', 500],
    ['5.', 5000],
    ['1e300', Infinity],
    ['1e-300', 0],
    ['', undefined],
    ['-', undefined],
    ['.', undefined],
    ['1.2.3', undefined],
    ['0x10', undefined],
    ['1 000', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
  ])('%j is %s steps of a thousandth', (text, steps) => {
    const found = stepsReader({ digits: 1n, places: 0 }, 3)(text);
    expect(found === undefined ? found : found + 0).toBe(steps);
  });
});

describe('a reader of times', () => {
  const at = (format: string, text: string, zone = 'Europe/Berlin') => {
    const read = timeReader({ format, zone })(text, '');
    return 'atS' in read ? new Date(read.atS * 1000).toISOString() : read.wrong;
  };

  it.each([
    ['iso', '2026-01-05T01:00:00Z', '2026-01-05T01:00:00.000Z'],
    ['iso', '2026-01-05 01:00', '2026-01-05T00:00:00.000Z'],
    ['iso', '2026-07-05T01:00:30.250', '2026-07-04T23:00:30.000Z'],
    ['iso', '2026-07-05T01:00:00+05:45', '2026-07-04T19:15:00.000Z'],
    ['iso', '2026-07-05', '2026-07-04T22:00:00.000Z'],
    ['iso', '2026-07-05 01:00:00 UTC', '2026-07-05T01:00:00.000Z'],
    ['iso', '2026-07-05 01:00:00 +0000 UTC', '2026-07-05T01:00:00.000Z'],
    ['iso', '2026-07-05 01:00:00 -03 BRT', '2026-07-05T04:00:00.000Z'],
    ['iso', '2026-02-28T24:00:00Z', '2026-03-01T00:00:00.000Z'],
    ['unix', '1767574800', '2026-01-05T01:00:00.000Z'],
    ['unixMs', '1767574800999', '2026-01-05T01:00:00.000Z'],
    ['DD.MM.YYYY HH:mm', '05.07.2026 01:00', '2026-07-04T23:00:00.000Z'],
    ['M/D/YY H:mm', '7/5/26 1:00', '2026-07-04T23:00:00.000Z'],
    ['YYYYMMDD', '20260705', '2026-07-04T22:00:00.000Z'],
  ])('%s reads %s', (format, text, iso) => {
    expect(at(format, text)).toBe(iso);
  });

  it.each([
    ['iso', '2026-02-29T01:00:00Z', 'a day and time that exist'],
    ['iso', '2026-01-05T25:00:00Z', 'a day and time that exist'],
    ['iso', '2026-13-01', 'a day and time that exist'],
    ['iso', '1999-12-31T23:59:59Z', 'the years 2000 to 2099'],
    ['iso', '05.01.2026', 'a time such as'],
    ['unix', '2026', 'the years 2000 to 2099'],
    ['unix', '-1', 'seconds since 1970'],
    ['DD.MM.YYYY HH:mm', '5.1.2026 1:00', 'a time written as DD.MM.YYYY HH:mm'],
    ['iso', '2026-03-29 02:30', 'where those of the file are of UTC, that is its zone'],
  ])('%s does not read %s', (format, text, allowed) => {
    expect(at(format, text)).toContain(allowed);
  });

  const hours = (from: string, count: number) =>
    Array.from({ length: count }, (_, index) => Date.parse(from) / 1000 + index * 900);

  it('tells the hour that clocks show twice apart by the order of the lines, forward and backward', () => {
    const clock = localClock('Europe/Berlin');
    const instants = hours('2026-10-24T22:00:00Z', 40);
    for (const order of [instants, instants.toReversed()]) {
      const read = timeReader({ format: 'iso', zone: 'Europe/Berlin' });
      const texts = order.map(atS => clock.local(atS).slice(0, 19));
      expect(texts.map(text => read(text, ''))).toMatchObject(order.map(atS => ({ atS })));
    }
  });

  it('also where lines are sorted by what clocks show, as a grid operator of Belgium writes them', () => {
    const clock = localClock('Europe/Berlin');
    const local = (atS: number) => clock.local(atS).slice(0, 19);
    const instants = hours('2026-10-24T22:00:00Z', 40);
    const sorted = instants.toSorted((one, other) =>
      local(one) < local(other) ? -1 : local(one) > local(other) ? 1 : one - other,
    );
    expect(local(sorted[8] ?? 0)).toBe(local(sorted[9] ?? 0));
    for (const order of [sorted, sorted.toReversed()]) {
      const read = timeReader({ format: 'iso', zone: 'Europe/Berlin' });
      expect(order.map(atS => read(local(atS), ''))).toMatchObject(order.map(atS => ({ atS })));
    }
  });

  it('says which format has a day that this one has not', () => {
    expect(at('DD/MM/YYYY HH:mm', '10/13/2026 00:00')).toContain(
      '(of the format "MM/DD/YYYY HH:mm" it is one)',
    );
    expect(at('M/D/YYYY', '13/10/2026')).toContain('"D/M/YYYY"');
    expect(at('DD/MM/YYYY', '32/13/2026')).toMatch(/exist is allowed$/);
  });

  it('and of each series by its own', () => {
    const clock = localClock('Europe/Berlin');
    const read = timeReader({ format: 'iso', zone: 'Europe/Berlin' });
    for (const atS of hours('2026-10-24T22:00:00Z', 40)) {
      for (const series of ['a', 'b'])
        expect(read(clock.local(atS).slice(0, 19), series)).toMatchObject({ atS });
    }
  });

  it('says what is wrong with a pattern or a zone', () => {
    for (const good of ['iso', 'unix', 'DD.MM.YYYY', 'YY-M-D H:mm:ss'])
      expect(patternMistake(good)).toBeUndefined();
    for (const bad of ['', 'HH:mm', 'YYYY-MM', 'YYYY-MM-DD-DD'])
      expect(patternMistake(bad)).toContain('is allowed');
    expect(zoneMistake('Europe/Berlin')).toBeUndefined();
    for (const bad of ['Mars/Base', '+02:00', '']) expect(zoneMistake(bad)).toContain('is allowed');
  });
});
