import { describe, expect, test } from 'vitest';
import {
  flashErasesMost,
  journalShare,
  journalTone,
  memoryOf,
  paceOf,
  signalOf,
  startTone,
  wearOf,
} from '../../../web/gateways/gateway-health.ts';

describe('the health of a gateway', () => {
  test('is judged by what it means, not by bare figures', () => {
    expect([-40, -60, -61, -70, -71, -80, -81].map(dbm => signalOf(dbm).is)).toEqual([
      ...['strong', 'strong', 'good', 'good', 'weak', 'weak', 'poor'],
    ]);
    expect([90_000, 39_999, 19_999].map(bytes => memoryOf(bytes).tone)).toEqual(['well', 'warn', 'bad']);
    expect([3, 251, 1001].map(ms => paceOf(ms).is)).toEqual(['quick', 'slow', 'late']);
    expect(startTone('brownOut')).toBe('warn');
    expect(startTone('restart')).toBe('well');
  });

  test('names worn flash while years are left, and a block that failed at once', () => {
    expect(wearOf(flashErasesMost / 2 - 1, 0).is).toBe('fresh');
    expect(wearOf(flashErasesMost / 2, 0)).toEqual({ is: 'worn', tone: 'warn' });
    expect(wearOf(1, 1)).toEqual({ is: 'failing', tone: 'bad' });
  });

  test('tells how full its journal is, and that something was lost', () => {
    const journal = { records: 5, bytes: 50, capacityBytes: 100, dropped: 0 };
    expect(journalShare(journal)).toBe(0.5);
    expect(journalShare({ ...journal, capacityBytes: 0 })).toBe(0);
    expect(journalTone(journal)).toBe('well');
    expect(journalTone({ ...journal, bytes: 80 })).toBe('warn');
    expect(journalTone({ ...journal, dropped: 1 })).toBe('bad');
  });
});
