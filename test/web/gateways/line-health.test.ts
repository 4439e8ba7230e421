import { describe, expect, it } from 'vitest';
import * as core from '#core/wire/diagnosis.ts';
import {
  aimOf,
  aimShare,
  type Head,
  inOrder,
  latencyBoundsMs,
  medianClass,
  surenessOf,
} from '../../../web/gateways/line-health.ts';
import { de } from '../../../web/i18n/de.ts';
import { en } from '../../../web/i18n/en.ts';
import { pt } from '../../../web/i18n/pt.ts';

const head: Head = {
  windowS: 10,
  bytesPerS: 230,
  telegrams: 5,
  crcErrors: 0,
  broken: 0,
  format: 'sml',
  lastError: null,
  isReduced: false,
};

describe('what a gateway tells of a line', () => {
  it('has the classes of latency that the gateway counts by', () => {
    expect(latencyBoundsMs).toEqual(core.latencyBoundsMs);
  });

  it.each(Object.entries({ en, de, pt }))('has words and steps for every cause: %s', (_id, words) => {
    const { causes } = words.gatewayPages.doctor;
    expect(Object.keys(causes).sort()).toEqual([...core.lineCauses].sort());
    for (const { steps } of Object.values(causes)) expect(steps.length).toBeGreaterThan(0);
  });

  it('is answered in the class of the middle answer', () => {
    expect(medianClass([0, 0, 0])).toBeNull();
    expect(medianClass([])).toBeNull();
    expect(medianClass([5, 0, 0])).toBe(0);
    expect(medianClass([1, 2, 1])).toBe(1);
    expect(medianClass([2, 1, 2])).toBe(1);
    expect(medianClass([1, 1, 3])).toBe(2);
  });

  it('names the surest cause first, and the line before a meter', () => {
    const causes = [
      { code: 'noAnswer', address: 3, sureness: 0.6 },
      { code: 'noise', sureness: 0.6 },
      { code: 'wrongBaud', sureness: 0.9 },
      { code: 'portClosed' },
    ] as const;
    expect(inOrder(causes).map(({ code }) => code)).toEqual(['wrongBaud', 'noise', 'noAnswer', 'portClosed']);
    expect(causes.map(surenessOf)).toEqual(['middle', 'middle', 'high', 'middle']);
    expect(surenessOf({ code: 'noise', sureness: 0.2 })).toBe('low');
  });
});

describe('the aim of a head', () => {
  const heads: readonly [is: string, head: Head | undefined][] = [
    ['waiting', undefined],
    ['dark', { ...head, bytesPerS: 0, telegrams: 0 }],
    ['turn', { ...head, telegrams: 0 }],
    ['turn', { ...head, telegrams: 0, crcErrors: 4, broken: 2 }],
    ['almost', { ...head, telegrams: 3, crcErrors: 2 }],
    ['almost', { ...head, telegrams: 3, broken: 1, isReduced: true }],
    ['pin', { ...head, isReduced: true }],
    ['good', { ...head, telegrams: 4, crcErrors: 1 }],
    ['good', head],
    // Telegrams of the last seconds are good, and none has come in this one.
    ['good', { ...head, bytesPerS: 0 }],
  ];
  it.each(heads)('is %s', (is, given) => {
    expect(aimOf(given)).toBe(is);
  });

  it('is told by a tone that rises with it', () => {
    const shares = [
      undefined,
      { ...head, telegrams: 0 },
      { ...head, telegrams: 1, broken: 4 },
      { ...head, telegrams: 3, broken: 2 },
      head,
    ].map(aimShare);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(new Set(shares).size).toBe(shares.length);
    expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
  });
});
