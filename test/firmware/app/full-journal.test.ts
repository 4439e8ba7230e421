import { expect, test } from 'vitest';
import type { GatewaySettings } from '#core/wire/settings.ts';
import { NorFlash } from '../../../simulator/gateway/nor-flash.ts';
import { siteSettings, testSite } from './test-site.ts';

const settings: GatewaySettings = {
  ...siteSettings,
  lines: siteSettings.lines.filter(({ id }) => id === 'chips'),
  meters: siteSettings.meters
    .filter(({ line }) => line === 'chips')
    .map(meter => ({ ...meter, sampleMs: 60_000, windowS: 60 })),
};

test('days without the host: the oldest windows go, exactly as many as are counted here and lost there, the others come in order', () => {
  const flash = new NorFlash({ blocks: 6 });
  let site = testSite({ flash, settings });
  const store = site.ports.store;
  site.gateway.start();
  site.time.advance(10 * 60_000);
  site.broker.shut();
  for (let day = 0; day < 3; day++) {
    site.time.advance(24 * 3_600_000);
    // In order, and by the power: what was dropped is remembered.
    if (day < 2) {
      site.gateway.stop();
      site = testSite({ flash, settings, store, after: site });
      site.gateway.start();
    }
  }
  const { epoch, oldest, next, dropped } = site.gateway.journal;
  expect(next).toBeGreaterThan(3 * 24 * 60);
  expect(oldest).toBeGreaterThan(2000);
  site.broker.open();
  site.time.advance(10 * 60_000);
  const { host, gateway } = site;
  const before = 9;
  expect(host.lost.get(epoch)).toBe(dropped);
  expect(gateway.journal.dropped).toBe(dropped);
  const stored = site.stored();
  expect(stored.length + dropped).toBe(gateway.journal.next - 1);
  expect(stored.length).toBeGreaterThan(before + next - oldest);
  const starts = stored.map(({ startMs }) => startMs);
  expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
  expect(host.counts).toMatchObject({ refused: 0, outOfOrder: 0 });
});
