import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Store } from '../../host/store/store.ts';
import { patienceMs } from '../patience.ts';
import { seed } from '../seed.ts';
import { siteMeters } from '../site.ts';
import { chanceOf, rounds } from './chance.ts';
import { HostProcess } from './host-process.ts';
import { rigSettings, SiteRig } from './site-rig.ts';
import { expectContiguous, expectTables } from './tables.ts';

const kills = rounds(1, 10);
const windowS = 5;
const startMs = Date.UTC(2026, 2, 10, 7);

test('a host killed again and again, and stopped for a minute, while a gateway measures has exactly what the gateway appended', {
  timeout: rounds(4 * patienceMs, 600_000),
}, async () => {
  console.log(`the site with seed ${seed}`);
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-site-kill-'));
  let host = await HostProcess.start(dataDir, ['site']);
  let isOver = false;
  // A host that is stopped would outlive a test that fails.
  onTestFinished(() => {
    if (!isOver) process.kill(host.pid, 'SIGKILL');
  });
  const broker = { port: 0, password: '' };
  const follow = () => {
    broker.port = host.ready.mqttPort;
    broker.password = host.ready.passwords.site ?? '';
  };
  follow();
  // Short windows are many records: there is always something on its way when the host dies.
  const site = new SiteRig({ seed, startMs, broker, settings: rigSettings(windowS, 1000) });
  // The house lives on whatever becomes of the host, at a hundred times its pace. Its time stands still where the journal
  // would run over only because this machine is busy: with a host that starts; with one that runs it goes slowly.
  const { journal } = site.gateway;
  const fullness = () => journal.bytes / journal.capacityBytes;
  let isThere = true;
  let isLiving = true;
  const life = (async () => {
    while (isLiving) {
      const [room, slowMs] = isThere ? [0.75, 10] : [0.5, 0];
      site.time.advance(fullness() < room ? 500 : slowMs);
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  })();
  const chance = chanceOf(17);
  const freed = () => site.gateway.journal.oldest;
  const taken = async () => {
    const floor = freed();
    await expect.poll(freed, { interval: 5 }).toBeGreaterThan(floor + 50);
  };
  const onTheirWay = () => {
    const { sent, acknowledged } = site.gateway.health().uplink;
    return sent - acknowledged;
  };
  for (let round = 0; round < kills; round++) {
    // Not before the host took something, and then at any moment.
    await taken();
    await new Promise(resolve => setTimeout(resolve, chance(200)));
    await expect.poll(onTheirWay, { interval: 1 }).toBeGreaterThan(0);
    isThere = false;
    await host.end('SIGKILL');
    host = await HostProcess.start(dataDir, ['site']);
    follow();
    isThere = true;
  }
  // A host that hangs holds its connection: what is sent meanwhile, and sent again, it takes when it goes on.
  await taken();
  await expect.poll(fullness, { interval: 5 }).toBeLessThan(0.25);
  await expect.poll(onTheirWay, { interval: 1 }).toBeGreaterThan(0);
  const { resent: before } = site.gateway.health().uplink;
  isThere = false;
  process.kill(host.pid, 'SIGSTOP');
  const beforeMs = site.nowMs;
  await expect.poll(() => site.nowMs - beforeMs).toBeGreaterThan(60_000);
  process.kill(host.pid, 'SIGCONT');
  isThere = true;
  await taken();
  isLiving = false;
  await life;
  await site.drained();
  site.gateway.stop();
  await host.end('SIGTERM');
  isOver = true;

  const { resent } = site.gateway.health().uplink;
  console.log(`${site.appended.length} records, ${resent} sent again, ${kills} kills`);
  expect(resent).toBeGreaterThan(before);
  expect(site.gateway.journal.dropped).toBe(0);
  const meters = siteMeters.map(({ id }) => id);
  const windowMs = windowS * 1000;
  expectContiguous(site.appended, meters, startMs, Math.floor(site.nowMs / windowMs) * windowMs);
  const store = await Store.open({ dataDir, zone: 'UTC' });
  await expectTables(store, 'site', site.appended);
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});
