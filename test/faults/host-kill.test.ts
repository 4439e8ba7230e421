import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Store } from '../../host/store/store.ts';
import { patienceMs } from '../patience.ts';
import { Publisher } from '../wires/publisher.ts';
import { windowAt } from '../wires/windows.ts';
import { chanceOf, rounds } from './chance.ts';
import type { ChildDoing } from './host-child.ts';
import { HostProcess } from './host-process.ts';
import { countOnce, noneLost } from './once.ts';
import { builtUntilMs, OrderedRun, tiersOf } from './same-tiers.ts';
import { count, readyWithinMs, Starts, tell } from './tell.ts';

const gateways = ['attic', 'cellar', 'garage'];
const kills = rounds(4, 100);
const burst = 40;
const epoch = '00000000000000aa';

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
/** Kills fall into each of these in turn, and at any moment. */
const aims: readonly (ChildDoing['doing'] | undefined)[] = ['tiers', 'sorting', 'checkpoint', undefined];

test('a host killed again and again under load has every record in its table once, and tiers that are true', {
  timeout: rounds(4 * patienceMs, 3_600_000),
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-kill-'));
  const chance = chanceOf(11);
  const starts = new Starts();
  const start = async () => {
    const started = await HostProcess.start(dataDir, gateways, true);
    starts.add(started.ready);
    return started;
  };
  let host = await start();
  const publishers = gateways.map(
    gateway =>
      new Publisher({
        gateway,
        password: host.ready.passwords[gateway] ?? '',
        port: host.ready.mqttPort,
        epoch,
        perMessage: 20,
        inFlight: 4,
        resendMs: 500,
      }),
  );
  let next = 0;
  const load = setInterval(() => {
    // Always work on its way, never a mountain of it.
    if (next - Math.min(...publishers.map(({ acked }) => acked)) > 2000) return;
    const windows = Array.from({ length: burst }, (_, index) => windowAt('main', next + index));
    next += burst;
    for (const publisher of publishers) publisher.add(...windows);
  }, 20);
  const ordered = await OrderedRun.open();
  const met: Record<ChildDoing['doing'], number> = { tiers: 0, sorting: 0, checkpoint: 0, nothing: 0 };
  const atKill = { acknowledgedLost: 0, wrongTiers: 0 };
  for (let round = 0; round < kills; round++) {
    const floor = publishers[0]?.acked ?? 0;
    // Not before it has work.
    await expect.poll(() => publishers[0]?.acked).toBeGreaterThan(floor);
    const aim = aims[round % aims.length];
    if (aim !== undefined) await host.begins(aim);
    await pause(chance(aim === undefined ? 400 : 25));
    await host.end('SIGKILL');
    met[host.doing.doing]++;
    const found = await lookAt(dataDir, ordered);
    for (const [index, { acked }] of publishers.entries()) {
      atKill.acknowledgedLost += Math.max(acked - (found.stored[index] ?? 0), 0);
    }
    if (!found.areTiersTrue) atKill.wrongTiers++;
    host = await start();
    for (const [index, publisher] of publishers.entries()) {
      await publisher.moveTo(host.ready.mqttPort, host.ready.passwords[gateways[index] as string] ?? '');
    }
  }
  clearInterval(load);
  await ordered.close();
  await Promise.all(publishers.map(publisher => publisher.settled()));
  for (const publisher of publishers) await publisher.close();
  await host.end('SIGTERM');

  const store = await Store.open({ dataDir, zone: 'UTC', upkeepMs: 0, nowMs: () => builtUntilMs });
  const sum = { ...noneLost };
  for (const gateway of gateways) {
    expect(store.watermark(gateway, epoch)).toBe(next);
    const found = await countOnce(store, gateway, next);
    for (const what of ['lost', 'doubled', 'wrong'] as const) sum[what] += found[what];
    expect(store.newest(`${gateway}.main`)?.values.energyImportWh).toBe(next - 0.5);
  }
  await store.upkeep({ isWeekOver: true });
  const afresh = await OrderedRun.open();
  expect(await tiersOf(store)).toEqual(await afresh.tiers(new Map(gateways.map(each => [each, next]))));
  await afresh.close();
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
  tell({
    what: `${kills} kills under load`,
    acknowledged: next * gateways.length,
    lost: sum.lost + atKill.acknowledgedLost,
    doubled: sum.doubled,
    more: [
      `${met.tiers} fell into building tiers, ${met.sorting} into sorting, ${met.checkpoint} into a checkpoint`,
      `tiers as of an ordered run after ${count(kills - atKill.wrongTiers)} of ${kills}`,
    ],
    starts,
  });
  expect({ ...sum, ...atKill }).toEqual({ ...noneLost, acknowledgedLost: 0, wrongTiers: 0 });
  expect(met.tiers + met.sorting + met.checkpoint).toBeGreaterThan(0);
  expect(starts.ownMs).toBeLessThan(readyWithinMs);
});

/** What a killed host has left, seen in a copy: the host's own start must be the first on its files. */
async function lookAt(dataDir: string, ordered: OrderedRun) {
  const copy = `${dataDir}-copy`;
  // A killed host leaves its socket for commands behind, too, which nobody can copy.
  await cp(dataDir, copy, { recursive: true, filter: path => !path.endsWith('.sock') });
  const store = await Store.open({ dataDir: copy, zone: 'UTC', upkeepMs: 0, nowMs: () => builtUntilMs });
  const stored = gateways.map(gateway => store.watermark(gateway, epoch));
  await store.upkeep();
  const expected = await ordered.tiers(new Map(gateways.map((each, index) => [each, stored[index] ?? 0])));
  const found = await tiersOf(store);
  await store.close();
  await rm(copy, { recursive: true, force: true });
  return { stored, areTiersTrue: JSON.stringify(found) === JSON.stringify(expected) };
}
