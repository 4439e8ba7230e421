import { expect, it, vi } from 'vitest';
import { Lane } from '../../../host/store/lane.ts';
import { counterWindow, memoryStore } from './memory-store.ts';

const t0 = Date.UTC(2026, 0, 5);
const windowS = 300;

/** Queries for the last hour of a counter that goes up and down all along, as one that counts what is fed in against what is taken. */
async function queriesFor(days: number): Promise<number> {
  const { store, write } = await memoryStore('UTC');
  const count = (days * 86_400) / windowS;
  await write(
    Array.from({ length: count }, (_, at) =>
      counterWindow(t0 + at * windowS * 1000, 100_000 + (at % 2) * 40 + (at % 7) * 13, windowS),
    ),
  );
  const endMs = t0 + count * windowS * 1000;
  const queries = vi.spyOn(Lane.prototype, 'use');
  const series = 'attic.main.energyImportWh';
  const { startMs } = await store.readings({ series, fromMs: endMs - 3_600_000, toMs: endMs, points: 12 });
  const made = queries.mock.calls.length;
  queries.mockRestore();
  await store.close();
  expect(startMs).toHaveLength(12);
  return made;
}

it('the last hour of a counter that is always odd takes as few queries, however long it has been so', async () => {
  const ofDays = await queriesFor(3);
  expect(ofDays).toBeGreaterThan(0);
  expect(await queriesFor(16)).toBe(ofDays);
});
