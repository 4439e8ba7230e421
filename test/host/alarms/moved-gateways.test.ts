import { expect, it } from 'vitest';
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
