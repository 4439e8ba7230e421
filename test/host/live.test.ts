import { expect, test, vi } from 'vitest';
import { Events } from '../../host/events.ts';
import { Fleet } from '../../host/fleet.ts';
import { Live } from '../../host/live.ts';
import { memoryStore } from './store/memory-store.ts';

test('live values are asked of one gateway while somebody wants those, and of all while somebody looks', async () => {
  vi.useFakeTimers();
  try {
    const { store } = await memoryStore();
    const fleet = await Fleet.open(store, new Events(), () => 5000);
    for (const id of ['attic', 'cellar']) fleet.connection(id, true);
    const asked: string[] = [];
    const live = new Live(fleet, (gateway, { seconds }) => void asked.push(`${gateway} ${seconds}`));
    const ends = [live.watchGateway('cellar'), live.watchGateway('cellar')];
    expect(asked.splice(0)).toEqual(['cellar 30']);
    vi.advanceTimersByTime(20_000);
    expect(asked.splice(0)).toEqual(['cellar 30']);
    // One that comes back does not have to wait.
    live.ask('cellar');
    live.ask('attic');
    expect(asked.splice(0)).toEqual(['cellar 30']);
    const look = live.watch();
    expect(asked.splice(0).sort()).toEqual(['attic 30', 'cellar 30']);
    ends[0]?.();
    ends[0]?.();
    look();
    vi.advanceTimersByTime(20_000);
    expect(asked.splice(0)).toEqual(['cellar 30']);
    ends[1]?.();
    vi.advanceTimersByTime(60_000);
    live.ask('cellar');
    expect(asked).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    live.close();
    await store.close();
  } finally {
    vi.useRealTimers();
  }
});
