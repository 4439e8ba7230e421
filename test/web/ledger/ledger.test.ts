import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../host/api/contract.ts';
import {
  type Account,
  bandsOf,
  daysOf,
  percentOf,
  receivedShare,
  sumOf,
} from '../../../web/ledger/ledger.ts';

const account: Account = {
  expectedS: 86_400,
  receivedS: 86_280,
  lateS: 0,
  backdatedS: 0,
  pendingS: 0,
  lostS: 120,
  lost: [{ reason: 'timeout', seconds: 120 }],
  estimatedS: 0,
  estimatedWh: 0,
  failedSamples: {},
};

const ledger: Ledger = {
  zone: 'UTC',
  nowMs: 172_800_000,
  startMs: [0, 86_400_000],
  endMs: [86_400_000, 172_800_000],
  meters: [
    {
      meter: 'attic.main',
      gateway: 'attic',
      firstMs: 0,
      untilMs: 172_800_000,
      expectedS: [100, 200],
      receivedS: [60, 200],
      lateS: [10, 0],
      backdatedS: [0, 5],
      pendingS: [10, 0],
      lostS: { crc: [10, 0], timeout: [20, 0] },
      windows: [6, 20],
      failedSamples: { crc: [0, 3] },
      estimatedS: [30, 0],
      importEstimatedWh: [2.5, 0],
      exportEstimatedWh: [null, null],
    },
  ],
  gateways: [],
};

describe('the accounts of a ledger', () => {
  it('tell each day with its reasons, most first, and add up', () => {
    const [meter] = ledger.meters;
    if (meter === undefined) throw new Error('no meter');
    const days = daysOf(ledger, meter);
    expect(days[0]).toMatchObject({
      lostS: 30,
      lost: [
        { reason: 'timeout', seconds: 20 },
        { reason: 'crc', seconds: 10 },
      ],
      estimatedWh: 2.5,
      failedSamples: {},
    });
    expect(sumOf(days)).toMatchObject({ expectedS: 300, receivedS: 260, lostS: 30, pendingS: 10 });
    expect(sumOf(days).failedSamples).toEqual({ crc: 3 });
    expect(receivedShare(sumOf([]))).toBeNull();
  });

  it('never say 100 % where a second is lost', () => {
    expect(percentOf(1)).toEqual({ value: 100, decimals: 0 });
    expect(percentOf(0.29)).toEqual({ value: 29, decimals: 0 });
    expect(percentOf(receivedShare(account) ?? 0)).toEqual({ value: 99.86, decimals: 2 });
    expect(percentOf((86_400 * 365 - 1) / (86_400 * 365))).toEqual({ value: 99.99, decimals: 2 });
  });

  it('do not count what may still come as lost', () => {
    expect(receivedShare({ ...account, receivedS: 43_200, lostS: 0, pendingS: 43_200 })).toBe(1);
    expect(receivedShare({ ...account, receivedS: 0, lostS: 0, pendingS: 86_400 })).toBeNull();
  });
});

describe('a drawn day', () => {
  it('shows every part that is there, in its order, and fills no more than what was expected', () => {
    const part = fc.nat({ max: 21_600 });
    const parts = fc.tuple(part, part, part, part);
    fc.assert(
      fc.property(parts, ([inTime, lateS, lostS, pendingS]) => {
        const receivedS = inTime + lateS;
        const expectedS = receivedS + lostS + pendingS;
        const bands = bandsOf({ ...account, expectedS, receivedS, lateS, lostS, pendingS }, 86_400);
        const seconds = {
          received: inTime,
          late: lateS,
          lost: lostS,
          pending: pendingS < 300 ? 0 : pendingS,
        };
        expect(bands.map(({ kind }) => kind)).toEqual(
          (['received', 'late', 'lost', 'pending'] as const).filter(kind => seconds[kind] > 0),
        );
        let top = 0;
        for (const { from, to } of bands) {
          expect(from).toBeCloseTo(top, 9);
          expect(to - from).toBeGreaterThanOrEqual(0.03 - 1e-9);
          top = to;
        }
        const drawnS = expectedS - pendingS + seconds.pending;
        expect(top).toBeCloseTo(drawnS === 0 ? 0 : Math.max(drawnS / 86_400, 0.12), 9);
      }),
    );
  });

  it('keeps two lost minutes to be seen', () => {
    const [received, lost] = bandsOf(account, 86_400);
    expect(received).toMatchObject({ kind: 'received', from: 0 });
    expect(lost).toMatchObject({ kind: 'lost', to: 1 });
    expect((lost?.to ?? 0) - (lost?.from ?? 0)).toBeGreaterThan(0.1);
    expect(received?.to).toBeCloseTo(lost?.from ?? 0);
  });
});
