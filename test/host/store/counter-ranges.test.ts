import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantities } from '#core/quantities.ts';
import { growthsOf } from '../../../host/counters/growths.ts';
import { spread } from '../../../host/counters/spread.ts';
import { ruleOf } from '../../../host/store/counter-slots.ts';
import { counterWindow, memoryStore } from './memory-store.ts';

const t0 = Date.UTC(2026, 0, 1);
const startS = t0 / 1000;
const scale = 10 ** quantities.energyImportWh.decimals;
const windowS = 60;
const count = 30 * 60;

/** Something that happens to a counter of which nothing else is odd for hours around. */
const happening = fc.record({
  kind: fc.constantFrom('outage', 'reset', 'glitch', 'replaced', 'still'),
  /** Minutes. */
  lasts: fc.integer({ min: 1, max: 100 }),
  at: fc.integer({ min: 0, max: 59 }),
});

interface Minute {
  readonly at: number;
  readonly value: number;
  readonly serial?: string;
}

/** Readings of a day and more, minute by minute; every fifth hour something happens. */
function readingsOf(happenings: readonly { kind: string; lasts: number; at: number }[]): Minute[] {
  const minutes: Minute[] = [];
  let [value, shown, serials] = [5000, 5000, 0];
  for (let at = 0; at < count; at++) {
    const each = happenings[Math.floor(at / 300)];
    const since = each === undefined ? -1 : at - Math.floor(at / 300) * 300 - 60 - each.at;
    const { kind, lasts } = each ?? { kind: 'none', lasts: 0 };
    const isNow = since >= 0 && since < lasts;
    value += 3 + (at % 4);
    if (kind === 'reset' && since === 0) value = 2;
    if (kind === 'replaced' && since === 0) value += 70_000;
    if (kind === 'outage' && isNow) continue;
    if (!(kind === 'still' && isNow && since < 14)) shown = value;
    const isTold = at === 0 || (kind === 'replaced' && since === Math.min(lasts, 60));
    const read = kind === 'glitch' && isNow && since < 3 ? 9 : shown;
    minutes.push({ at, value: read, ...(isTold && { serial: `S${serials++}` }) });
  }
  return minutes;
}

test('any part of a range has the growth that the whole history has there, from windows and from tiers', async () => {
  const ranges = fc.array(
    fc.tuple(fc.integer({ min: 0, max: count / 15 - 2 }), fc.integer({ min: 1, max: 40 })),
    { minLength: 12, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 6, maxLength: 6 }),
      ranges,
      async (happenings, asked) => {
        const { store, write } = await memoryStore('UTC');
        const minutes = readingsOf(happenings);
        await write(
          minutes.map(({ at, value, serial }) => ({
            ...counterWindow(t0 + at * 60_000, value, windowS),
            ...(serial !== undefined && { serial }),
          })),
        );
        const told = minutes.filter(({ serial }) => serial !== undefined);
        const replaced = told.slice(1).map(({ at }, index) => {
          const atS = startS + (at + 1) * 60;
          return { fromS: Math.max(startS + ((told[index]?.at ?? 0) + 1) * 60, atS - 4500), atS };
        });
        const series = {
          number: 1,
          quantity: 'energyImportWh',
          firstS: 0,
          endS: 0,
          longestS: windowS,
        } as const;
        const rule = ruleOf({
          ...series,
          largestW: undefined,
          replacements: replaced.map(each => ({ ...each, before: '', after: '' })),
        });
        const readings = minutes.map(({ at, value }) => ({
          endS: startS + (at + 1) * 60,
          value: value * scale,
          windowS,
        }));
        const { growths } = growthsOf(readings, rule);
        for (const isBuilt of [false, true]) {
          if (isBuilt) await store.upkeep();
          // In quarters of an hour: what lies between these is shared out by time.
          for (const [from, length] of asked.map(([at, quarters]) => [15 * at, 15 * quarters] as const)) {
            const [fromMs, toMs] = [t0 + from * 60_000, t0 + (from + length) * 60_000];
            const { periods } = await store.totals({ meter: 'attic.main', fromMs, toMs, period: 'all' });
            const { amount, estimated } = spread([fromMs / 1000, toMs / 1000], growths);
            const [period] = periods;
            expect([isBuilt, from, length, period?.importWh, period?.importEstimatedWh]).toEqual([
              isBuilt,
              from,
              length,
              (amount[0] as number) / scale,
              (estimated[0] as number) / scale,
            ]);
          }
        }
        await store.close();
      },
    ),
    { numRuns: 3, endOnFailure: true },
  );
});
