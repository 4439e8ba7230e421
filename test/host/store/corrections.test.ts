import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WindowRecord } from '#core/wire/records.ts';
import type { Store } from '../../../host/store/store.ts';
import { chanceOf } from '../../faults/chance.ts';
import {
  CorrectedSite,
  energy,
  exclude,
  meter,
  minutes,
  of,
  offset,
  ofMeter,
  power,
  reading,
  scale,
  startMs,
  swap,
} from './corrected-site.ts';

let site: CorrectedSite;
let store: Store;

beforeEach(async () => {
  site = await CorrectedSite.open();
  store = site.store;
});
afterEach(() => store.close());

test('windows that are excluded are as if they had not come, and as they were once that is undone', async () => {
  await site.write(minutes(0, 300));
  await site.build(400);
  const whole = await site.read(power, 0, 300);
  const { id } = await site.make(of(power), exclude(60, 90));
  const { startMs: starts, coverage } = await site.read(power, 0, 300);
  expect(starts).toHaveLength(270);
  expect(starts[60]).toBe(startMs + 90 * 60_000);
  expect(coverage.every(share => share === 1)).toBe(true);
  expect((await site.read(power, 0, 300, 5)).coverage).toEqual([1, 0.5, 1, 1, 1]);
  expect(await site.read(energy, 0, 300)).toMatchObject({ startMs: whole.startMs });
  expect(await store.corrections.undo(id, site.signed('it was right after all'))).toMatchObject({
    id,
    undoing: { who: 'ada', why: 'it was right after all', undoes: id },
  });
  expect(await site.read(power, 0, 300)).toEqual(whole);
});

test('what was corrected is read as it came where that is asked for, whatever tiers were built of it', async () => {
  await site.write(minutes(0, 300));
  await site.build(400);
  const range = { fromMs: startMs, toMs: startMs + 300 * 60_000, points: 1000 };
  const came = await store.readingsOfAll([power, energy], range);
  await site.make(ofMeter, scale(60, Number.POSITIVE_INFINITY, 2));
  await site.make(ofMeter, exclude(100, 110));
  await site.build(500);
  expect(await store.readingsOfAll([power, energy], range)).not.toEqual(came);
  expect(await store.readingsOfAll([power, energy], { ...range, isAsCame: true })).toEqual(came);
});

test('a factor and an offset reach mean, least, greatest and last; a negative factor turns them over', async () => {
  await site.write(minutes(0, 10));
  await site.make(of(power), scale(0, 5, -2));
  await site.make(of(power), offset(3, 8, 100.5));
  const { mean, min, max, last } = await site.read(power, 0, 10);
  expect([mean[0], min[0], max[0], last[0]]).toEqual([-2000, -2014, -1990, -2002]);
  expect([mean[3], min[3], max[3], last[3]]).toEqual([-1905.5, -1919.5, -1895.5, -1907.5]);
  expect([mean[5], min[5], max[5], last[5]]).toEqual([1105.5, 1100.5, 1112.5, 1106.5]);
  expect([mean[8], min[8], max[8], last[8]]).toEqual([1008, 1003, 1015, 1009]);
});

test('scaled values are rounded to the last decimal, half away from zero, after each correction', async () => {
  await site.write(minutes(0, 4, { mean: at => [0.001, 0.003, -0.003, 0.005][at] as number }));
  await site.make(of(power), scale(0, 4, 0.5));
  expect((await site.read(power, 0, 4)).mean).toEqual([0.001, 0.002, -0.002, 0.003]);
  await site.make(of(power), scale(0, 4, 2));
  expect((await site.read(power, 0, 4)).mean).toEqual([0.002, 0.004, -0.004, 0.006]);
});

test('a factor of six decimals is computed exactly, whatever the sign of it and of the value', async () => {
  const chance = chanceOf(1);
  const values = Array.from({ length: 60 }, () => chance(199_999_000) - 99_999_500);
  const factors = values.map(() => (chance(2) === 0 ? 1 : -1) * (1 + chance(1_500_000)));
  // Ties, and what no double holds.
  values.splice(0, 4, 1, -1, 3, 99_999_999);
  factors.splice(0, 4, 500_000, 500_000, -500_000, 999_999);
  await site.write(minutes(0, 60, { mean: at => (values[at] as number) / 1000 }));
  for (const [at, factor] of factors.entries()) await site.make(of(power), scale(at, at + 1, factor / 1e6));
  const exact = values.map((value, at) => {
    const product = BigInt(value) * BigInt(factors[at] as number);
    const half = product < 0n ? -500_000n : 500_000n;
    return Number((product + half) / 1_000_000n) / 1000;
  });
  expect((await site.read(power, 0, 60)).mean).toEqual(exact);
});

test('what a correction would put out of its quantity’s range is left out, and no build fails by it', async () => {
  await site.write(minutes(0, 200));
  for (let count = 0; count < 4; count++) await site.make(of(power), scale(60, 120, 1_000_000));
  expect((await site.read(power, 0, 200)).startMs).toHaveLength(140);
  await site.build(300);
  expect((await site.read(power, 0, 200, 10)).coverage).toHaveLength(3);
});

test('a wrong ratio of a meter is put right in all that is proportional to the current', async () => {
  await site.write(minutes(0, 120));
  await site.make(ofMeter, scale(60, 120, 3));
  const { mean } = await site.read(power, 0, 120);
  expect([mean[59], mean[60]]).toEqual([1059, 3180]);
  expect(await site.growth(0, 120)).toEqual([
    [590, 0],
    [1800, 0],
  ]);
  const { delta, last } = await site.read(energy, 55, 65);
  expect(delta).toEqual([10, 10, 10, 10, 10, 30, 30, 30, 30, 30]);
  expect(last[9]).toBe(5640);
});

test('a series that comes later is corrected as its meter is', async () => {
  const [first] = minutes(0, 1);
  await site.write([
    { ...(first as WindowRecord), values: [{ quantity: 'energyImportWh', samples: 60, last: 1 }] },
  ]);
  await site.make(ofMeter, scale(0, Number.POSITIVE_INFINITY, 2));
  await site.write(minutes(1, 120));
  expect((await site.read(power, 1, 2)).mean).toEqual([2002]);
  await site.build(200);
  expect((await site.read(power, 0, 120, 2)).max).toEqual([2 * 1066, 2 * 1126]);
});

test('growth that is scaled is a whole number of the last decimal in each bucket', async () => {
  await site.write(minutes(0, 120));
  await site.make(of(energy), scale(30, 90, 1 / 3));
  const { delta } = await site.read(energy, 0, 120);
  expect(delta[31]).toBe(3.3333);
  // Half an hour of windows less the first, which only begins to count, and half of it at a third.
  expect(await site.growth(0, 60)).toEqual([[390 - 0.0001, 0]]);
});

test('what somebody read in a gap pins the growth on both sides of it, and it stays estimated', async () => {
  await site.write(minutes(0, 240, { isThere: at => at < 60 || at >= 180 }));
  const before = await site.growth(0, 240);
  expect(before.map(([wh]) => wh)).toEqual([590, 600, 600, 600].map(near => expect.closeTo(near, -1)));
  await site.make(of(energy), reading(120, 5000 + 590 + 1100));
  const after = await site.growth(0, 240);
  // The first window after the gap ends a minute into its last hour.
  expect(after).toEqual([
    [590, 0],
    [1100, 1100],
    [108.1967, 108.1967],
    [591.8033, 1.8033],
  ]);
  expect(after.reduce((sum, [wh]) => sum + (wh as number), 0)).toBe(
    before.reduce((sum, [wh]) => sum + (wh as number), 0),
  );
});

test('what a counter grew that was read only once is known from what somebody read', async () => {
  await site.write(minutes(0, 1));
  await site.build(60);
  expect(await site.growth(0, 60)).toEqual([[null, null]]);
  await site.make(of(energy), reading(30, 5600));
  expect(await site.growth(0, 60)).toEqual([[600, 600]]);
  expect((await site.store.statistics(energy, startMs, startMs + 3_600_000)).growth).toBe(600);
});

test('what a counter grew of which all readings but one were left out is not known', async () => {
  await site.write(minutes(0, 180));
  await site.build(400);
  await site.make(of(energy), exclude(1, 120));
  expect(await site.growth(0, 60)).toEqual([[expect.any(Number), expect.any(Number)]]);
  const { id } = await site.make(of(energy), exclude(120, 180));
  const known = async () => [
    (await site.growth(0, 60))[0]?.[0],
    (await site.store.statistics(energy, startMs, startMs + 3_600_000)).growth,
    ...(await site.read(energy, 0, 1)).delta,
  ];
  expect(await known()).toEqual([null, null, null]);
  await site.build(500);
  expect(await known()).toEqual([null, null, null]);
  await site.store.corrections.undo(id, site.signed('they were right after all'));
  expect(await known()).toEqual([expect.any(Number), expect.any(Number), 0]);
});

test('what a counter grew before and after what corrections left of it is not known, whatever the other tells', async () => {
  const exported = `${meter}.energyExportWh`;
  const both = minutes(0, 360).map(record => {
    const [watts, wh] = record.values as [WindowRecord['values'][number], { samples: number; last: number }];
    return { ...record, values: [watts, wh, { ...wh, quantity: 'energyExportWh' }] } as WindowRecord;
  });
  await site.write(both);
  await site.build(500);
  await site.make(of(exported), exclude(0, 120));
  await site.make(of(exported), exclude(240, Number.POSITIVE_INFINITY));
  const told = async () => {
    const range = { fromMs: startMs, toMs: startMs + 6 * 3_600_000, period: 'hour' } as const;
    const { periods } = await store.totals({ meter, ...range });
    expect(periods.every(({ importWh }) => importWh !== null)).toBe(true);
    return periods.map(({ exportWh }) => exportWh);
  };
  const some = expect.any(Number);
  expect(await told()).toEqual([null, null, some, some, null, null]);
  await site.build(600);
  expect(await told()).toEqual([null, null, some, some, null, null]);
  // So it is where somebody read it, too, up to where that was.
  await site.make(of(exported), swap(200, 7000, 7000));
  expect(await told()).toEqual([null, null, some, some, null, null]);
  await site.make(of(exported), reading(330, 9000));
  expect(await told()).toEqual([null, null, some, some, some, some]);
});

test('a counter that stood still up to what somebody read before and after its windows is known to have', async () => {
  const exported = `${meter}.energyExportWh`;
  const both = minutes(120, 240).map(record => {
    const still = { quantity: 'energyExportWh', samples: 60, last: 700 } as const;
    return { ...record, values: [...record.values, still] } as WindowRecord;
  });
  await site.write(both);
  await site.build(500);
  for (const [at, wh] of [
    [0, 5000],
    [360, 8000],
  ] as const)
    await site.make(of(energy), reading(at, wh));
  const told = async () => {
    const range = { fromMs: startMs, toMs: startMs + 6 * 3_600_000, period: 'hour' } as const;
    const { periods } = await store.totals({ meter, ...range });
    expect(periods.every(({ importWh }) => (importWh ?? 0) > 0)).toBe(true);
    return periods.map(({ exportWh }) => exportWh);
  };
  expect(await told()).toEqual([null, null, 0, 0, null, null]);
  await site.make(of(exported), reading(0, 700));
  const { id } = await site.make(of(exported), reading(360, 700));
  expect(await told()).toEqual([0, 0, 0, 0, 0, 0]);
  // What somebody read once is one reading, where it is the only one.
  await site.make(of(exported), exclude(0, Number.POSITIVE_INFINITY));
  expect(await told()).toEqual([0, 0, 0, 0, 0, 0]);
  await store.corrections.undo(id, site.signed('it was of another meter'));
  expect(await told()).toEqual([null, null, null, null, null, null]);
});

test('growth over a swap of meters is exact where the last of the old and the first of the new are known', async () => {
  const last = (at: number) => (at < 90 ? 5000 + 10 * at : 700_000 + 10 * (at - 90));
  await site.write(minutes(0, 180, { last }));
  const [, unknown] = await site.growth(0, 180);
  expect(unknown).toEqual([590, 0]);
  await site.make(of(energy), swap(90.5, 5895, 699_993));
  expect(await site.growth(0, 180)).toEqual([
    [590, 0],
    [602, 0],
    [600, 0],
  ]);
  const shown = (await site.read(energy, 80, 100)).last;
  expect([shown[9], shown[10]]).toEqual([5890, 700_000]);
});

test('of two readings for one instant the later entry holds, and the earlier again when it is undone', async () => {
  await site.write(minutes(0, 180, { isThere: at => at < 60 || at >= 120 }));
  await site.make(of(energy), reading(90, 5800));
  const first = await site.growth(0, 180);
  const { id } = await site.make(of(energy), reading(90, 5700));
  expect(await site.growth(0, 180)).not.toEqual(first);
  await store.corrections.undo(id, site.signed());
  expect(await site.growth(0, 180)).toEqual(first);
});

test('a correction changes the revision of what it is about, and of nothing else', async () => {
  await site.write(minutes(0, 10));
  await site.make(of(power), exclude(0, 5));
  expect([store.revisionOf(power), store.revisionOf(energy)]).toEqual([1, 0]);
  const { id } = await site.make(ofMeter, scale(0, 5, 2));
  expect([store.revisionOf(power), store.revisionOf(energy)]).toEqual([2, 1]);
  await store.corrections.undo(id, site.signed());
  expect([store.revisionOf(power), store.revisionOf(energy)]).toEqual([3, 2]);
});

test('a correction is undone once, and one that is not there never', async () => {
  await site.write(minutes(0, 10));
  const { id } = await site.make(of(power), exclude(0, 5));
  await store.corrections.undo(id, site.signed());
  expect(await store.corrections.undo(id, site.signed())).toEqual({ refused: 'undone' });
  expect(await store.corrections.undo(id + 1, site.signed())).toEqual({ refused: 'unknown' });
  expect(await store.corrections.undo(99, site.signed())).toEqual({ refused: 'unknown' });
  expect(await store.all('SELECT id, kind, who, undoes FROM correction ORDER BY id')).toEqual([
    { id, kind: 'exclude', who: 'ada', undoes: null },
    { id: id + 1, kind: 'undo', who: 'ada', undoes: id },
  ]);
});

test('corrections that are made at once all count', async () => {
  await site.write(minutes(0, 10));
  const made = await Promise.all([2, 3, 5].map(factor => site.make(of(power), scale(0, 10, factor))));
  expect(new Set(made.map(({ id }) => id)).size).toBe(3);
  expect((await site.read(power, 0, 1)).mean).toEqual([30_000]);
});

test('a preview tells each day before and after, and changes nothing', async () => {
  await site.write(minutes(0, 600));
  await site.build(700);
  const before = await site.read(power, 0, 600);
  const preview = await store.corrections.preview(ofMeter, exclude(100, 400));
  expect(preview).toMatchObject({ windows: 600, isWhole: true });
  expect(preview.days).toHaveLength(2);
  const [day] = preview.days;
  expect(day?.before.coverage).toBeGreaterThan(day?.after.coverage as number);
  const gauge = await store.corrections.preview(of(power), scale(0, 600, 2));
  expect(gauge.days.map(day => (day.after.mean as number) / (day.before.mean as number))).toEqual([2, 2]);
  const counter = await store.corrections.preview(of(energy), scale(0, 600, 2));
  expect(counter).toMatchObject({ windows: 0 });
  for (const { before, after } of counter.days) expect(after.growth).toBe(2 * (before.growth as number));
  expect(await site.read(power, 0, 600)).toEqual(before);
  expect(await store.corrections.list(meter)).toEqual([]);
  expect(store.revisionOf(power)).toBe(0);
});

test('a preview of a reading tells the days on both sides of it', async () => {
  await site.write(minutes(0, 4000, { isThere: at => at < 60 || at >= 3600 }));
  const preview = await store.corrections.preview(of(energy), reading(1800, 7000));
  expect(preview.days.length).toBeGreaterThanOrEqual(3);
  const sum = (side: 'before' | 'after') =>
    preview.days.reduce((wh, day) => wh + (day[side].importWh as number), 0);
  expect(sum('after')).toBeCloseTo(sum('before'), 3);
  expect(preview.days[0]?.after.importWh).not.toBe(preview.days[0]?.before.importWh);
});

test('a preview tells that it will not be known what a counter grew', async () => {
  await site.write(minutes(0, 180));
  const { days } = await store.corrections.preview(of(energy), exclude(1, 180));
  expect(days.map(({ before }) => before.growth)).toEqual([expect.any(Number)]);
  expect(days.map(({ after }) => [after.growth, after.importWh])).toEqual([[null, null]]);
});

test('a correction that the tiers do not know yet outlives the host', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-corrections-'));
  let kept = await CorrectedSite.open(dataDir);
  try {
    await kept.write(minutes(0, 300));
    await kept.build(400);
    const before = await kept.tierRows();
    const { id } = await kept.make(ofMeter, exclude(60, 90));
    await kept.make(of(power), scale(100, 200, 2));
    const answers = await kept.answers();
    for (const isBuilt of [false, true]) {
      await kept.store.close();
      kept = await CorrectedSite.open(dataDir);
      expect(await kept.answers()).toEqual(answers);
      const list = await kept.store.corrections.list(meter);
      expect(list.map(each => each.isBuilt)).toEqual([isBuilt, isBuilt]);
      await kept.build(400);
      expect(await kept.answers()).toEqual(answers);
    }
    await kept.store.corrections.undo(id, kept.signed());
    await kept.store.corrections.undo(id + 1, kept.signed());
    await kept.build(400);
    expect(await kept.tierRows()).toEqual(before);
  } finally {
    await kept.store.close();
    await rm(dataDir, { recursive: true });
  }
});

test('a series whose first windows are written just then is corrected, too, whichever is first', async () => {
  await site.write(minutes(0, 10));
  for (const [index, isWriteFirst] of [true, false, true, false].entries()) {
    const own = `${meter.split('.')[0]}.m${index}`;
    const first = minutes(0, 1).map(record => ({ ...record, meter: `m${index}` }));
    await site.write(first.map(record => ({ ...record, values: record.values.slice(1) })));
    const write = () => site.write(first.map(record => ({ ...record, startMs: record.startMs + 60_000 })));
    const make = () => site.make({ meter: own, series: null }, exclude(0, 5));
    await Promise.all(isWriteFirst ? [write(), make()] : [make(), write()]);
    expect((await site.read(`${own}.powerW`, 0, 10)).startMs).toEqual([]);
  }
});
