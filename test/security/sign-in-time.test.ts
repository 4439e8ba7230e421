import { expect, it } from 'vitest';
import { openAuth } from '../../host/auth/auth.ts';
import { Store } from '../../host/store/store.ts';

/** The least of some times: what else is done meanwhile only ever adds to it. */
const leastMs = (times: readonly number[]) => Math.min(...times);

it('a name that is not there takes as long as one that is, at what a check really costs', async () => {
  const store = await Store.open({ zone: 'UTC' });
  const clock = { nowMs: 0 };
  const auth = await openAuth(store, { nowMs: () => clock.nowMs });
  await auth.accounts.create('ada', 'a long enough password', {});
  const times: Record<string, number[]> = { ada: [], nobody: [] };
  for (let round = 0; round < 15; round++) {
    for (const user of ['ada', 'nobody']) {
      const before = process.cpuUsage();
      await auth.signIn.check({ user, password: 'a wrong password', address: `192.0.2.${round}` });
      // Of all its threads: passwords are checked in others. The clock's time would be that of other programs, too.
      const cpu = process.cpuUsage(before);
      times[user]?.push((cpu.user + cpu.system) / 1000);
    }
    clock.nowMs += 600_000;
  }
  const [known, unknown] = [leastMs(times.ada ?? []), leastMs(times.nobody ?? [])];
  const apart = Math.abs(known - unknown) / known;
  console.info(
    `a wrong password: ${known.toFixed(1)} ms for an account, ${unknown.toFixed(1)} ms for none, ${(apart * 100).toFixed(1)} % apart (the least of 15)`,
  );
  // What is proven is that the same work is done (`guessing.test.ts`); here, that nothing else is beside it.
  expect(unknown).toBeGreaterThan(known / 2);
  expect(unknown).toBeLessThan(known * 2);
  await store.close();
});
