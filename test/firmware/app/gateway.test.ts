import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGateway } from '#app/gateway.ts';
import { encodeUtf8 } from '#core/utf8.ts';
import { decodeMessage } from '#core/wire/messages.ts';
import { topicOf } from '#core/wire/topics.ts';
import { memoryStore } from '../../../simulator/gateway/stores.ts';
import { epochMs, siteSettings, testSite } from './test-site.ts';

const second = (startMs: number) => (startMs - epochMs) / 1000;

describe('a gateway', () => {
  it('brings every window of every meter to the host, aligned and in order, with what the meters showed', () => {
    const { time, gateway, stored } = testSite();
    gateway.start();
    time.advance(61_000);
    for (const meter of ['kitchen', 'pump', 'utility', 'battery']) {
      const records = stored(meter);
      expect(records.map(({ startMs }) => second(startMs))).toEqual([0, 10, 20, 30, 40, 50]);
      for (const { clock, windowS, failures } of records) {
        expect({ clock, windowS, failures }).toEqual({ clock: 'synced', windowS: 10, failures: [] });
      }
    }
    const power = stored('kitchen')[2]?.values.find(({ quantity }) => quantity === 'powerW');
    expect(power).toEqual({ quantity: 'powerW', samples: 10, mean: 460, min: 460, max: 460, last: 460 });
    expect(gateway.journal.oldest).toBe(gateway.journal.next);
  });

  it('keeps counters digit for digit from the meter to the host', () => {
    const { time, gateway, stored } = testSite({
      read: (quantity, ticksMs) =>
        quantity === 'energyImportWh' ? 123_456_789 + Math.floor(ticksMs / 1000) * 0.1 : undefined,
    });
    gateway.start();
    time.advance(31_000);
    const readings = stored('utility').map(
      ({ values }) => values.find(({ quantity }) => quantity === 'energyImportWh')?.last,
    );
    expect(readings.length).toBe(3);
    for (const [index, reading] of readings.entries()) {
      // A telegram comes each second and carries tenths: the last one of a window is 9 or 10 s old steps.
      const tenths = Math.round(((reading ?? 0) - 123_456_789) * 10);
      expect(reading).toBe(
        Number(`123456789.${tenths - 10 * Math.floor(tenths / 10)}`) + Math.floor(tenths / 10),
      );
      expect(tenths).toBeGreaterThanOrEqual(index * 10 + 9);
      expect(tenths).toBeLessThanOrEqual(index * 10 + 10);
    }
  });

  it('says what it is at every connection, retained, and that it is online', () => {
    const { time, broker, gateway, about, reported } = testSite();
    gateway.start();
    time.advance(100);
    expect(about[0]).toMatchObject({
      firmware: '1.2.3',
      board: 'test board',
      epoch: gateway.journal.epoch,
      settingsVersion: 1,
      meters: [{ id: 'kitchen', name: 'Kitchen', windowS: 10, sampleMs: 1000 }, {}, {}, {}],
    });
    expect(about[0]?.meters[3]?.series).toContain('energyImportWh');
    expect(reported[0]).toEqual({ v: 1, running: siteSettings });
    time.advance(2000);
    // Once more, as soon as a meter has said who it is.
    expect(about.at(-1)?.meters.some(({ identity }) => identity?.serial !== undefined)).toBe(true);
    const told = about.length;
    broker.cutOff();
    broker.retained.clear();
    time.advance(5000);
    expect([...broker.retained.keys()].sort()).toEqual(
      [topicOf('gw', 'about'), topicOf('gw', 'settings/reported'), topicOf('gw', 'status')].sort(),
    );
    expect(about.length).toBe(told + 1);
  });

  it('tells how it is each ten seconds', () => {
    const { time, gateway, health } = testSite();
    gateway.start();
    time.advance(60_500);
    expect(health.length).toBe(7);
    expect(health.at(-1)).toMatchObject({
      uptimeS: 60,
      clock: 'synced',
      clockJumps: 0,
      refusedMessages: 0,
      undatedDropped: 0,
      heapFreeBytes: 100_000,
      rssiDbm: -60.5,
      uplink: { connects: 1, resent: 0 },
      meters: { utility: { state: 'well', reason: null, failures: {} } },
    });
    expect(Object.keys(health.at(-1)?.lines ?? {})).toEqual(['bus', 'head', 'chips']);
    expect(health.at(-1)?.meters.kitchen?.samples).toBeGreaterThan(55);
  });

  it('loses no window in ten minutes without a broker, and none in a host that is killed', () => {
    const { time, broker, host, gateway, stored } = testSite();
    gateway.start();
    time.advance(60_000);
    broker.shut();
    time.advance(600_000);
    broker.open();
    time.advance(60_000);
    host.isUp = false;
    time.advance(120_000);
    host.isUp = true;
    time.advance(70_500);
    for (const meter of ['kitchen', 'pump', 'utility', 'battery']) {
      expect(stored(meter).map(({ startMs }) => second(startMs))).toEqual(
        Array.from({ length: 91 }, (_, index) => index * 10),
      );
    }
    expect(gateway.health().journal.dropped).toBe(0);
  });

  it('gives windows a reason where a meter is silent, and goes on with the others', () => {
    const absent = { id: 'gone', name: 'Gone', profile: 'eastron-sdm120', line: 'bus', address: 9 };
    const settings = { ...siteSettings, meters: [...siteSettings.meters, absent] };
    const { time, gateway, stored } = testSite({ settings });
    gateway.start();
    time.advance(120_500);
    const gone = stored('gone');
    expect(gone.length).toBe(12);
    expect(gone.every(({ values, failures }) => values.length === 0 && failures.length > 0)).toBe(true);
    expect(gone[0]?.failures.map(({ reason }) => reason)).toContain('timeout');
    expect(gone.at(-1)?.failures.map(({ reason }) => reason)).toContain('offline');
    expect(gateway.health().meters.gone).toMatchObject({ samples: 0, reason: 'offline', state: 'silent' });
    expect(stored('kitchen').every(({ values }) => values.length > 5)).toBe(true);
  });

  it('gives windows a reason where a line cannot be opened', () => {
    const lines = siteSettings.lines.map(line => ({ ...line, port: `no-${line.port}` }));
    const { time, gateway, stored, log } = testSite({ settings: { ...siteSettings, lines } });
    gateway.start();
    time.advance(60_500);
    expect(log.some(text => text.includes('no-bus'))).toBe(true);
    for (const meter of ['kitchen', 'utility', 'battery']) {
      const records = stored(meter);
      expect(records.length).toBe(6);
      expect(records.at(-1)).toMatchObject({ values: [], failures: [{ reason: 'notConfigured' }] });
    }
  });

  it('dates what it measured before the clock was known, and marks it', () => {
    const { time, gateway, stored } = testSite({ wallMs: undefined });
    gateway.start();
    time.advance(45_000);
    expect(stored()).toEqual([]);
    expect(gateway.health().clock).toBe('unsynced');
    time.setWall(epochMs + 48_000);
    time.advance(30_000);
    const records = stored('kitchen');
    expect(records.map(({ startMs }) => second(startMs))).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(records.map(({ clock }) => clock)).toEqual([
      ...Array.from({ length: 5 }, () => 'backdated'),
      'synced',
      'synced',
    ]);
    expect(gateway.health().clock).toBe('synced');
  });

  it('is not made with an id or settings that are wrong, and says which', () => {
    const { ports } = testSite();
    expect(() => createGateway({ id: 'No Good', ports })).toThrow('gateway id "No Good"; 1 to 64 lower-case');
    const [first, ...rest] = siteSettings.meters;
    if (first === undefined) throw new Error('no meter');
    const settings = { ...siteSettings, meters: [{ ...first, profile: 'unknown' }, ...rest] };
    expect(() => createGateway({ id: 'gw', ports, settings })).toThrow(
      'meters[0].profile: "unknown" given; the id of a profile is allowed; the nearest are',
    );
  });

  it('says offline when it stops, and can start again without naming a window twice', () => {
    const { time, broker, gateway, stored } = testSite();
    gateway.start();
    time.advance(25_000);
    gateway.stop();
    time.advance(2000);
    const status = decodeMessage('status', broker.retained.get(topicOf('gw', 'status')) ?? new Uint8Array());
    expect(status).toMatchObject({ ok: true, value: { state: 'offline' } });
    gateway.start();
    time.advance(24_000);
    expect(stored('kitchen').map(({ startMs }) => second(startMs))).toEqual([0, 10, 20, 30, 40]);
  });
});

describe('whatever happens between gateway and host', () => {
  it('the host ends with each window of each meter once, whole and in order', () => {
    const event = fc.record({
      afterMs: fc.integer({ min: 0, max: 40_000 }),
      what: fc.constantFrom('cut', 'shut', 'open', 'kill', 'revive'),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), fc.integer({ min: 2, max: 9 }), (events, every) => {
        const { time, broker, host, gateway, stored } = testSite();
        let messages = 0;
        broker.faults = {
          lose: () => ++messages % every === 0,
          duplicate: () => messages % every === 1,
          delayMs: () => (messages % every) * 700,
        };
        gateway.start();
        for (const { afterMs, what } of events) {
          time.advance(afterMs);
          if (what === 'cut') broker.cutOff();
          if (what === 'shut') broker.shut();
          if (what === 'open') broker.open();
          if (what === 'kill') host.isUp = false;
          if (what === 'revive') host.isUp = true;
        }
        broker.faults = {};
        broker.open();
        host.isUp = true;
        time.advance(180_000 - (time.ticksMs() % 10_000) + 5000);
        const windows = Math.floor(time.ticksMs() / 10_000);
        for (const meter of ['kitchen', 'pump', 'utility', 'battery']) {
          expect(stored(meter).map(({ startMs }) => second(startMs))).toEqual(
            Array.from({ length: windows }, (_, index) => index * 10),
          );
        }
        expect(gateway.health().journal).toMatchObject({ records: 0, dropped: 0 });
      }),
      { numRuns: 4 },
    );
  });
});

describe('commands', () => {
  it('for live values bring them as they are sampled for as long as was asked', () => {
    const { time, gateway, live, results, command } = testSite();
    gateway.start();
    time.advance(5000);
    expect(live).toEqual([]);
    command({ id: 'a', name: 'live', seconds: 10 });
    time.advance(30_000);
    expect(results).toEqual([{ v: 1, id: 'a', ok: true }]);
    for (const id of ['kitchen', 'pump', 'utility', 'battery']) {
      const times = live.filter(({ meters }) => meters[id] !== undefined).length;
      expect(times, id).toBeGreaterThanOrEqual(10);
      // Some are read in two parts.
      expect(times, id).toBeLessThanOrEqual(25);
    }
    const kitchen = live.flatMap(({ meters }) => meters.kitchen ?? []);
    expect(kitchen.at(-1)?.values).toMatchObject({ powerW: 460, voltageV: 230 });
    const atMs = kitchen.map(told => told.atMs);
    for (const [index, at] of atMs.slice(1).entries()) expect(at).toBeGreaterThan(atMs[index] ?? 0);
    expect(second(atMs[0] ?? 0)).toBeGreaterThan(3);
  });

  it('for live values leave out a meter that never answered', () => {
    const absent = { id: 'gone', name: 'Gone', profile: 'eastron-sdm120', line: 'bus', address: 9 };
    const { time, gateway, live, command } = testSite({ settings: { ...siteSettings, meters: [absent] } });
    gateway.start();
    time.advance(100);
    command({ id: 'a', name: 'live', seconds: 10 });
    time.advance(20_000);
    expect(live).toEqual([]);
  });

  it('for live values leave out a meter that fell silent, and gateways without a clock have none', () => {
    const { time, gateway, chip, live, command } = testSite({ wallMs: undefined });
    gateway.start();
    time.advance(1000);
    command({ id: 'a', name: 'live', seconds: 60 });
    time.advance(5000);
    expect(live).toEqual([]);
    time.setWall(epochMs);
    time.advance(5000);
    const battery = live.flatMap(({ meters }) => meters.battery ?? []);
    expect(battery.at(-1)?.values).toMatchObject({ voltageV: 12 });
    chip.isPresent = false;
    time.advance(1000);
    live.length = 0;
    time.advance(3000);
    expect(live.some(({ meters }) => meters.battery !== undefined)).toBe(false);
    expect(live.some(({ meters }) => meters.kitchen !== undefined)).toBe(true);
  });

  it('that lack something are answered with what it is; what is no command is counted', () => {
    const { time, broker, gateway, results, about, command } = testSite();
    gateway.start();
    time.advance(100);
    command({ id: 'a', name: 'live' });
    command({ id: 'b', name: 'about' });
    for (const text of [
      '',
      '{',
      '{"v":1,"id":"c","name":"format"}',
      '{"v":1,"id":"d","name":"live","seconds":-1}',
    ]) {
      broker.publish(topicOf('gw', 'command'), encodeUtf8(text));
    }
    broker.publish(topicOf('gw', 'ack'), encodeUtf8('{"v":1}'));
    time.advance(100);
    expect(results).toEqual([
      { v: 1, id: 'a', ok: false, message: 'seconds: is missing; live needs a whole number from 1 to 3600' },
      { v: 1, id: 'b', ok: true },
    ]);
    expect(about.length).toBe(2);
    expect(gateway.health().refusedMessages).toBe(5);
  });

  it('to restart wait until the host has the journal, but not for ever', () => {
    const { time, host, gateway, restarts, results, command } = testSite();
    gateway.start();
    time.advance(5000);
    command({ id: 'a', name: 'restart' });
    time.advance(1000);
    expect(results).toEqual([{ v: 1, id: 'a', ok: true }]);
    expect(restarts()).toBe(1);
    gateway.start();
    host.isUp = false;
    time.advance(20_000);
    command({ id: 'b', name: 'restart' });
    time.advance(9000);
    expect(restarts()).toBe(1);
    time.advance(3000);
    expect(restarts()).toBe(2);
  });
});

describe('settings from the host', () => {
  const [kitchen, pump, utility, battery] = siteSettings.meters;
  if (!kitchen || !pump || !utility || !battery) throw new Error('the site has four meters');

  it('run at once, are stored and reported, and touch only the lines that change', () => {
    const store = memoryStore();
    const { time, gateway, opened, about, reported, stored, desire } = testSite({ store });
    gateway.start();
    time.advance(25_000);
    expect(opened).toEqual(['bus', 'head', 'chips']);
    const next = {
      ...siteSettings,
      version: 2,
      meters: [{ ...kitchen, name: 'Kitchen and bath' }, pump, { ...utility, windowS: 5 }],
    };
    desire(next);
    time.advance(50_000);
    // The bus went on: a new name is no reason to stop measuring.
    expect(opened).toEqual(['bus', 'head', 'chips', 'head']);
    expect(reported.at(-1)).toEqual({ v: 1, running: next });
    expect(about.at(-1)).toMatchObject({
      settingsVersion: 2,
      meters: [{ name: 'Kitchen and bath' }, {}, {}],
    });
    expect(stored('kitchen').map(({ startMs }) => second(startMs))).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(stored('kitchen').every(({ values }) => values[0]?.samples === 10)).toBe(true);
    expect(stored('battery').map(({ startMs }) => second(startMs))).toEqual([0, 10, 20]);
    expect(stored('utility').map(({ startMs, windowS }) => [second(startMs), windowS])).toEqual([
      [0, 10],
      [10, 10],
      [20, 10],
      ...[30, 35, 40, 45, 50, 55, 60, 65].map(start => [start, 5]),
      ...(stored('utility').length > 11 ? [[70, 5]] : []),
    ]);
    expect(Object.keys(gateway.health().meters)).toEqual(['kitchen', 'pump', 'utility']);
    expect(Object.keys(gateway.health().lines)).toEqual(['bus', 'head']);

    const after = testSite({ store });
    after.gateway.start();
    after.time.advance(100);
    expect(after.reported[0]?.running).toEqual(next);
  });

  it('that run already are only reported, so the retained ones of each connection change nothing', () => {
    const { time, broker, gateway, opened, reported, desire } = testSite();
    desire(siteSettings);
    gateway.start();
    time.advance(30_000);
    broker.cutOff();
    time.advance(30_000);
    expect(opened).toEqual(['bus', 'head', 'chips']);
    expect(
      reported.every(({ running, refused }) => running.meters.length === 4 && refused === undefined),
    ).toBe(true);
    expect(reported.length).toBeGreaterThanOrEqual(4);
  });

  it('of a host that counts anew run, though their version is the one that runs', () => {
    const { time, gateway, reported, desire } = testSite();
    gateway.start();
    time.advance(100);
    desire({ ...siteSettings, meters: [kitchen] });
    time.advance(100);
    expect(reported.at(-1)?.running.meters.map(({ id }) => id)).toEqual([kitchen.id]);
  });

  it('that are wrong are refused with every mistake, and the old ones go on', () => {
    const { time, gateway, reported, stored, desire } = testSite();
    gateway.start();
    time.advance(100);
    desire({ ...siteSettings, version: 7, meters: [{ ...kitchen, line: 'nowhere', windowS: 7 }] });
    time.advance(30_000);
    expect(reported.at(-1)).toEqual({
      v: 1,
      running: siteSettings,
      refused: {
        version: 7,
        mistakes: [
          {
            field: 'meters[0].windowS',
            message: '7 given; one of 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 180, 300, 900 is allowed',
          },
          { field: 'meters[0].line', message: '"nowhere" given; one of bus, head, chips is allowed' },
        ],
      },
    });
    expect(stored('pump').length).toBe(3);
    desire(siteSettings);
    time.advance(100);
    expect(reported.at(-1)).toEqual({ v: 1, running: siteSettings });
  });

  it.each([
    ['', undefined],
    ['nonsense', '(all)'],
    ['{"v":1}', '(all)'],
    ['{"v":2,"settings":{}}', '(all)'],
    ['{"v":1,"settings":{}}', 'version'],
    ['{"v":1,"settings":null}', '(all)'],
    [`{"v":1,"settings":{"version":3,"lines":[],"meters":[],"${'x'.repeat(9000)}":1}}`, `${'x'.repeat(64)}…`],
    [`{"v":1,"settings":"${'x'.repeat(20_000)}"}`, '(all)'],
  ])('that are no settings are refused: %.40s', (text, field) => {
    const { time, broker, gateway, reported } = testSite();
    gateway.start();
    time.advance(100);
    const before = reported.length;
    broker.publish(topicOf('gw', 'settings/desired'), encodeUtf8(text));
    time.advance(100);
    if (field === undefined) expect(reported.length).toBe(before);
    else expect(reported.at(-1)?.refused?.mistakes[0]?.field).toBe(field);
    expect(reported.at(-1)?.running).toEqual(siteSettings);
  });

  it('that cannot be stored are refused, as a restart would forget them', () => {
    const store = {
      read: () => undefined,
      write: () => {
        throw new Error('flash is full');
      },
      remove: () => {},
      erase: () => {},
    };
    const { time, gateway, reported, desire } = testSite({ store });
    gateway.start();
    time.advance(100);
    desire({ ...siteSettings, version: 2, meters: [] });
    time.advance(100);
    expect(reported.at(-1)).toMatchObject({
      running: { version: 1 },
      refused: { version: 2, mistakes: [{ message: 'cannot be stored on the gateway: flash is full' }] },
    });
  });

  it('that were damaged in the store are not run: the gateway starts empty and says so', () => {
    const store = memoryStore();
    store.write('settings', encodeUtf8('{"version":3,"lines":[],"met'));
    const { time, gateway, reported, desire } = testSite({ store });
    gateway.start();
    time.advance(100);
    expect(reported[0]).toMatchObject({
      running: { version: 0, lines: [], meters: [] },
      refused: { version: null, mistakes: [{ field: '(stored)' }, {}] },
    });
    desire(siteSettings);
    time.advance(100);
    expect(reported.at(-1)).toEqual({ v: 1, running: siteSettings });
  });
});

describe('the energy counters of a sensor without any', () => {
  it('go on after a restart, and begin anew where the store is damaged', () => {
    const store = memoryStore();
    const last = (site: ReturnType<typeof testSite>) => {
      const values = site.stored('battery').at(-1)?.values ?? [];
      return values.find(({ quantity }) => quantity === 'energyImportWh')?.last ?? 0;
    };
    const first = testSite({ store });
    first.gateway.start();
    first.time.advance(600_500);
    first.gateway.stop();
    // 12 V × 1.5 A for ten minutes.
    expect(last(first)).toBeGreaterThan(2.9);
    expect(last(first)).toBeLessThan(3.1);
    const second = testSite({ store });
    second.gateway.start();
    second.time.advance(20_500);
    expect(last(second)).toBeGreaterThan(last(first));
    second.gateway.stop();
    for (const slot of ['a', 'b']) store.write(`dc.${slot}.battery`, encodeUtf8('damage'));
    const third = testSite({ store });
    third.gateway.start();
    third.time.advance(20_500);
    expect(last(third)).toBeLessThan(0.2);
    expect(third.log.some(text => text.includes('counters of meter battery are damaged'))).toBe(true);
  });
});
