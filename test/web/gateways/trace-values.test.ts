import { describe, expect, it } from 'vitest';
import type { TraceMeaning } from '../../../host/api/contract.ts';
import { frameText, type TraceFrame } from '../../../web/gateways/frame-words.ts';
import { shownValues } from '../../../web/gateways/trace-values.ts';
import { de } from '../../../web/i18n/de.ts';
import { en } from '../../../web/i18n/en.ts';

const frame = (is: TraceFrame['is'], hex: string, meaning: Partial<TraceMeaning>): TraceFrame => ({
  ticksMs: 0,
  is,
  hex,
  bytes: hex.length / 2,
  meaning: { kind: 'answer', meters: [], values: [], ...meaning },
});

const shown = (values: TraceMeaning['values'], locale = 'en', words = en) =>
  shownValues(frame('answer', '', { values }), locale, words).map(({ name, text, code }) =>
    [name, text.replaceAll('\u202f', ' '), code].join(' | '),
  );

describe('the values of a frame', () => {
  it('are shown with all their digits, their unit and where they lie', () => {
    const value = { of: 'quantity', name: 'voltageL1V', value: '231.68', unit: 'V', register: 0 } as const;
    expect(shown([value])).toEqual(['Voltage L1 | 231.68 V | 0x0000']);
    expect(shown([value], 'de', de)).toEqual(['Spannung L1 | 231,68 V | 0x0000']);
    expect(shown([{ ...value, value: null }])).toEqual(['Voltage L1 | not available | 0x0000']);
    // More digits than a double holds for certain stay as they came.
    expect(shown([{ ...value, value: '12345678901234567.5' }])[0]).toContain('12345678901234567.5');
  });

  it('of a telegram have the names of what is known, and else those of their code', () => {
    const obis = (name: string, value: string, unit: string, label: string) =>
      ({ of: 'obis', name, label, value, unit }) as const;
    expect(
      shown([
        obis('1-0:16.7.0*255', '-250.4', 'W', 'Power'),
        obis('1-0:96.5.0*255', '1c0104', '', 'Status word'),
        obis('1-0:99.1.2*255', '7', '', ''),
      ]),
    ).toEqual([
      'Power | −250.4 W | 1-0:16.7.0*255',
      'Status word | 1c0104 | 1-0:96.5.0*255',
      '1-0:99.1.2*255 | 7 | 1-0:99.1.2*255',
    ]);
  });

  it('say who a meter is', () => {
    expect(shown([{ of: 'identity', name: 'serial', value: '0123', unit: '', register: 0x5000 }])).toEqual([
      'Serial number | 0123 | 0x5000',
    ]);
  });
});

const { frame: words } = en.gatewayPages.trace;

it.each([
  [
    'request',
    '0306000200092811',
    { kind: 'request', register: 2, command: command('9') },
    'writes to 3: Address = 9',
  ],
  [
    'answer',
    '0306000200092811',
    { kind: 'answer', register: 2, command: command('9') },
    '3 has written: Address = 9',
  ],
  [
    'foreign',
    '010400000050f036',
    { kind: 'request', isOtherMaster: true },
    'another master asks 1 for 80 input registers from 0x0000',
  ],
  ['foreign', '01040443661999b5ca', { kind: 'answer', isOtherMaster: true }, '1 gives 4 bytes'],
  [
    'exception',
    '038402c0f1',
    { kind: 'exception', register: 16 },
    '3 refuses: no such register (from 0x0010)',
  ],
  ['telegram', '1b1b1b1b01010101', { kind: 'telegram', format: 'sml' }, 'SML, 0 values'],
  ['request', '2f3f210d0a', { kind: 'request' }, '/?!'],
] as const)('a %s of bytes %s is told in words', (is, hex, meaning, text) => {
  expect(frameText(frame(is, hex, meaning), words)).toBe(text);
});

function command(value: string) {
  return { id: 'address', name: 'Address', value, unit: '' };
}
