import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantities } from '#core/quantities.ts';
import type { WindowRecord } from '#core/wire/records.ts';
import { growthsOf } from '../../../host/counters/growths.ts';
import { spread } from '../../../host/counters/spread.ts';
import { ruleOf } from '../../../host/store/counter-slots.ts';
import { Store } from '../../../host/store/store.ts';
import type { Period } from '../../../host/store/types.ts';
import { batchOf, counterWindow } from './memory-store.ts';

const meter = 'attic.main';
const series = 'attic.main.energyImportWh';
const scale = 10 ** quantities.energyImportWh.decimals;
/** Clocks in Berlin go from 2 to 3 in these hours, in Lord Howe by half an hour a week later. */
const startMs = Date.UTC(2026, 2, 28, 16);
const startS = startMs / 1000;
const count = 20 * 60;
const rule = ruleOf({
  number: 1,
  quantity: 'energyImportWh',
  firstS: 0,
  endS: 0,
  longestS: 60,
  largestW: undefined,
  replacements: [],
});

interface Course {
  readonly windowS: number;
  readonly growths: readonly number[];
  readonly gaps: readonly { readonly at: number; readonly length: number }[];
  readonly resetAt: number | null;
}

/** Windows of a counter that grows minute by minute, of which some are missing, alone or for hours; at `resetAt` it begins again. */
const courses: fc.Arbitrary<Course> = fc.record({
  windowS: fc.constantFrom(60, 60, 300, 900),
  growths: fc.array(fc.nat(400), { minLength: 12, maxLength: 40 }),
  gaps: fc.array(fc.record({ at: fc.nat(count), length: fc.integer({ min: 1, max: 200 }) }), {
    minLength: 3,
    maxLength: 9,
  }),
  resetAt: fc.option(fc.integer({ min: 100, max: count - 100 })),
});

function windowsOf({ windowS, growths, gaps, resetAt }: Course): WindowRecord[] {
  const windows: WindowRecord[] = [];
  let value = 4000;
  for (let at = 0; at < count; at++) {
    value = at === resetAt ? 0 : value + (growths[at % growths.length] as number) / 10;
    const endMs = startMs + (at + 1) * 60_000;
    const isMissing = gaps.some(gap => at >= gap.at && at < gap.at + gap.length);
    if (isMissing || (endMs / 1000) % windowS !== 0) continue;
    windows.push(counterWindow(endMs - windowS * 1000, Math.round(value * scale) / scale, windowS));
  }
  return windows;
}

const endS = ({ startMs, windowS }: WindowRecord): number => startMs / 1000 + windowS;

/** What lies in a stretch, by windows alone. */
function byHand(windows: readonly WindowRecord[], fromS: number, toS: number) {
  const readings = windows.map(each => {
    const [value] = each.values;
    return { endS: endS(each), value: Math.round((value?.last ?? 0) * scale), windowS: each.windowS };
  });
  const { amount, estimated } = spread([fromS, toS], growthsOf(readings, rule).growths);
  const measuredS = windows.reduce(
    (sum, each) => sum + Math.max(Math.min(endS(each), toS) - Math.max(each.startMs / 1000, fromS), 0),
    0,
  );
  const [wh = 0, estimatedWh = 0] = [amount[0], estimated[0]].map(steps => (steps ?? 0) / scale);
  return { wh, estimatedWh, coverage: measuredS / (toS - fromS) };
}

const edges = fc.tuple(fc.integer({ min: -900, max: count * 60 }), fc.integer({ min: 1, max: 9000 }));

test('any stretch, cut where it may be, has the energy and the coverage of its windows', async () => {
  await fc.assert(
    fc.asyncProperty(courses, fc.array(edges, { minLength: 15, maxLength: 15 }), async (course, asked) => {
      const windows = windowsOf(course);
      const site = await siteOf('UTC', windows);
      for (const isBuilt of [false, true]) {
        if (isBuilt) await site.store.upkeep();
        for (const [at, lengthS] of asked) {
          const [fromS, toS] = [startS + at, startS + at + lengthS];
          const { wh, estimatedWh, coverage } = byHand(windows, fromS, toS);
          const [period] = await site.totals(fromS, toS, 'all');
          const isUnknown = wh === 0 && coverage === 0;
          expect([isBuilt, at, lengthS, period?.importWh, period?.importEstimatedWh]).toEqual([
            isBuilt,
            at,
            lengthS,
            isUnknown ? null : wh,
            isUnknown ? null : estimatedWh,
          ]);
          expect(period?.coverage).toBeCloseTo(coverage, 9);
          const figures = await site.store.statistics(series, fromS * 1000, toS * 1000);
          expect([figures.growth, figures.coverage]).toEqual([period?.importWh, period?.coverage]);
        }
      }
      await site.store.close();
    }),
    { numRuns: 2, endOnFailure: true },
  );
});

test('buckets of every length, hours and days add up to the total, in zones whose clocks change', async () => {
  await fc.assert(
    fc.asyncProperty(
      courses,
      fc.constantFrom('Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe'),
      fc.array(edges, { minLength: 3, maxLength: 3 }),
      async (course, zone, asked) => {
        const windows = windowsOf(course);
        const site = await siteOf(zone, windows);
        for (const isBuilt of [false, true]) {
          if (isBuilt) await site.store.upkeep();
          for (const [at, lengthS] of asked) {
            const range = { fromMs: (startS + at) * 1000, toMs: (startS + at + 5 * lengthS) * 1000 };
            for (const points of [2, 7, 40, 10_000]) {
              const { bucketMs, startMs, delta, estimated, coverage } = await site.store.readings({
                series,
                ...range,
                points,
              });
              const bucketS = bucketMs / 1000;
              const fromS = Math.floor(range.fromMs / bucketMs) * bucketS;
              const toS = Math.ceil(range.toMs / bucketMs) * bucketS;
              const [period] = await site.totals(fromS, toS, 'all');
              const grown = delta.map(wh => wh ?? 0);
              expect(sum(grown)).toBeCloseTo(period?.importWh ?? 0, 6);
              expect(sum(grown.map((wh, index) => wh * (estimated[index] as number)))).toBeCloseTo(
                period?.importEstimatedWh ?? 0,
                6,
              );
              expect((sum(coverage) * bucketS) / (toS - fromS)).toBeCloseTo(period?.coverage ?? 0, 9);
              expect(startMs.every((ms, index) => index === 0 || ms > (startMs[index - 1] as number))).toBe(
                true,
              );
            }
          }
          for (const period of ['hour', 'day'] as const) {
            const parts = await site.totals(startS, startS + count * 60, period);
            const [fromS, toS] = [parts[0]?.startMs ?? 0, parts.at(-1)?.endMs ?? 0].map(ms => ms / 1000);
            const [whole] = await site.totals(fromS ?? 0, toS ?? 0, 'all');
            expect(sum(parts.map(({ importWh }) => importWh ?? 0))).toBeCloseTo(whole?.importWh ?? 0, 6);
            expect(whole).toMatchObject({ importWh: byHand(windows, fromS ?? 0, toS ?? 0).wh });
          }
        }
        await site.store.close();
      },
    ),
    { numRuns: 2, endOnFailure: true },
  );
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

async function siteOf(zone: string, windows: readonly WindowRecord[]) {
  const store = await Store.open({ zone, upkeepMs: 0, nowMs: () => startMs + (count + 60) * 60_000 });
  const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence: windows.length }];
  const given = windows.map(record => ({ gateway: 'attic', record }));
  await store.commit(batchOf(store, { windows: given, watermarks }));
  const totals = async (fromS: number, toS: number, period: Period) =>
    (await store.totals({ meter, fromMs: fromS * 1000, toMs: toS * 1000, period })).periods;
  return { store, totals };
}
