import { afterEach, describe, expect, test } from 'vitest';
import { loadConnectors } from '../../../host/connectors/kinds.ts';
import { SettingsMistakes } from '../../../host/set-up/settings-mistakes.ts';
import { hand } from './hand.ts';
import { type HostWithConnectors, startHostWithConnectors } from './host-with-connectors.ts';

const saved = {
  id: 'cellar',
  kind: 'hand',
  name: 'Cellar',
  isOn: true,
  settings: { password: 'hush', meter: 'plug' },
};

let host: HostWithConnectors | undefined;
const start = async () => {
  host = await startHostWithConnectors({ kinds: [hand] });
  return host;
};
afterEach(() => host?.close());

const rows = ({ store }: HostWithConnectors) =>
  store.all(
    `SELECT startS, samples, mean FROM gauge JOIN series ON series.number = gauge.series
     WHERE quantity = 'powerW' ORDER BY startS`,
  );

describe('what a connector reads', () => {
  test('is stored in windows aligned to UTC, once each, and shown with its health', async () => {
    const host = await start();
    await host.connectors.save(saved);
    await host.pass(60_000);
    const stored = await rows(host);
    expect(stored.length).toBe(6);
    expect(new Set(stored.map(({ startS }) => startS)).size).toBe(6);
    expect(stored.every(({ startS, mean }) => Number(startS) % 10 === 0 && Number(mean) === 100)).toBe(true);
    const gateway = host.fleet.gateway('cellar');
    expect(gateway?.online).toBe(true);
    expect(gateway?.about?.board).toBe('connector/hand');
    expect(gateway?.health?.meters.plug?.state).toBe('well');
    expect(gateway?.ingest.records).toBe(6);
  });

  test('goes on after a restart of the host, from its sealed settings, and no window comes twice', async () => {
    const host = await start();
    await host.connectors.save(saved);
    await host.pass(35_000);
    const sealed = JSON.stringify(await host.store.all('SELECT * FROM connector'));
    expect(sealed).not.toContain('hush');
    const again = await host.restart();
    await again.pass(30_000);
    expect(again.connectors.get('cellar')?.settings).toEqual(saved.settings);
    const starts = (await rows(again)).map(({ startS }) => startS);
    expect(new Set(starts).size).toBe(starts.length);
    expect(starts.length).toBeGreaterThanOrEqual(5);
  });

  test('ends when it is switched off, comes back when it is switched on, and is gone when it is removed', async () => {
    const host = await start();
    await host.connectors.save(saved);
    await host.pass(20_000);
    await host.connectors.save({ ...saved, isOn: false });
    await host.pass(20_000);
    expect(host.fleet.gateway('cellar')?.online).toBe(false);
    const whileOff = (await rows(host)).length;
    expect(whileOff).toBe(2);
    await host.connectors.save(saved);
    await host.pass(30_000);
    expect((await rows(host)).length).toBeGreaterThan(whileOff);
    await host.connectors.remove('cellar');
    expect(host.connectors.list()).toEqual([]);
    expect(await host.store.all('SELECT * FROM connector')).toEqual([]);
  });
});

test('a connector that cannot run says why, and is kept', async () => {
  const host = await start();
  await host.connectors.save({ ...saved, settings: { password: 'wrong', meter: 'plug' } });
  await host.pass(10_000);
  expect(host.connectors.get('cellar')?.fault).toBe('the password is not taken there');
  expect(host.fleet.gateway('cellar')?.health?.lineFaults).toEqual({
    hand: 'the password is not taken there',
  });
  // Nothing came, and the window says so.
  expect(host.fleet.gateway('cellar')?.health?.meters.plug?.samples).toBe(0);
});

test('settings that are wrong are refused field by field, and nothing is kept', async () => {
  const host = await start();
  const wrong = { ...saved, settings: { password: 7, meter: '' } };
  const refusal = await host.connectors.save(wrong).catch(error => error);
  expect(refusal).toBeInstanceOf(SettingsMistakes);
  expect(refusal.mistakes.map(({ field }: { field: string }) => field)).toEqual(['password', 'meter']);
  await expect(host.connectors.save({ ...saved, kind: 'foot' })).rejects.toThrow(
    'kind: foot given; one of hand is allowed',
  );
  expect(host.connectors.list()).toEqual([]);
});

test('windows put by a source are on disk when the promise resolves', async () => {
  const host = await start();
  await host.connectors.save(saved);
  const startS = Date.UTC(2026, 4, 1) / 1000;
  const put = host.connectors.station('cellar')?.put([
    {
      meter: 'plug',
      startMs: startS * 1000,
      windowS: 60,
      clock: 'synced',
      values: [{ quantity: 'powerW', samples: 1, mean: 5, min: 5, max: 5, last: 5 }],
      failures: [],
    },
  ]);
  await host.pass(1000);
  await put;
  expect((await rows(host))[0]).toMatchObject({ startS, mean: 5 });
});

test('each folder of host/connectors is a connector, with its words in every language', async () => {
  for (const [id, { name, about, fields }] of await loadConnectors()) {
    expect(id).toMatch(/^[a-z0-9-]+$/);
    for (const words of [name, about, ...fields.map(({ label }) => label)]) {
      expect(Object.values(words).filter(text => text.trim() === '')).toEqual([]);
    }
  }
});
