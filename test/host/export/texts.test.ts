import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvText } from '../../../host/export/csv-text.ts';
import { decimalText } from '../../../host/export/decimal-text.ts';
import { exportFileName } from '../../../host/export/file-name.ts';
import { localClock } from '../../../host/export/local-time.ts';

describe('a text in a CSV', () => {
  it.each([
    ['The house', 'The house'],
    ['', ''],
    ['=1+1', "'=1+1"],
    ['+49 171', "'+49 171"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '"\'\t\'=1"'],
    ['\r=1', '"\'\r\'=1"'],
    ['\n=1', '"\'\n\'=1"'],
    ['a;=1+1', "a;'=1+1"],
    ['a; b - c;-', "a; b - c;'-"],
    ['＝1+1', "'＝1+1"],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ['a "b", c', '"a ""b"", c"'],
    ['two\nlines', '"two\nlines"'],
  ])('%j is written as %s', (text, written) => {
    expect(csvText(text)).toBe(written);
  });
});

it('a whole number of steps is written as exactly the decimal number it stands for', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 6 }), (steps, decimals) => {
      const text = decimalText(steps, decimals);
      const [whole = '', part = ''] = text.split('.');
      expect(BigInt(whole + part.padEnd(decimals, '0'))).toBe(BigInt(steps));
      expect(text).toMatch(/^-?\d+(\.\d*[1-9])?$/);
    }),
  );
  expect(decimalText(-5, 3)).toBe('-0.005');
  expect(decimalText(9_000_000_000_000_001, 4)).toBe('900000000000.0001');
});

describe('the clock of a site', () => {
  const golden = [
    ['Europe/Berlin', '2026-03-29T00:59:59Z', '2026-03-29T01:59:59+01:00'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29T03:00:00+02:00'],
    ['Europe/Berlin', '2026-10-25T00:59:50Z', '2026-10-25T02:59:50+02:00'],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00+01:00'],
    ['America/St_Johns', '2026-01-01T00:00:00Z', '2025-12-31T20:30:00-03:30'],
    ['Asia/Kathmandu', '2026-01-01T00:00:00Z', '2026-01-01T05:45:00+05:45'],
    ['UTC', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00+00:00'],
  ] as const;
  it.each(golden)('%s at %s shows %s', (zone, utc, local) => {
    const atS = Date.parse(utc) / 1000;
    expect(localClock(zone).utc(atS)).toBe(utc);
    expect(localClock(zone).local(atS)).toBe(local);
  });

  it('always shows the instant it was given, in whatever order they come', () => {
    const clocks = ['Europe/Berlin', 'Australia/Lord_Howe', 'America/New_York'].map(localClock);
    const atS = fc.integer({ min: Date.UTC(2000, 0) / 1000, max: Date.UTC(2099, 0) / 1000 });
    fc.assert(
      fc.property(atS, fc.constantFrom(...clocks), (at, clock) => {
        expect(Date.parse(clock.local(at)) / 1000).toBe(at);
      }),
    );
  });
});

it('the name of a file has the range by the clocks of the site', () => {
  const clock = localClock('Europe/Berlin');
  const name = (from: string, to: string) =>
    exportFileName(clock, { fromMs: Date.parse(from), toMs: Date.parse(to), what: '15min', form: 'csv' });
  expect(name('2025-12-31T23:00:00Z', '2026-06-30T22:00:00Z')).toBe(
    'joulegate_2026-01-01_2026-07-01_15min.csv',
  );
  expect(name('2026-01-01T00:00:00Z', '2026-01-01T10:30:00Z')).toBe(
    'joulegate_2026-01-01T0100_2026-01-01T1130_15min.csv',
  );
});
