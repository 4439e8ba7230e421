import { describe, expect, it } from 'vitest';
import type { Readings, Statistics } from '../../../host/api/contract.ts';
import type { EnergyBar } from '../../../web/charts/columns.ts';
import { figureList } from '../../../web/history/figure-list.ts';
import type { History } from '../../../web/history/history.ts';
import { barsCsv, csvName, readingsCsv } from '../../../web/history/history-csv.ts';
import { PictureCache, withNeighbours } from '../../../web/history/picture-cache.ts';
import type { Figures } from '../../../web/history/selection.ts';
import { valueAt } from '../../../web/history/shown-rows.ts';
import { en } from '../../../web/i18n/en.ts';

const zone = 'Europe/Berlin';
const startMs = Date.UTC(2026, 10, 21, 11);

/** A gauge with buckets of a minute; each has its number as its mean. */
const readings = (numbers: readonly number[], bucketMs = 60_000): Readings => ({
  series: 'attic.main.powerW',
  unit: 'W',
  kind: 'gauge',
  bucketMs,
  startMs: numbers.map(number => startMs + number * bucketMs),
  mean: [...numbers],
  min: numbers.map(number => number - 1),
  max: numbers.map(number => number + 1),
  last: [...numbers],
  delta: numbers.map(() => null),
  estimated: numbers.map(() => 0),
  coverage: numbers.map(() => 1),
});
const bar = (at: number, importWh: number | null): EnergyBar => ({
  startMs: startMs + at * 3_600_000,
  endMs: startMs + (at + 1) * 3_600_000,
  importWh,
  exportWh: null,
  importEstimatedWh: importWh === null ? null : 0,
  exportEstimatedWh: null,
  coverage: importWh === null ? 0 : 1,
});
const picture = (from: number, to: number, bucketMs = 60_000): History => ({
  span: { fromMs: startMs + from * bucketMs, toMs: startMs + to * bucketMs },
  readings: readings(
    Array.from({ length: to - from }, (_, index) => from + index),
    bucketMs,
  ),
  missing: [],
  imported: [],
  bars: [],
  step: 'hour',
});

describe('a picture with its neighbours', () => {
  it('goes on to both sides without a bucket twice, in order', () => {
    const joined = withNeighbours(picture(0, 10), [picture(-10, 1), picture(9, 20)]);
    expect(joined.readings.mean).toEqual(Array.from({ length: 30 }, (_, index) => index - 10));
    expect(joined.readings.startMs).toHaveLength(30);
    expect(joined.span).toEqual(picture(0, 10).span);
  });

  it('leaves out those of another resolution', () => {
    const shown = picture(0, 10);
    expect(withNeighbours(shown, [picture(-2, 0, 300_000)])).toBe(shown);
  });

  it('is kept for a minute, as the past may be mended', () => {
    let nowMs = 0;
    const cache = new PictureCache(() => nowMs);
    cache.set('a', picture(0, 1));
    expect(cache.get('a')).toBeDefined();
    nowMs = 61_000;
    expect(cache.get('a')).toBeUndefined();
    for (let index = 0; index < 100; index++) cache.set(`${index}`, picture(0, 1));
    expect([cache.get('0'), cache.get('99') !== undefined]).toEqual([undefined, true]);
  });
});

describe('what is shown as CSV', () => {
  const { csvColumns } = en.past;

  it('has each bucket and each gap with its reason, in UTC and local time, and what it is compared with', () => {
    const missing = [{ startMs: startMs + 60_000, endMs: startMs + 120_000, reason: 'timeout' }];
    const before = {
      ...readings([0, 1, 2]),
      startMs: readings([0, 1, 2]).startMs.map(at => at - 86_400_000),
    };
    const text = readingsCsv(
      '=Power',
      readings([0, 2]),
      missing,
      [{ name: 'Before', readings: before, shift: { unit: 'days', count: 1 } }],
      zone,
      csvColumns,
    );
    expect(text.trim().split('\r\n')).toEqual([
      "start (UTC),end (UTC),start (site),'=Power [W],lowest,highest,measured,missing because of,before: start (UTC),before [W],change",
      '2026-11-21T11:00:00Z,2026-11-21T11:01:00Z,2026-11-21T12:00:00+01:00,0,-1,1,1,,2026-11-20T11:00:00Z,0,0',
      '2026-11-21T11:01:00Z,2026-11-21T11:02:00Z,2026-11-21T12:01:00+01:00,,,,0,timeout,,,',
      '2026-11-21T11:02:00Z,2026-11-21T11:03:00Z,2026-11-21T12:02:00+01:00,2,1,3,1,,2026-11-20T11:02:00Z,2,0',
    ]);
  });

  it('has energies with what is not known left empty', () => {
    const text = barsCsv([bar(0, 5), bar(1, null)], [bar(-24, 2), null], en.history, zone, csvColumns);
    const [head = '', first, second] = text.split('\r\n');
    expect(head.split(/,(?! )/)).toHaveLength(13);
    expect(first).toBe(
      '2026-11-21T11:00:00Z,2026-11-21T12:00:00Z,2026-11-21T12:00:00+01:00,5,0,,,1,2026-11-20T11:00:00Z,2,3,,',
    );
    expect(second).toBe('2026-11-21T12:00:00Z,2026-11-21T13:00:00Z,2026-11-21T13:00:00+01:00,,,,,0,,,,,');
    expect(csvName('attic.main-powerW', startMs, zone)).toBe('joulegate-attic.main-powerW-2026-11-21.csv');
  });

  it('a value is that of the bucket around it, or none', () => {
    const given = readings([0, 2]);
    expect([0, 59_999, 60_000, 120_000, -1].map(ms => valueAt(given, startMs + ms))).toEqual([
      0,
      0,
      null,
      2,
      null,
    ]);
  });
});

describe('figures of a stretch', () => {
  const statistics: Statistics = {
    series: 'attic.main.powerW',
    unit: 'W',
    kind: 'gauge',
    mean: 500,
    min: 100,
    max: 1000,
    positive: 400,
    negative: 0,
    growth: null,
    estimated: null,
    coverage: 0.8,
    windows: 60,
    samples: 600,
  };
  const span = { fromMs: 0, toMs: 3_600_000 };
  const figures = (importWh: number | null): Figures => ({
    span,
    statistics,
    energy: importWh === null ? null : { ...bar(0, importWh), importEstimatedWh: importWh / 10 },
  });
  const named = (list: ReturnType<typeof figureList>) => new Map(list.map(each => [each.name, each]));

  it('have the energy of the meter for its power, and the integral for a phase or where it has no counter', () => {
    const whole = named(figureList('powerW', figures(420), undefined));
    expect([whole.get('taken')?.value, whole.get('estimated')?.value]).toEqual([420, 0.1]);
    expect(named(figureList('powerL1W', figures(420), undefined)).get('energy')?.value).toBe(400);
    expect(named(figureList('powerW', figures(null), undefined)).get('energy')?.value).toBe(400);
  });

  it('say how much they differ, and nothing where nothing is known of before', () => {
    const compared = named(figureList('powerW', figures(420), figures(400)));
    expect(compared.get('taken')?.difference).toEqual({ by: 20, share: 0.05 });
    expect(named(figureList('powerW', figures(420), null)).get('taken')).toMatchObject({
      before: null,
      difference: null,
    });
    expect(compared.get('coverage')?.before).toBeUndefined();
  });
});
