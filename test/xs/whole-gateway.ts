import type { QuantityId } from '#core/quantities.ts';
import { testSite } from '../firmware/app/test-site.ts';

/**
 * XS refuses to stringify what lies in flash, which on a device every preloaded frozen table does. Here nothing
 * lies in flash, so that rule is put on top: from now on a frozen object is refused with XS's own words.
 */
function refuseFrozenJson(): () => void {
  const { stringify } = JSON;
  const check = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Object.isFrozen(value)) throw new TypeError('read only value (in stringify)');
    for (const inner of Object.values(value)) check(inner);
  };
  JSON.stringify = ((value: unknown) => {
    check(value);
    return stringify(value);
  }) as typeof JSON.stringify;
  return () => {
    JSON.stringify = stringify;
  };
}

/** What a meter shows: changes with time, so that a window of the wrong samples is seen. */
function reading(quantity: QuantityId, ticksMs: number): number | undefined {
  if (quantity === 'powerW') return 400 + (ticksMs % 7000) / 100;
  return quantity === 'energyImportWh' ? 123_456 + Math.floor(ticksMs / 10_000) : undefined;
}

/**
 * A whole gateway with four meters on three kinds of line, a broker and a host, in virtual time: it runs, loses its
 * broker, gets other settings, and is asked for live values. Gives all that came to the host.
 */
export function runGateway({ seconds, outageS }: { seconds: number; outageS: number }) {
  const restore = refuseFrozenJson();
  try {
    const values = new Map<string, Uint8Array>();
    const site = testSite({
      read: reading,
      store: {
        read: key => values.get(key),
        write: (key, value) => {
          values.set(key, value.slice());
        },
        remove: key => void values.delete(key),
        erase: () => values.clear(),
      },
    });
    site.gateway.start();
    site.time.advance(seconds * 1000);
    site.broker.shut();
    site.time.advance(outageS * 1000);
    site.broker.open();
    site.time.advance(120_000);
    site.command({ id: 'a', name: 'live', seconds: 5 });
    site.time.advance(10_000);
    site.desire({ version: 2, lines: [], meters: [] });
    site.time.advance(10_000);
    return {
      records: site.stored(),
      counts: site.host.counts,
      lost: [...site.host.lost.values()],
      health: site.health.at(-1) ?? null,
      about: site.about,
      reported: site.reported,
      live: site.live.length,
      log: site.log,
    };
  } finally {
    restore();
  }
}
