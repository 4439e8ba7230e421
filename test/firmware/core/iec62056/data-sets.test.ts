import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataSetReader } from '#core/iec62056/data-sets.ts';
import { textUnit } from '#core/iec62056/units.ts';
import { bytesOf } from './text-stream.ts';

function read(text: string): string[] {
  const reader = new DataSetReader();
  const bytes = bytesOf(text);
  reader.reset(bytes, 0, bytes.length);
  const found: string[] = [];
  while (reader.next())
    found.push(`${reader.obis} ${reader.isNumber ? '=' : '~'} ${reader.text} ${reader.unit}`);
  if (reader.errorAt >= 0) found.push(`wrong at ${reader.errorAt}`);
  return found;
}

describe('a data set', () => {
  it('is known by its full code and by a reduced one', () => {
    const codes: [string, string][] = [
      ['1-0:1.8.0*255', '1-0:1.8.0*255'],
      ['1-1:1.8.0', '1-1:1.8.0*255'],
      ['1.8.0', '1-0:1.8.0*255'],
      ['16.7', '1-0:16.7.0*255'],
      ['1.8.0*01', '1-0:1.8.0*1'],
      ['1.8*01', '1-0:1.8.0*1'],
      ['1.8.1&02', '1-0:1.8.1*2'],
      ['C.1.0', '0-0:96.1.0*255'],
      ['0-0:C.51.2*03', '0-0:96.51.2*3'],
      ['F.F', '0-0:97.97.0*255'],
      ['F.F.0*255', '0-0:97.97.0*255'],
      ['1-0:L.1', '1-0:98.1.0*255'],
    ];
    for (const [code, full] of codes) expect(read(`${code}(1)`)).toEqual([`${full} = 1 `]);
  });

  it('of a code that is no OBIS code keeps it as it is', () => {
    for (const code of [
      'F',
      '1-0:1',
      '1-0:256.8.0',
      '1.8.0*',
      '1..8',
      'CC.1',
      '1C.1',
      '1.8.0.0',
      'a.b',
      '1-1.8.0',
    ])
      expect(read(`${code}(1)`)).toEqual([`${code} = 1 `]);
  });

  it('has its value where its kind has it', () => {
    expect(read('0-1:24.2.1(101209112500W)(12785.123*m3)')).toEqual(['0-1:24.2.1*255 = 12785.123 m3']);
    expect(read('1-0:1.6.0(08.796*kW)(260102010000)')).toEqual(['1-0:1.6.0*255 = 8.796 kW']);
    expect(read('0-1:24.3.0(120517020000)(08)(60)(1)(0-1:24.2.1)(m3)\r\n(00124.477)')).toEqual([
      '0-1:24.3.0*255 = 124.477 m3',
    ]);
    expect(read('P.98(ZST10)(00)')).toEqual(['0-0:99.98.0*255 = 0 ']);
    expect(read('6.8(0029.055*MWh)6.26(01589.28*m3)9.4(088*C&082*C)')).toEqual([
      '1-0:6.8.0*255 = 29.055 MWh',
      '1-0:6.26.0*255 = 1589.28 m3',
      '1-0:9.4.0*255 = 88 C&082*C',
    ]);
  });

  it('is a number where it is one in full', () => {
    const numbers = ['0', '000.10', '-12.5', '+3', '  7.5', '123456789012345678901234567890.12'];
    expect(numbers.map(text => read(`1.7.0(${text}*kW)`)[0]?.split(' ').slice(1, 3).join(' '))).toEqual([
      '= 0',
      '= 0.10',
      '= -12.5',
      '= 3',
      '= 7.5',
      '= 123456789012345678901234567890.12',
    ]);
    for (const text of ['', '-', '.5', '5.', '1.2.3', '1e5', '0x1', '1 2', '--1', ':::'])
      expect(read(`1.7.0(${text}*kW)`)).toEqual([`1-0:1.7.0*255 ~ ${text} kW`]);
  });

  it('keeps every digit of any decimal', () => {
    const digits = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
    fc.assert(
      fc.property(digits, fc.integer({ min: 0, max: 9 }), (value, decimals) => {
        const text = String(value < 0n ? -value : value).padStart(decimals + 1, '0');
        const sign = value < 0n ? '-' : '';
        const shown =
          decimals === 0 ? sign + text : `${sign}${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
        expect(read(`1.8.0(${sign}000${shown.replace('-', '')}*kWh)`)).toEqual([
          `1-0:1.8.0*255 = ${shown} kWh`,
        ]);
      }),
      { seed: 20_261_121, numRuns: 1000 },
    );
  });

  it('stops at a wrong form and tells where', () => {
    expect(read('1.7.0(1*W)\r\n2.7.0')).toEqual(['1-0:1.7.0*255 = 1 W', 'wrong at 17']);
  });

  it('has a unit of the vocabulary at a power of ten', () => {
    expect(textUnit('kWh')).toEqual({ unit: 'Wh', shift: 3 });
    expect(textUnit('toString')).toBeUndefined();
  });
});
