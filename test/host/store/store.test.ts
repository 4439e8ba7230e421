import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Store } from '../../../host/store/store.ts';
import { batchOf, counterWindow, gaugeWindow } from './memory-store.ts';

const t0 = Date.UTC(2026, 0, 1);
const epoch = '00000000000000aa';
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'joulegate-store-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const open = () => Store.open({ dataDir: dir, zone: 'UTC' });

test('a database opened again knows watermarks, series and newest values', async () => {
  const first = await open();
  expect(first.watermark('attic', epoch)).toBe(0);
  await first.commit(
    batchOf(first, {
      windows: [
        { gateway: 'attic', record: gaugeWindow(t0 + 10_000, 42) },
        { gateway: 'attic', record: counterWindow(t0, 1234.5678) },
      ],
      watermarks: [{ gateway: 'attic', epoch, sequence: 2 }],
      losses: [{ gateway: 'attic', epoch, from: 1, to: 1 }],
    }),
  );
  const known = () => ({
    watermark: 0,
    series: first.series(),
    newest: first.newest('attic.main'),
  });
  const before = { ...known(), watermark: first.watermark('attic', epoch) };
  expect(before.newest).toEqual({ atMs: t0 + 20_000, values: { powerW: 42, energyImportWh: 1234.5678 } });
  await first.close();

  const second = await open();
  expect({
    watermark: second.watermark('attic', epoch),
    series: second.series(),
    newest: second.newest('attic.main'),
  }).toEqual(before);
  expect(second.seriesOf('attic.main.powerW')).toMatchObject({ firstMs: t0 + 10_000, lastMs: t0 + 20_000 });
  expect(await second.all('SELECT gateway, fromSequence, toSequence FROM lost')).toEqual([
    { gateway: 'attic', fromSequence: 1, toSequence: 1 },
  ]);
  await second.close();
});

test('a late window widens a series and leaves its newest value', async () => {
  const store = await open();
  const commit = (startMs: number, value: number, sequence: number) =>
    store.commit(
      batchOf(store, {
        windows: [{ gateway: 'attic', record: gaugeWindow(startMs, value) }],
        watermarks: [{ gateway: 'attic', epoch, sequence }],
        losses: [],
      }),
    );
  await commit(t0 + 60_000, 7, 1);
  await commit(t0, 3, 2);
  expect(store.seriesOf('attic.main.powerW')).toMatchObject({ firstMs: t0, lastMs: t0 + 70_000 });
  expect(store.newest('attic.main')).toEqual({ atMs: t0 + 70_000, values: { powerW: 7 } });
  await store.close();
});

test('a commit that fails leaves nothing behind, and the same batch goes in once when given again', async () => {
  const store = await open();
  const batch = {
    windows: [{ gateway: 'attic', record: gaugeWindow(t0, 5) }],
    watermarks: [{ gateway: 'attic', epoch, sequence: 1 }],
    losses: [],
  };
  const broken = {
    ...batch,
    losses: [{ gateway: 'attic', epoch, from: Number.NaN, to: 1 }],
  };
  await expect(store.commit(batchOf(store, broken))).rejects.toThrow();
  expect(await store.all('SELECT count(*) AS rows FROM gauge')).toEqual([{ rows: 0 }]);
  expect(store.watermark('attic', epoch)).toBe(0);
  expect(store.series()).toEqual([]);
  await store.commit(batchOf(store, batch));
  expect(await store.all('SELECT count(*) AS rows FROM gauge')).toEqual([{ rows: 1 }]);
  expect(await store.all('SELECT count(*) AS names FROM series')).toEqual([{ names: 1 }]);
  expect(store.watermark('attic', epoch)).toBe(1);
  await store.close();
});

test('after a failure a batch that is on disk already is not written a second time', async () => {
  const store = await open();
  const batch = {
    windows: [{ gateway: 'attic', record: gaugeWindow(t0, 5) }],
    watermarks: [{ gateway: 'attic', epoch, sequence: 1 }],
    losses: [],
  };
  await store.commit(batchOf(store, batch));
  // The doubt of a COMMIT whose answer was lost: the next batch may be the one that went through.
  const broken = { ...batch, losses: [{ gateway: 'attic', epoch, from: Number.NaN, to: 1 }] };
  await expect(store.commit(batchOf(store, broken))).rejects.toThrow();
  await store.commit(batchOf(store, batch));
  expect(await store.all('SELECT count(*) AS rows FROM gauge')).toEqual([{ rows: 1 }]);
  await store.close();
});

test('no statement reaches a file or loosens the lock', async () => {
  const store = await open();
  await expect(store.run(`COPY (SELECT 1) TO '${join(dir, 'out.csv')}'`)).rejects.toThrow(/disabled/);
  await expect(store.all("SELECT * FROM read_text('/etc/hostname')")).rejects.toThrow(/disabled/);
  await expect(store.run('SET enable_external_access = true')).rejects.toThrow();
  await expect(store.run('SET threads = 1')).rejects.toThrow(/locked/);
  await store.close();
});

test('a database in use, or of a newer version, is refused with what to do', async () => {
  const store = await open();
  await store.run('INSERT INTO migration VALUES (99, 0)');
  await store.close();
  await expect(open()).rejects.toThrow(/newer version/);
});
