import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Store } from '../../host/store/store.ts';
import { patienceMs } from '../patience.ts';
import { Publisher } from '../wires/publisher.ts';
import { windowAt } from '../wires/windows.ts';
import { chanceOf, rounds } from './chance.ts';
import { HostProcess } from './host-process.ts';
import { countOnce, noneLost } from './once.ts';
import { builtUntilMs, OrderedRun, tiersOf } from './same-tiers.ts';
import { SmallDisk } from './small-disk.ts';
import { tell } from './tell.ts';

const epoch = '00000000000000aa';
const times = rounds(2, 20);
const sizeMb = 64;
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const disk = SmallDisk.mount(sizeMb);
afterAll(() => disk?.unmount());

test.skipIf(disk === undefined)(
  'a disk that is full again and again loses nothing acknowledged, and the same process goes on once there is room',
  { timeout: rounds(4 * patienceMs, 3_600_000) },
  async () => {
    if (disk === undefined) return;
    const dataDir = join(disk.dir, 'data');
    const chance = chanceOf(13);
    const host = await HostProcess.start(dataDir, ['attic'], true);
    const publisher = new Publisher({
      gateway: 'attic',
      password: host.ready.passwords.attic ?? '',
      port: host.ready.mqttPort,
      epoch,
      perMessage: 50,
      inFlight: 4,
      resendMs: 500,
    });
    let next = 0;
    const load = setInterval(() => {
      if (next - publisher.acked > 2000) return;
      publisher.add(...Array.from({ length: 50 }, (_, index) => windowAt('main', next + index)));
      next += 50;
    }, 20);
    let slowestMs = 0;
    for (let time = 0; time < times; time++) {
      const floor = publisher.acked;
      await expect.poll(() => publisher.acked).toBeGreaterThan(floor + 500);
      // At any moment of what it does, or in the middle of writing its file.
      if (time % 2 === 1) await host.begins('checkpoint');
      else await pause(chance(300));
      let before = -1;
      while (publisher.acked > before) {
        before = publisher.acked;
        disk.fill();
        await pause(600);
      }
      expect(host.isAlive).toBe(true);
      await disk.makeRoom();
      const roomMs = performance.now();
      await expect.poll(() => publisher.acked).toBeGreaterThan(before);
      slowestMs = Math.max(slowestMs, performance.now() - roomMs);
    }
    clearInterval(load);
    await publisher.settled();
    await publisher.close();
    expect(host.isAlive).toBe(true);
    const { reopened } = host.doing;
    await host.end('SIGTERM');

    const store = await Store.open({ dataDir, zone: 'UTC', upkeepMs: 0, nowMs: () => builtUntilMs });
    const found = await countOnce(store, 'attic', next);
    expect(store.watermark('attic', epoch)).toBe(next);
    await store.upkeep();
    const ordered = await OrderedRun.open();
    expect(await tiersOf(store)).toEqual(await ordered.tiers(new Map([['attic', next]])));
    await ordered.close();
    await store.close();
    tell({
      what: `disk of ${sizeMb} MB full ${times} times`,
      acknowledged: next,
      ...found,
      more: [
        `one process throughout, which opened its database again ${reopened} times`,
        `goes on ${(slowestMs / 1000).toFixed(1)} s after there is room at the slowest`,
      ],
    });
    expect(found).toEqual(noneLost);
    // Few times may all fall between two checkpoints.
    expect(reopened).toBeGreaterThanOrEqual(rounds(0, 1));
  },
);
