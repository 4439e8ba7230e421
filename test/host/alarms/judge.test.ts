import fc from 'fast-check';
import { expect, it } from 'vitest';
import { civilClock } from '../../../host/alarms/civil-clock.ts';
import { type Point, type Recent, standingOf } from '../../../host/alarms/conditions.ts';
import { judgeAll, type KeptEpisode, mend } from '../../../host/alarms/episodes.ts';
import { quiet } from '../../../host/alarms/judge.ts';
import type { Condition, Operator } from '../../../host/alarms/rule.ts';

const startMs = Date.UTC(2026, 5, 1);
const windowMs = 10_000;

const clock = civilClock('Europe/Berlin');
const at = (index: number, powerW: number): Point => {
  const value = { mean: powerW, min: powerW - 1, max: powerW + 1, last: powerW };
  return {
    startMs: startMs + index * windowMs,
    endMs: startMs + (index + 1) * windowMs,
    values: { powerW: value },
  };
};
const row = (values: readonly (number | null)[]): Point[] =>
  values.flatMap((value, index) => (value === null ? [] : [at(index, value)]));

const over = (more: Partial<Extract<Condition, { kind: 'threshold' }>> = {}): Condition => ({
  kind: 'threshold',
  quantity: 'powerW',
  of: 'mean',
  operator: '>',
  limit: 100,
  hysteresis: 0,
  forS: 0,
  ...more,
});
const episodesOf = (condition: Condition, points: readonly Point[], nowMs = startMs + 3_600_000) =>
  judgeAll({ condition, clock }, quiet, undefined, points, nowMs).episodes;
const spans = (condition: Condition, values: readonly (number | null)[]) =>
  episodesOf(condition, row(values)).map(({ beganMs, endedMs }) => [
    (beganMs - startMs) / windowMs,
    endedMs === null ? null : (endedMs - startMs) / windowMs,
  ]);

it('each operator is met where it says, and nowhere else', () => {
  const met = (operator: Operator) =>
    [99, 100, 101].filter(value => episodesOf(over({ operator }), row([value])).length === 1);
  expect([met('>'), met('>='), met('<'), met('<='), met('=='), met('!=')]).toEqual([
    [101],
    [100, 101],
    [99],
    [99, 100],
    [100],
    [99, 101],
  ]);
});

it('an event begins where the limit was crossed, once it has held long enough, and tells what fired it', () => {
  expect(spans(over({ forS: 30 }), [50, 150, 160, 50, 150, 151, 152, 170, 50])).toEqual([[4, 8]]);
  expect(episodesOf(over({ forS: 30 }), row([50, 150, 151, 152, 170, 50]))).toEqual([
    {
      beganMs: startMs + 10_000,
      firedMs: startMs + 40_000,
      endedMs: startMs + 50_000,
      value: 152,
      worst: 170,
      endValue: 50,
    },
  ]);
});

it('a missing window begins the delay anew and ends no event', () => {
  expect(spans(over({ forS: 30 }), [150, 150, null, 150, 150])).toEqual([]);
  expect(spans(over({ forS: 20 }), [150, 150, null, 150, 50])).toEqual([[0, 4]]);
});

it('what is read but each minute, in one of its windows, holds until it is read again; a gap of it begins the delay anew', () => {
  const minutes = (values: readonly (number | null)[]) =>
    values.flatMap((value, minute) => (value === null ? [] : [at(6 * minute, value)]));
  const others = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...at(index, 0), values: {} })).filter(
      (_, index) => index % 6 !== 0,
    );
  const live = (points: readonly Point[]) => [...points, ...others(60)].sort((a, b) => a.startMs - b.startMs);
  const seldom = over({ forS: 120 });
  const began = (points: readonly Point[]) =>
    episodesOf(seldom, points).map(({ beganMs, firedMs }) => [
      (beganMs - startMs) / 60_000,
      (firedMs - startMs - windowMs) / 60_000,
    ]);
  for (const [values, expected] of [
    [[50, 50, 150, 150, 150, 50], [[2, 4]]],
    [[50, 50, 150, 150, 50, 50], []],
    [[50, 50, 150, 150, null, null, 150, 150, 50], []],
    [[50, 50, 150, 150, null, null, 150, 150, 150], [[6, 8]]],
  ] as const) {
    expect(began(minutes(values)), 'as it is stored').toEqual(expected);
    expect(began(live(minutes(values))), 'as windows come').toEqual(expected);
  }
});

it('what comes each quarter of an hour or each hour, about, holds until it comes again; where one did not come the delay begins anew', () => {
  const began = (everyS: number, values: readonly (number | null)[]) =>
    episodesOf(
      over({ forS: 600 }),
      // A sender's clock wanders by a tenth.
      values.flatMap((value, nth) =>
        value === null ? [] : [at((nth * everyS + (nth % 2) * Math.floor(everyS / 100) * 10) / 10, value)],
      ),
    ).map(({ beganMs, firedMs }) => [beganMs, firedMs].map(ms => Math.floor((ms - startMs) / 1000 / everyS)));
  for (const everyS of [300, 900, 3600]) {
    expect(began(everyS, [50, 50, 50, 150, 150, 150, 150, 50]), `${everyS} s`).toEqual([
      [3, everyS === 300 ? 5 : 4],
    ]);
    expect(began(everyS, [50, 50, 50, 150, null, 150, 50]), `${everyS} s`).toEqual([]);
  }
});

it('the worst of an event is the value furthest on the wrong side of its limit', () => {
  const worstOf = (condition: Condition, values: readonly (number | null)[]) =>
    episodesOf(condition, row(values)).map(({ worst }) => worst);
  expect(worstOf(over(), [150, 170, 160, 0])).toEqual([170]);
  expect(worstOf(over({ operator: '<' }), [90, 60, 70, 100])).toEqual([60]);
  expect(worstOf(over({ operator: '!=' }), [90, 60, 110, 100])).toEqual([60]);
  const measured = [...Array(60).keys()].map(index => (index < 30 ? 1 : null));
  const quality = { kind: 'quality', withinS: 600, belowPercent: 80, forS: 0 } as const;
  expect(worstOf(quality, [...Array(60).fill(1), ...measured, ...Array(60).fill(1)])).toEqual([50]);
});

it('an event ends only beyond its hysteresis', () => {
  expect(spans(over({ hysteresis: 20 }), [150, 90, 101, 81, 80, 90, 101])).toEqual([
    [0, 4],
    [6, null],
  ]);
});

it('range, rate and peak fire on what leaves the band, jumps, or was reached within the span', () => {
  const common = { quantity: 'powerW', hysteresis: 0, forS: 0 } as const;
  expect(spans({ kind: 'range', of: 'mean', low: 10, high: 20, ...common }, [15, 25, 15, 5, 15])).toEqual([
    [1, 2],
    [3, 4],
  ]);
  const rate = { kind: 'rate', overS: 20, operator: '>', limit: 50, ...common } as const;
  expect(spans(rate, [0, 10, 20, 61, 100, 101, 102])).toEqual([[3, 5]]);
  const peak = { kind: 'peak', withinS: 30, operator: '>', limit: 100, ...common } as const;
  expect(spans(peak, [50, 120, 50, 50, 50])).toEqual([[1, 4]]);
});

it('what changed over a gap is no change within the span; windows longer than the span tell the change from one to the next', () => {
  const rate = { kind: 'rate', quantity: 'powerW', overS: 20, operator: '>', limit: 50 } as const;
  const jumps = { ...rate, hysteresis: 0, forS: 0 };
  expect(spans(jumps, [0, 0, null, null, null, null, 100, 100, 100, 160])).toEqual([[9, null]]);
  expect(spans({ ...jumps, overS: 30 }, [0, null, null, null, 100])).toEqual([[4, null]]);
  const minute = (index: number, powerW: number): Point => ({
    ...at(0, powerW),
    startMs: startMs + index * 60_000,
    endMs: startMs + (index + 1) * 60_000,
  });
  expect(episodesOf(jumps, [minute(0, 0), minute(1, 100), minute(9, 300)])).toMatchObject([
    { beganMs: startMs + 60_000, endedMs: null, value: 100 },
  ]);
});

it('an hour of seconds to look back at is not walked through for each window', () => {
  let looks = 0;
  const hour = Array.from({ length: 3600 }, (_, second) => [startMs + second * 1000, 5000 - second] as const);
  const recent: Recent = new Proxy(hour, {
    get: (target, name) => {
      looks++;
      return Reflect.get(target, name);
    },
  });
  const now = { ...at(360, 900), endMs: startMs + 3_600_000 };
  const common = { quantity: 'powerW', operator: '>', limit: 100, hysteresis: 0, forS: 0 } as const;
  expect(standingOf({ kind: 'rate', overS: 3600, ...common }, now, recent, clock)?.value).toBe(-4100);
  expect(standingOf({ kind: 'peak', withinS: 3600, ...common }, now, recent, clock)?.value).toBe(4999);
  expect(looks).toBeLessThan(50);
});

it('a phase without voltage and currents out of balance are told, a whole loss and no load are not', () => {
  const value = (mean: number) => ({ mean, min: mean, max: mean, last: mean });
  const phases = (a: number, b: number, c: number): Point => ({
    ...at(0, 0),
    values: {
      voltageL1V: value(a),
      voltageL2V: value(b),
      voltageL3V: value(c),
      currentL1A: value(a),
      currentL2A: value(b),
      currentL3A: value(c),
    },
  });
  const loss = { kind: 'phaseLoss', belowV: 100, forS: 0 } as const;
  expect(episodesOf(loss, [phases(230, 0, 231)])).toHaveLength(1);
  expect(episodesOf(loss, [phases(0, 0, 0)])).toEqual([]);
  const unbalance = {
    kind: 'unbalance',
    of: 'current',
    overPercent: 40,
    hysteresis: 5,
    fromMean: 1,
    forS: 0,
  } as const;
  expect(episodesOf(unbalance, [phases(15, 8, 7)])[0]?.value).toBe(50);
  expect(episodesOf(unbalance, [phases(0.3, 0.1, 0.1)])).toEqual([]);
});

it('an energy budget counts what a counter grew, over a reset; quality what was measured of the span', () => {
  const reading = (index: number, wh: number): Point => ({
    ...at(index, 0),
    values: { energyImportWh: { mean: wh, min: wh, max: wh, last: wh } },
  });
  const energy = {
    kind: 'energy',
    quantity: 'energyImportWh',
    withinS: 60,
    budget: 25,
    forS: 0,
  } as const;
  const found = episodesOf(
    energy,
    [100, 110, 120, 0, 10, 10, 10, 10, 10, 10].map((wh, index) => reading(index, wh)),
  );
  expect(
    found.map(({ beganMs, endedMs, value }) => [(beganMs - startMs) / windowMs, endedMs, value]),
  ).toEqual([[4, startMs + 7 * windowMs, 30]]);
  const quality = { kind: 'quality', withinS: 600, belowPercent: 80, forS: 0 } as const;
  const measured = Array.from({ length: 200 }, (_, index) => (index >= 100 && index < 115 ? null : 1));
  const [event] = episodesOf(quality, row(measured));
  expect(event).toMatchObject({ beganMs: startMs + 115 * windowMs, value: 75 });
  expect(event?.endedMs).toBeGreaterThan(startMs + 150 * windowMs);
});

it('silence begins when values have stayed away so long, and lasts until they come', () => {
  const silence: Condition = { kind: 'silence', forS: 30 };
  expect(spans(silence, [1, null, null, null, null, 1, 1])[0]).toEqual([4, 5]);
  expect(episodesOf(silence, row([1, 1]), startMs + 49_999)).toEqual([]);
  expect(episodesOf(silence, row([1, 1]), startMs + 50_000)).toMatchObject([{ endedMs: null }]);
});

const series = fc.array(fc.option(fc.integer({ min: 0, max: 200 }), { nil: null, freq: 5 }), {
  minLength: 1,
  maxLength: 60,
});
const conditions: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .record({
      limit: fc.integer({ min: 0, max: 200 }),
      hysteresis: fc.integer({ min: 0, max: 60 }),
      forS: fc.constantFrom(0, 10, 30),
      operator: fc.constantFrom('>', '<', '>=', '<=', '==', '!='),
    })
    .map(over),
  fc.record({ kind: fc.constant('silence' as const), forS: fc.constantFrom(10, 15, 30) }),
);

it('hysteresis never flaps: between two events lies a window beyond it, and events never touch', () => {
  fc.assert(
    fc.property(series, fc.integer({ min: 0, max: 60 }), (values, hysteresis) => {
      const found = spans(over({ hysteresis }), values);
      for (const [index, [, end]] of found.entries()) {
        const next = found[index + 1]?.[0];
        expect((end ?? 1e9) > (found[index]?.[0] ?? 0)).toBe(true);
        if (next === undefined || next === null) continue;
        const between = values.slice(end ?? 0, next).filter(value => value !== null);
        expect(Math.min(...between)).toBeLessThanOrEqual(100 - hysteresis);
      }
    }),
  );
});

/** As the host does it: what comes in order is judged at once, what comes late has all of the past judged again. */
function asItArrives(condition: Condition, arrivals: readonly Point[], nowMs: number) {
  const stored: Point[] = [];
  let kept: KeptEpisode[] = [];
  let told = 0;
  for (const point of arrivals) {
    stored.push(point);
    stored.sort((a, b) => a.startMs - b.startMs);
    const { episodes } = judgeAll({ condition, clock }, quiet, undefined, stored, nowMs);
    const { changed, added } = mend(kept, episodes, nowMs);
    const ids = new Map(changed.map(episode => [episode.id, episode]));
    kept = kept.map(episode => ids.get(episode.id) ?? episode);
    for (const episode of added) kept.push({ ...episode, id: String(told++), withdrawnMs: null });
  }
  return kept;
}

it('whatever the order of arrival, the events of a finished past are the same, and each is told once', () => {
  fc.assert(
    fc.property(
      conditions,
      series.chain(values => fc.shuffledSubarray(row(values), { minLength: row(values).length })),
      (condition, arrivals) => {
        const nowMs = startMs + 3_600_000;
        const inOrder = [...arrivals].sort((a, b) => a.startMs - b.startMs);
        const truth = episodesOf(condition, inOrder, nowMs);
        const kept = asItArrives(condition, arrivals, nowMs);
        const standing = kept.filter(({ withdrawnMs }) => withdrawnMs === null);
        const plain = standing.map(({ id: _, withdrawnMs: __, ...episode }) => episode);
        expect(plain.sort((a, b) => a.beganMs - b.beganMs)).toEqual(truth);
      },
    ),
  );
});

it('a restart goes on exactly where it was, wherever it falls, with what was kept as JSON', () => {
  fc.assert(
    fc.property(conditions, series, fc.nat(60), (condition, values, cut) => {
      const points = row(values);
      const nowMs = points.at(-1)?.endMs ?? startMs;
      const whole = judgeAll({ condition, clock }, quiet, undefined, points, nowMs);
      const beforeMs = points[Math.min(cut, points.length) - 1]?.endMs ?? startMs;
      const first = judgeAll({ condition, clock }, quiet, undefined, points.slice(0, cut), beforeMs);
      const [state, open] = JSON.parse(JSON.stringify([first.state, first.episodes.at(-1) ?? null]));
      const isOpen = state.name === 'on';
      const second = judgeAll(
        { condition, clock },
        state,
        isOpen ? open : undefined,
        points.slice(cut),
        nowMs,
      );
      const done = isOpen ? first.episodes.slice(0, -1) : first.episodes;
      expect([...done, ...second.episodes]).toEqual(whole.episodes);
      expect(second.state).toEqual(whole.state);
    }),
  );
});
