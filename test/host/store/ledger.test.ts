import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Reason, reasons } from '#core/wire/reasons.ts';
import { encodeRecord } from '#core/wire/records.ts';
import type { LedgerAnswer } from '../../../host/store/ledger.ts';
import type { GatewayClaim } from '../../../host/store/ledger-ask.ts';
import { Store } from '../../../host/store/store.ts';

/** Saturday evening in Berlin; on Sunday clocks went from 2 to 3. */
const t0S = Date.UTC(2026, 2, 28, 20) / 1000;
const dayBoundsS = [
  Date.UTC(2026, 2, 27, 23) / 1000,
  Date.UTC(2026, 2, 28, 23) / 1000,
  Date.UTC(2026, 2, 29, 22) / 1000,
  Date.UTC(2026, 2, 30, 22) / 1000,
];
const spanS = 40 * 3600;
const meterIds = ['main', 'solar'] as const;

interface GivenWindow {
  readonly meter: (typeof meterIds)[number];
  readonly startS: number;
  readonly windowS: number;
  readonly delayS: number;
  readonly isBackdated: boolean;
  /** Why it has no value; undefined where it has. */
  readonly reason: Reason | undefined;
  readonly tries: number;
}

interface GivenLoss {
  readonly fromS: number;
  readonly toS: number;
  readonly records: number;
}

const windowsOf = (lengthsS: readonly number[], most: number) =>
  fc.array(
    fc.record({
      meter: fc.constantFrom(...meterIds),
      windowS: fc.constantFrom(...lengthsS),
      place: fc.integer({ min: 0, max: 1_000_000 }),
      delayS: fc.constantFrom(0, 3, 120, 121, 9000),
      isBackdated: fc.boolean(),
      reason: fc.option(fc.constantFrom<Reason>('timeout', 'crc', 'offline', 'clock'), { nil: undefined }),
      tries: fc.integer({ min: 1, max: 5 }),
      run: fc.integer({ min: 1, max: 12 }),
    }),
    { minLength: 1, maxLength: most },
  );

/** Runs of windows at random places, overlapping each other, some of them twice. */
const someWindows = fc
  .tuple(windowsOf([300, 700, 900], 14), windowsOf([1, 7, 10, 60], 14))
  .map(([long, short]) =>
    [...long, ...short].flatMap(({ place, run, ...window }) => {
      const first = Math.ceil((t0S + ((place * 7919) % spanS)) / window.windowS) * window.windowS;
      return Array.from(
        { length: run },
        (_, index): GivenWindow => ({ ...window, startS: first + index * window.windowS }),
      );
    }),
  );

const someLosses = fc
  .array(
    fc.record({
      fromS: fc.integer({ min: t0S, max: t0S + spanS }),
      lengthS: fc.integer({ min: 1, max: 30_000 }),
      records: fc.integer({ min: 1, max: 500 }),
      isKnown: fc.boolean(),
    }),
    { maxLength: 3 },
  )
  .map(losses =>
    losses.map(({ fromS, lengthS, records, isKnown }) =>
      isKnown ? { fromS, toS: fromS + lengthS, records } : { fromS: 0, toS: 0, records },
    ),
  );

async function world() {
  const clock = { nowMs: t0S * 1000 };
  const store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0, nowMs: () => clock.nowMs });
  let sequence = 0;
  return {
    store,
    clock,
    async write(windows: readonly GivenWindow[], losses: readonly GivenLoss[] = []) {
      const batch = store.batch();
      for (const { meter, startS, windowS, delayS, isBackdated, reason, tries } of windows) {
        const record = encodeRecord({
          meter,
          startMs: startS * 1000,
          windowS,
          clock: isBackdated ? 'backdated' : 'synced',
          values: reason ? [] : [{ quantity: 'energyImportWh', samples: 1, last: startS % 1000 }],
          failures: reason ? [{ reason, count: tries }] : [],
        });
        batch.add('attic', record, startS + windowS + delayS);
        sequence++;
      }
      for (const { fromS, toS, records } of losses) {
        const [from, to] = [sequence + 1, sequence + records];
        batch.losses.push({ gateway: 'attic', epoch: '00000000000000aa', from, to, fromS, toS });
        sequence += records;
      }
      batch.mark({ gateway: 'attic', epoch: '00000000000000aa', sequence });
      await store.commit(batch);
    },
    ask: (claim: Partial<GatewayClaim> = {}): Promise<LedgerAnswer> =>
      store.ledger({
        fromMs: (dayBoundsS[0] as number) * 1000,
        toMs: (dayBoundsS[3] as number) * 1000,
        nowMs: clock.nowMs,
        gateways: [{ id: 'attic', isSettled: false, windowsS: undefined, ...claim }],
      }),
  };
}

/** What the ledger says of a meter and day, as one object. */
function told({ meters, startMs }: LedgerAnswer) {
  return Object.fromEntries(
    meters.map(meter => [
      meter.meter,
      startMs.map((_, day) => ({
        expectedS: meter.expectedS[day],
        receivedS: meter.receivedS[day],
        lateS: meter.lateS[day],
        backdatedS: meter.backdatedS[day],
        pendingS: meter.pendingS[day],
        windows: meter.windows[day],
        lostS: Object.fromEntries(
          Object.entries(meter.lostS).flatMap(([reason, seconds]) =>
            seconds[day] === 0 ? [] : [[reason, seconds[day]]],
          ),
        ),
      })),
    ]),
  );
}

/** The same, counted second by second, as simply as can be. */
function counted(windows: readonly GivenWindow[], losses: readonly GivenLoss[], nowS: number) {
  const slackS = 120;
  const longestS = (meter?: string) => {
    // What never gave a value has no length that the store remembers.
    const own = windows.filter(each => (meter ?? each.meter) === each.meter && each.reason === undefined);
    return Math.max(0, ...own.map(({ windowS }) => windowS)) || 60;
  };
  const longestOfAllS = Math.max(
    ...meterIds.filter(id => windows.some(({ meter }) => meter === id)).map(longestS),
  );
  const before = windows.filter(({ startS }) => startS < nowS);
  const reachedS = Math.max(0, ...before.map(({ startS, windowS }) => Math.min(startS + windowS, nowS)));
  const days: Record<string, unknown> = {};
  for (const meter of meterIds) {
    const own = before.filter(each => each.meter === meter);
    if (own.length === 0) continue;
    const firstS = Math.min(...own.map(({ startS }) => startS));
    days[`attic.${meter}`] = dayBoundsS.slice(0, -1).flatMap((boundS, day) => {
      const endS = dayBoundsS[day + 1] as number;
      if (boundS > nowS) return [];
      const sums = { expectedS: 0, receivedS: 0, lateS: 0, backdatedS: 0, pendingS: 0, windows: 0 };
      const lostS: Record<string, number> = {};
      const mine = own.filter(({ startS, windowS }) => startS + windowS > boundS && startS < endS);
      const borders = [boundS, endS, firstS, nowS, reachedS - longestS(meter) - slackS];
      for (const { startS, windowS } of mine) borders.push(startS, startS + windowS);
      for (const { fromS, toS } of losses) borders.push(fromS - longestS(meter), toS + longestOfAllS);
      const cuts = [...new Set(borders)].filter(atS => atS >= boundS && atS <= endS).sort((a, b) => a - b);
      for (const [index, atS] of cuts.entries()) {
        const seconds = (cuts[index + 1] ?? atS) - atS;
        if (seconds === 0 || atS < firstS || atS >= nowS) continue;
        sums.expectedS += seconds;
        const here = mine.filter(({ startS, windowS }) => startS <= atS && atS < startS + windowS);
        const good = here.filter(({ reason }) => reason === undefined);
        if (good.length > 0) {
          sums.receivedS += seconds;
          if (good.every(({ delayS }) => delayS > 120)) sums.lateS += seconds;
          if (good.every(({ isBackdated }) => isBackdated)) sums.backdatedS += seconds;
          continue;
        }
        const isDropped = losses.some(
          ({ fromS, toS }) => toS > 0 && atS >= fromS - longestS(meter) && atS < toS + longestOfAllS,
        );
        const reason = here.length > 0 ? reasonOf(here) : isDropped ? 'journalOverflow' : 'notReceived';
        if (reason === 'notReceived' && atS >= reachedS - longestS(meter) - slackS) sums.pendingS += seconds;
        else lostS[reason] = (lostS[reason] ?? 0) + seconds;
      }
      const spans = mine.filter(({ reason, startS }) => reason === undefined && startS >= boundS);
      sums.windows = new Set(spans.map(({ startS, windowS }) => `${startS} ${windowS}`)).size;
      return [{ ...sums, lostS }];
    });
  }
  return days;
}

/** That of the most tries, of as many the first in the list. */
function reasonOf(windows: readonly GivenWindow[]): Reason {
  const [most] = [...windows].sort(
    (one, other) =>
      other.tries - one.tries ||
      reasons.indexOf(one.reason as Reason) - reasons.indexOf(other.reason as Reason),
  );
  return most?.reason as Reason;
}

test('every second of every meter and day is accounted for once, whatever came in whatever order', async () => {
  const given = fc.tuple(
    someWindows,
    someLosses,
    fc.integer({ min: 0, max: 48 * 3600 }),
    fc.integer({ min: 30, max: 120 }),
    fc.nat(),
  );
  await fc.assert(
    fc.asyncProperty(given, async ([windows, losses, nowAfterS, size, order]) => {
      const site = await world();
      const shuffled = windows
        .map((window, index) => ({ window, at: (index * 7919 + order) % 104_729 }))
        .sort((one, other) => one.at - other.at)
        .map(({ window }) => window);
      const chunks: GivenWindow[][] = [];
      for (let at = 0; at < shuffled.length; at += size) chunks.push(shuffled.slice(at, at + size));
      // Some of it once more, as by a journal that began anew.
      chunks.push(shuffled.slice(0, size));
      for (const [index, chunk] of chunks.entries()) {
        await site.write(chunk, index === 0 ? losses : []);
        site.clock.nowMs = (t0S + Math.floor((nowAfterS * index) / chunks.length)) * 1000;
        if (index % 3 === 1) await site.store.upkeep({ isWeekOver: index % 2 === 0 });
      }
      const nowS = t0S + nowAfterS;
      site.clock.nowMs = nowS * 1000 + 400;
      const expected = counted(windows, losses, nowS);
      const raw = await site.ask();
      expect(told(raw)).toEqual(expected);
      for (const meter of raw.meters) {
        for (const [day, expectedS] of meter.expectedS.entries()) {
          const lostS = Object.values(meter.lostS).reduce((sum, seconds) => sum + (seconds[day] ?? 0), 0);
          expect((meter.receivedS[day] ?? 0) + lostS + (meter.pendingS[day] ?? 0)).toBe(expectedS);
        }
      }
      await site.store.upkeep();
      expect(await site.ask()).toEqual(raw);
      await site.store.upkeep({ isWeekOver: true });
      expect(await site.ask()).toEqual(raw);
      await site.store.close();
    }),
    { numRuns: 3, endOnFailure: true },
  );
});
