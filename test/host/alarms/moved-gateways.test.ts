import { expect, it } from 'vitest';
import { gaugeWindow } from '../store/memory-store.ts';
import { hostWithAlarms, over100, startMs } from './host-with-alarms.ts';

const minuteMs = 60_000;

it.each(['kill', 'late window'])(
  'what a gateway measured at another site is not judged by the rules of the one that it came back to, after a %s either',
  async what => {
    const host = await hostWithAlarms();
    await host.alarms.set({ ...over100, target: { site: 'home' } });
    await host.commit({ 0: 50, 1: 50 });
    host.siteOf.set('attic', 'away');
    await host.tick(startMs + 2 * minuteMs);
    await host.commit({ 13: 150, 14: 150 });
    host.siteOf.set('attic', 'home');
    await host.tick(startMs + 4 * minuteMs);
    await host.commit({ 30: 50, 31: 150, 33: 50 });
    expect(await host.events()).toEqual([[31, 33]]);
    await host.tick(startMs + 6 * minuteMs);
    if (what === 'kill') await host.restart({ isKilled: true, untilMs: startMs + 7 * minuteMs });
    else await host.commit({ 32: 50 });
    expect(await host.events()).toEqual([[31, what === 'kill' ? 33 : 32]]);
    await host.close();
  },
);

const power = (gateway: string, place: number, powerW: number) => ({
  gateway,
  record: gaugeWindow(startMs + place * 10_000, powerW),
});

it.each(['kill', 'late window'])(
  'what a sum was before other meters were of it stays as it was judged, after a %s, too',
  async what => {
    const host = await hostWithAlarms();
    host.siteOf.set('shed', 'away');
    await host.commitWindows(power('attic', -2, 1), power('cellar', -2, 1), power('shed', -2, 1));
    await host.alarms.set({ ...over100, target: { sumOfSite: 'home' } });
    await host.commitWindows(power('attic', 0, 60), power('cellar', 0, 60), power('shed', 0, 500));
    await host.commitWindows(power('attic', 1, 10), power('cellar', 1, 10), power('shed', 1, 500));
    expect(await host.events()).toEqual([[0, 1]]);
    host.siteOf.set('shed', 'home');
    await host.tick(startMs + 2 * minuteMs);
    for (const place of [20, 21])
      await host.commitWindows(
        power('attic', place, 10),
        power('cellar', place, 10),
        power('shed', place, 10),
      );
    await host.tick(startMs + 6 * minuteMs);
    if (what === 'kill') await host.restart({ isKilled: true, untilMs: startMs + 7 * minuteMs });
    else await host.commitWindows(power('attic', 3, 10), power('cellar', 3, 10), power('shed', 3, 500));
    await host.tick(startMs + 12 * minuteMs);
    expect(await host.events()).toEqual([[0, 1]]);
    await host.close();
  },
);

it('a gateway that came to a site and says nothing there is silent from when it came, once, over a restart, too', async () => {
  const host = await hostWithAlarms();
  host.siteOf.set('attic', 'away');
  await host.commit({ 0: 50 });
  await host.alarms.set({ ...over100, target: { site: 'home' }, condition: { kind: 'silence', forS: 60 } });
  await host.tick(startMs + 10 * minuteMs);
  host.siteOf.set('attic', 'home');
  await host.tick(startMs + 20 * minuteMs);
  expect(await host.events()).toEqual([]);
  for (let atMs = 20.5 * minuteMs; atMs < 22 * minuteMs; atMs += minuteMs / 2)
    await host.tick(startMs + atMs);
  expect(await host.events()).toEqual([[126, null]]);
  await host.restart({ untilMs: startMs + 30 * minuteMs });
  await host.commit({ 200: 50 });
  expect(await host.events()).toEqual([[126, 200]]);
  await host.close();
});
