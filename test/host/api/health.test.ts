import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';

let host: HostUnderTest;

beforeEach(async () => {
  host = await startHostUnderTest();
});
afterEach(() => host.close());

const health = async (cookie?: string) =>
  (await host.ask({ url: '/api/v1/health', headers: cookie === undefined ? {} : { cookie } })).json();

it('a host that is well says so, and no more to strangers', async () => {
  expect(await health()).toEqual({ status: 'ok', version: '0.0.0', setUp: false, reasons: [] });
});

it('commits that fail are seen at once, and are over with the next that succeeds', async () => {
  const failed = host.watch.commits.timed(async () => {
    throw new Error('no space left in /data');
  });
  await expect(failed).rejects.toThrow('no space');
  const reasons = [{ code: 'commit.failing', level: 'failing' }];
  expect(await health()).toMatchObject({ status: 'failing', reasons });
  await host.watch.commits.timed(async () => {});
  expect(await health()).toMatchObject({ status: 'ok', reasons: [] });
});

it('who hands out requests is told when the host does not do what it is there for; that it answers is told always', async () => {
  const statusOf = async (url: string) => (await host.ask({ url })).statusCode;
  expect(await statusOf('/api/v1/health?ready')).toBe(200);
  const failed = host.watch.commits.timed(async () => {
    throw new Error('no space left');
  });
  await expect(failed).rejects.toThrow();
  expect(await statusOf('/api/v1/health?ready')).toBe(503);
  expect(await statusOf('/api/v1/health')).toBe(200);
  await host.watch.commits.timed(async () => {});
  expect(await statusOf('/api/v1/health?ready')).toBe(200);
});

it('details and counters are for those who are signed in', async () => {
  host.disk.freeBytes = 1e6;
  await host.watch.disk.check();
  const stranger = JSON.stringify(await health());
  expect(stranger).toContain('intake.paused');
  expect(stranger).not.toMatch(/MB|Bytes|counters/);
  const known = await health(await signInFirst(host));
  expect(known.reasons[0].facts).toMatchObject({ freeBytes: 1e6, sizeBytes: 1e11 });
  expect(known.reasons[0].detail).toMatch(/^1 of 95367 MB are free/);
  expect(known.counters['disk.isFull']).toBe(1);
});

it('others may know reasons too, as long as they are told of', async () => {
  const stop = host.watch.addSource(() => [
    {
      code: 'store.restored',
      level: 'degraded',
      detail: 'from 06:00',
      facts: { outcome: 'restored', folder: 'quarantine', said: 'from 06:00' },
    },
  ]);
  expect(await health()).toMatchObject({
    status: 'degraded',
    reasons: [{ code: 'store.restored', level: 'degraded' }],
  });
  stop();
  expect((await health()).status).toBe('ok');
});

it('a notice is told of a host that is well', async () => {
  const stop = host.watch.addSource(() => [
    {
      code: 'store.notEnded',
      level: 'notice',
      detail: '3 commits',
      facts: { commits: 3, unfinishedBytes: 0 },
    },
  ]);
  expect(await health()).toMatchObject({
    status: 'ok',
    reasons: [{ code: 'store.notEnded', level: 'notice' }],
  });
  stop();
});
