import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { loadConnectors } from '../../../host/connectors/kinds.ts';
import { SettingsMistakes } from '../../../host/set-up/settings-mistakes.ts';
import { de } from '../../../web/i18n/de.ts';
import { en } from '../../../web/i18n/en.ts';
import { pt } from '../../../web/i18n/pt.ts';
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

test('one that is removed and changed in one moment is there or not, and never runs unseen', async () => {
  const { connectors, store } = await start();
  await connectors.save(saved);
  await Promise.all([connectors.remove('cellar'), connectors.save({ ...saved, name: 'Attic' })]);
  expect((await store.all('SELECT name FROM connector')).map(({ name }) => name)).toEqual(['Attic']);
  expect(connectors.list().map(({ name }) => name)).toEqual(['Attic']);
  expect(connectors.counters()).toMatchObject({ 'connectors.running': 1 });
});

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

  test('that closed just before the end of the host is stored', async () => {
    const before = await start();
    await before.connectors.save(saved);
    before.time.advance(20_001);
    host = await before.restart();
    expect((await rows(host)).length).toBe(2);
  });

  test.each([
    ['after a restart', (host: HostWithConnectors) => host.restart()],
    [
      'set up again under its id',
      async (host: HostWithConnectors) => {
        await host.connectors.remove('cellar');
        await host.connectors.save(saved);
        return host;
      },
    ],
  ])('has no window twice where it was changed in its midst, %s', async (_name, again) => {
    const before = await start();
    await before.connectors.save(saved);
    await before.pass(13_000);
    // The open window of a meter that is taken out is told as far as it came.
    await before.connectors.save({ ...saved, settings: { ...saved.settings, meter: 'other' } });
    await before.pass(100);
    host = await again(before);
    await host.connectors.save(saved);
    await host.pass(20_000);
    const stored = await host.store.all(
      `SELECT startS FROM gauge JOIN series ON series.number = gauge.series
       JOIN meter ON meter.number = series.meter WHERE quantity = 'powerW' AND meter.id = 'plug'`,
    );
    const starts = stored.map(({ startS }) => startS);
    expect(new Set(starts).size).toBe(starts.length);
    expect(starts.length).toBeGreaterThanOrEqual(3);
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
  expect(host.connectors.get('cellar')?.fault?.message).toBe('the password is not taken there');
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

const connectorsFolder = join(import.meta.dirname, '../../../host/connectors');
const folders = readdirSync(connectorsFolder, { withFileTypes: true }).filter(entry => entry.isDirectory());

test('each folder of host/connectors is a connector, with its words in every language', async () => {
  const broken: string[] = [];
  const kinds = await loadConnectors(id => void broken.push(id));
  expect([...kinds.keys(), ...broken].sort()).toEqual(folders.map(({ name }) => name).sort());
  expect(broken).toEqual([]);
  for (const [id, { name, about, fields }] of kinds) {
    expect(id).toMatch(/^[a-z0-9-]+$/);
    for (const words of [name, about, ...fields.map(({ label }) => label)]) {
      expect(Object.values(words).filter(text => text.trim() === '')).toEqual([]);
    }
    // Who may not ask for the kinds is told their names by the page.
    const onPage = Object.entries({ en, de, pt }).map(([language, { sources }]) => [
      language,
      sources.kinds[id],
    ]);
    expect(Object.fromEntries(onPage)).toEqual(name);
  }
});

test('taking a connector’s folder away takes it away: nothing outside of it imports anything of it', () => {
  const root = join(connectorsFolder, '../..');
  const taken: string[] = [];
  for (const part of ['host', 'web', 'simulator', 'firmware'])
    for (const file of readdirSync(join(root, part), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const path = join(root, part, file);
      const imported = readFileSync(path, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g);
      for (const [, specifier = ''] of imported) {
        const target = join(path, '..', specifier);
        const owner = folders.find(({ name }) => target.startsWith(join(connectorsFolder, name, '/')));
        if (owner !== undefined && !path.startsWith(join(connectorsFolder, owner.name, '/')))
          taken.push(`${path} imports ${target}`);
      }
    }
  expect(taken).toEqual([]);
});
