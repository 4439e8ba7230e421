import { expect, test } from 'vitest';
import { type Keeping, keepAll } from '../../../host/store/retention.ts';
import type { StorageFacts, StoragePart } from '../../../host/store/storage-facts.ts';
import { forecastOf } from '../../../host/store/storage-forecast.ts';

const atMs = Date.UTC(2026, 10, 21);
const daysAgoS = (days: number) => atMs / 1000 - days * 86_400;
const part = (name: StoragePart['name'], days: number, bytesPerDay: number): StoragePart => ({
  name,
  bytes: days * bytesPerDay,
  rows: days * 1000,
  fromS: daysAgoS(days),
  bytesPerDay,
  keptFromS: 0,
});
const facts: StorageFacts = {
  atMs,
  fileBytes: 1300,
  fileFreeBytes: 100,
  backupBytes: 0,
  archiveRatio: 0.5,
  parts: [part('raw', 100, 10), part('60', 100, 2)],
};
const room = { backups: 0, roomBytes: 1e9 };
const keeping = (months: Partial<Keeping['months']>, archiveAfterMonths = 0): Keeping => ({
  archiveAfterMonths,
  months: { ...keepAll.months, ...months },
});

test('with everything kept each day adds what a day brings', () => {
  const forecast = forecastOf(facts, { ...room, keeping: keepAll });
  expect(forecast.bytesPerDay).toBeCloseTo(12);
  expect(forecast.bytesInAYear).toBeCloseTo(12 * 465);
  expect(forecast.fullMs).toBeUndefined();
});

test('a level that is kept for months stops growing when they are over', () => {
  const forecast = forecastOf(facts, { ...room, keeping: keeping({ raw: 6 }) });
  const keptDays = (6.5 * 365.25) / 12;
  expect(forecast.partsInAYear.raw).toBeCloseTo(10 * keptDays);
  expect(forecast.partsInAYear['60']).toBeCloseTo(2 * 465);
});

test('what moves to the archive takes there what files take, and goes when its time is over', () => {
  const afterDays = (3.5 * 365.25) / 12;
  const all = forecastOf(facts, { ...room, keeping: keeping({}, 3) });
  expect(all.partsInAYear.raw).toBeCloseTo(10 * afterDays);
  expect(all.partsInAYear.archive).toBeCloseTo(0.5 * 10 * (465 - afterDays));
  const some = forecastOf(facts, { ...room, keeping: keeping({ raw: 6 }, 3) });
  expect(some.partsInAYear.archive).toBeCloseTo((0.5 * 10 * (3 * 365.25)) / 12);
});

test('the day the disk is full is the one on which no room is left, also within the file; backups grow, too', () => {
  const options = { keeping: keepAll, roomBytes: 1100 };
  // 100 bytes are free in the file: 1200 bytes are a hundred days.
  expect(forecastOf(facts, { ...options, backups: 0 }).fullMs).toBe(atMs + 101 * 86_400_000);
  expect(forecastOf(facts, { ...options, backups: 3 }).fullMs).toBe(atMs + 26 * 86_400_000);
});
