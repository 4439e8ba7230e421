import { expect, test } from 'vitest';
import type { AlarmSettings, GatewaySettings } from '#core/wire/settings.ts';
import { memoryStore } from '../../../simulator/gateway/stores.ts';
import { LifeRig, lifeSettings } from './life-rig.ts';
import { siteSettings, testSite } from './test-site.ts';

/** NVS of 64 kB: 16 pages of 126 entries of 32 bytes, one page kept free; a value takes one more entry and its index. */
const pages = 15;
const entriesPerPage = 126;
const entryBytes = 32;
/** Each course goes on for ten minutes. */
const coursesPerYear = 8766 * 6;

/** One line and its first meter alone. */
const only = (settings: GatewaySettings, line: string): GatewaySettings => ({
  ...settings,
  lines: settings.lines.filter(({ id }) => id === line),
  meters: settings.meters.filter(meter => meter.line === line).slice(0, 1),
});

/** What is written to a store from now on. */
function counting() {
  const store = memoryStore();
  const entries = new Map<string, number>();
  return {
    entries,
    store: {
      ...store,
      write: (key: string, value: Uint8Array) => {
        entries.set(key, (entries.get(key) ?? 0) + 2 + Math.ceil(value.length / entryBytes));
        store.write(key, value);
      },
    },
    /** Erases of each page in a year that goes on as this course. */
    erasesAYear: () =>
      ([...entries.values()].reduce((sum, count) => sum + count, 0) * coursesPerYear) /
      entriesPerPage /
      pages,
  };
}

test('what is kept through power cuts wears no page of the store by more than 10,000 erases a year', () => {
  const { store, entries, erasesAYear } = counting();
  const site = testSite({ store, settings: only(siteSettings, 'chips') });
  site.gateway.start();
  site.time.advance(600_000);
  const counters = erasesAYear();
  // A meter without a counter of its own is kept once a minute; a start twice; all else not at all.
  expect([...entries.keys()].sort()).toEqual(['boots.0', 'boots.1', 'dc.a.battery', 'dc.b.battery']);

  const fluttering: AlarmSettings = {
    id: 'flutter',
    meter: 'kitchen',
    quantity: 'powerW',
    operator: '>',
    threshold: 1000,
  };
  const alarms = counting();
  const rig = new LifeRig({
    store: { ...memoryStore(), ...alarms.store },
    settings: { ...only(lifeSettings, 'bus'), alarms: [fluttering] },
  });
  rig.start();
  for (let second = 0; second < 600; second += 7) {
    rig.powerW = rig.powerW > 1000 ? 0 : 2000;
    rig.time.advance(7000);
  }
  expect(alarms.entries.get('alarms')).toBeGreaterThan(9);
  expect(alarms.entries.get('alarms')).toBeLessThanOrEqual(21 * 3);
  console.log(
    `erases a page and year: counters ${Math.round(counters)}, a fluttering alarm ${Math.round(alarms.erasesAYear())}`,
  );
  expect(counters + alarms.erasesAYear()).toBeLessThan(10_000);
});
