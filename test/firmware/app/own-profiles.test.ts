import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../../simulator/gateway/stores.ts';
import { siteSettings, testSite } from './test-site.ts';

const volt = { quantity: 'voltageV', fc: 4, address: 0, type: 'float32', order: 'big', scale: 1 };
const power = { ...volt, quantity: 'powerW', address: 12 };

/** The meter at address 1 as a user describes it. */
const described = (...registers: object[]) => ({
  kind: 'modbus',
  id: 'unforeseen',
  manufacturer: 'Nobody',
  model: 'Foresaw 1',
  defaults: { address: 1 },
  limits: { maxRegistersPerRead: 40, maxHoleRegisters: 20 },
  registers,
});

const withProfile = (version: number, profile: object) => ({
  version,
  lines: siteSettings.lines,
  meters: [
    { id: 'kitchen', name: 'Kitchen', profile: 'unforeseen', line: 'bus' },
    ...siteSettings.meters.slice(1),
  ],
  profiles: [profile],
});

describe('a profile that comes with the settings', () => {
  it('lets a gateway read a meter nobody foresaw, and tells of its series', () => {
    const { time, gateway, desire, stored, about, log } = testSite();
    gateway.start();
    time.advance(1000);
    desire(withProfile(2, described(volt, power)));
    time.advance(40_000);
    expect(about.at(-1)).toMatchObject({
      settingsVersion: 2,
      meters: [{ id: 'kitchen', profile: 'unforeseen', series: ['voltageV', 'powerW'] }, {}, {}, {}],
    });
    const last = stored('kitchen').at(-1)?.values;
    expect(last).toMatchObject([
      { quantity: 'voltageV', mean: 230 },
      { quantity: 'powerW', mean: 460 },
    ]);
    expect(log.filter(line => line.startsWith('error'))).toEqual([]);
  });

  it('restarts the line that uses it when it changes, and no other', () => {
    const { time, gateway, desire, stored, opened } = testSite();
    gateway.start();
    time.advance(1000);
    desire(withProfile(2, described(volt, power)));
    time.advance(20_000);
    const before = opened.length;
    desire(withProfile(3, { ...described(volt, power), note: 'the same registers' }));
    time.advance(20_000);
    expect(opened.slice(before)).toEqual(['bus']);
    desire(withProfile(4, described({ ...power, scale: -1 })));
    time.advance(20_000);
    expect(opened.slice(before)).toEqual(['bus', 'bus']);
    const last = stored('kitchen').at(-1)?.values;
    expect(last).toMatchObject([{ quantity: 'powerW', mean: -460 }]);
    desire({ ...withProfile(5, described({ ...power, scale: -1 })) });
    time.advance(20_000);
    expect(opened.slice(before)).toEqual(['bus', 'bus']);
  });

  it('is refused with its mistakes where it cannot be read, and what ran goes on', () => {
    const { time, gateway, desire, reported, stored } = testSite();
    gateway.start();
    time.advance(1000);
    desire(withProfile(2, described(volt, { ...power, address: 1 })));
    time.advance(20_000);
    expect(reported.at(-1)).toMatchObject({
      running: { version: 1 },
      refused: {
        version: 2,
        mistakes: [
          {
            field: 'profiles[0].registers[1].address',
            message: '1 given; 0 to 1 is taken by registers[0].address (voltageV)',
          },
        ],
      },
    });
    expect(stored('kitchen').length).toBeGreaterThan(0);
  });

  it('is kept over a restart', () => {
    const store = memoryStore();
    const first = testSite({ store });
    first.gateway.start();
    first.time.advance(1000);
    first.desire(withProfile(2, described(volt, power)));
    first.time.advance(1000);
    first.gateway.stop();
    const second = testSite({ store });
    second.gateway.start();
    second.time.advance(1000);
    expect(second.about.at(-1)).toMatchObject({
      settingsVersion: 2,
      meters: [{ profile: 'unforeseen' }, {}, {}, {}],
    });
  });
});
