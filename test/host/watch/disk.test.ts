import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiskWatch, freeNeeded } from '../../../host/watch/disk.ts';

const gigabyte = 2 ** 30;

/** A disk of 100 GB of which the test says how much is used. */
function watched(sizeBytes = 100 * gigabyte) {
  const disk = { sizeBytes, freeBytes: sizeBytes };
  const changes: boolean[] = [];
  const watch = new DiskWatch({ read: async () => ({ ...disk }), onChange: isFull => changes.push(isFull) });
  const use = async (share: number) => {
    disk.freeBytes = sizeBytes * (1 - share);
    await watch.check();
    return watch.isFull;
  };
  return { watch, disk, changes, use };
}

describe('the intake', () => {
  it('pauses past 95 % and goes on by itself below 94 %, without fluttering between', async () => {
    const { use, changes, watch } = watched();
    const shares = [0.5, 0.949, 0.951, 0.949, 0.941, 0.951, 0.939, 0.949, 0.96];
    const states: boolean[] = [];
    for (const share of shares) states.push(await use(share));
    expect(states).toEqual([false, false, true, true, true, true, false, false, true]);
    expect(changes).toEqual([true, false, true]);
    expect(watch.counters()).toMatchObject({ 'disk.pauses': 2, 'disk.isFull': 1 });
  });

  it('is told to be near its end before it pauses, and to pause when it does', async () => {
    const { use, watch } = watched();
    const codes: (string | undefined)[] = [];
    for (const share of [0.89, 0.91, 0.96, 0.945, 0.935, 0.89]) {
      await use(share);
      codes.push(watch.reasons()[0]?.code);
    }
    const paused = 'intake.paused';
    expect(codes).toEqual([undefined, 'disk.nearlyFull', paused, paused, 'disk.nearlyFull', undefined]);
  });

  it('does not pause with hundreds of gigabytes free, nor let a small disk run to its end', async () => {
    const big = watched(4000 * gigabyte);
    expect(await big.use(0.96)).toBe(false);
    expect(await big.use(0.999)).toBe(true);
    const small = watched(4 * gigabyte);
    expect(await small.use(0.93)).toBe(false);
    expect(await small.use(0.945)).toBe(true);
    // A disk of less than the floor is of use all the same.
    expect(await watched(gigabyte / 8).use(0.85)).toBe(false);
  });

  it('of any disk has its bounds in order: warned before it pauses, paused until there is more room', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 47 }), sizeBytes => {
        const [pause, resume, warn] = [0.95, 0.94, 0.9].map(share => freeNeeded(sizeBytes, share));
        expect(pause).toBeLessThan(Number(resume));
        expect(resume).toBeLessThan(Number(warn));
        expect(warn).toBeLessThan(sizeBytes);
      }),
    );
  });
});

it('a disk that cannot be asked changes nothing and is told, until it answers again', async () => {
  let isThere = true;
  const watch = new DiskWatch({
    read: async () => {
      if (!isThere) throw new Error('ENOENT: statfs');
      return { sizeBytes: gigabyte * 100, freeBytes: 0 };
    },
  });
  await watch.check();
  isThere = false;
  await watch.check();
  expect(watch.isFull).toBe(true);
  expect(watch.reasons()).toMatchObject([
    { code: 'intake.paused' },
    { code: 'disk.unreadable', detail: 'ENOENT: statfs' },
  ]);
  isThere = true;
  await watch.check();
  expect(watch.reasons()).toMatchObject([{ code: 'intake.paused' }]);
});
