import { truncate } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Gateway } from '../../host/api/contract.ts';
import { makeBackup } from '../../host/store/backup.ts';
import { openDatabase } from '../../host/store/open-database.ts';
import { placesOf } from '../../host/store/recovery-files.ts';
import { restoreBackup } from '../../host/store/restore.ts';
import { seed } from '../seed.ts';
import { SiteHost } from './site-host.ts';
import { rigSettings, SiteRig } from './site-rig.ts';
import { expectTables } from './tables.ts';

const minuteMs = 60_000;
const startMs = Date.UTC(2026, 2, 10, 7);
let host: SiteHost;
let site: SiteRig;

beforeEach(async () => {
  host = await SiteHost.start();
  console.log(`the site with seed ${seed}`);
  const password = await host.addGateway('site');
  const broker = { port: host.mqttPort, password };
  site = new SiteRig({ seed, startMs, broker, settings: rigSettings(12) });
});
afterEach(async () => {
  site.gateway.stop();
  await host.remove();
});

const dataDir = () => host.parts.settings.dataDir;

/** Two minutes that are in a backup, made of the closed database, and three minutes acknowledged since. */
async function measuredAroundBackup(): Promise<{ file: string; backedUp: number; acked: number }> {
  await site.run(2 * minuteMs);
  await site.drained();
  await host.close();
  const backedUp = site.gateway.journal.next - 1;
  const { instance } = await openDatabase({ dataDir: dataDir() });
  const { path: file } = await makeBackup({ dataDir: dataDir(), instance, keep: 1 });
  instance.closeSync();
  await host.open();
  await site.run(3 * minuteMs);
  await site.drained();
  const acked = site.gateway.journal.next - 1;
  expect(acked).toBeGreaterThan(backedUp);
  await host.close();
  return { file, backedUp, acked };
}

/** All that was acknowledged since the backup is counted lost, all else is in the tables once. */
async function expectLostAndRest(backedUp: number, acked: number): Promise<void> {
  await site.drained();
  await site.run(minuteMs);
  await site.drained();
  const { store } = host.parts;
  const kept = [...site.appended.slice(0, backedUp), ...site.appended.slice(acked)];
  await expectTables(store, 'site', kept);
  expect(await store.all("SELECT fromSequence, toSequence FROM lost WHERE gateway = 'site'")).toEqual([
    { fromSequence: backedUp + 1, toSequence: acked },
  ]);
  const { ingest } = await host.get<Gateway>('/api/v1/gateways/site');
  expect(ingest).toMatchObject({ lost: acked - backedUp, malformed: 0 });
  console.log(
    `backup of ${backedUp} records restored at ${acked}: ${acked - backedUp} counted lost, ` +
      `${site.appended.length - acked} more came from the gateway, none twice`,
  );
}

test('after a restore a gateway sends what it still holds, and what nobody holds any more is counted lost', async () => {
  const { file, backedUp, acked } = await measuredAroundBackup();
  await site.run(2 * minuteMs);
  await restoreBackup({ dataDir: dataDir(), file });
  await host.open();
  await expectLostAndRest(backedUp, acked);
});

test('a host whose database is destroyed goes on from its backup by itself', async () => {
  const { backedUp, acked } = await measuredAroundBackup();
  await truncate(placesOf(dataDir()).database, 10_000);
  await site.run(2 * minuteMs);
  const opened = await openDatabase({ dataDir: dataDir() });
  opened.instance.closeSync();
  expect(opened.outcome).toBe('restored');
  await host.open();
  await expectLostAndRest(backedUp, acked);
});
