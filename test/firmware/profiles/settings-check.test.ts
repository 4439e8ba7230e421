import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowLengthsS } from '#core/wire/settings.ts';
import { checkSettings } from '#profiles/settings-check.ts';
import { siteSettings } from '../app/test-site.ts';

const [bus, head, chips] = siteSettings.lines;
const [kitchen, pump, utility, battery] = siteSettings.meters;

const mistakes = (settings: unknown) => {
  const checked = checkSettings(settings);
  return 'mistakes' in checked ? checked.mistakes.map(({ field, message }) => `${field}: ${message}`) : [];
};
const withMeters = (...meters: unknown[]) => ({ ...siteSettings, meters });

const shed = {
  kind: 'modbus',
  id: 'shed',
  manufacturer: 'Nobody',
  model: 'Foresaw 1',
  defaults: { address: 9 },
  limits: { maxRegistersPerRead: 20, maxHoleRegisters: 4 },
  registers: [{ quantity: 'powerW', fc: 3, address: 10, type: 'int32', order: 'big', scale: 0.1 }],
};
const inShed = { ...kitchen, id: 'shed', profile: 'shed', address: undefined };

describe('settings with profiles of their own', () => {
  const withProfiles = (profiles: unknown[], ...meters: unknown[]) => ({
    ...withMeters(...meters),
    profiles,
  });

  it('are let through, for meters to name them', () => {
    expect(mistakes(withProfiles([shed], kitchen, inShed))).toEqual([]);
    expect(mistakes(withProfiles([shed]))).toEqual([]);
  });

  it('know the address that such a meter leaves its factory with', () => {
    expect(mistakes(withProfiles([shed], { ...kitchen, address: 9 }, inShed))).toEqual([
      'meters[1].address: 9 given; meters[0] has it on line bus',
    ]);
  });

  it('name a mistake of a profile by its place, once', () => {
    const wrong = { ...shed, registers: [{ ...shed.registers[0], quantity: 'power' }] };
    const [first, ...more] = mistakes(withProfiles([wrong], inShed));
    expect(first).toMatch(
      /^profiles\[0\]\.registers\[0\]\.quantity: "power" given; .*the nearest are powerW/,
    );
    expect(more).toEqual([]);
    expect(mistakes(withProfiles([{ ...shed, model: undefined }], inShed))).toEqual([
      'profiles[0].model: is missing',
    ]);
  });

  it('give each its own id, and not that of one which the gateway has', () => {
    expect(mistakes(withProfiles([shed, shed]))).toEqual([
      'profiles[1].id: "shed" given; each profile needs its own, and profiles[0] has it',
    ]);
    const taken = withProfiles([{ ...shed, id: 'eastron-sdm120' }], kitchen);
    expect(mistakes(taken)).toEqual([
      'profiles[0].id: "eastron-sdm120" given; the gateway has a profile of this id; give yours another',
    ]);
    // Settings that ran are not stopped by an update of the firmware that knows the meter too.
    expect(checkSettings(taken, 'kept')).toEqual({ settings: taken });
  });

  it('have eight at most', () => {
    const many = Array.from({ length: 9 }, (_, index) => ({ ...shed, id: `shed-${index}` }));
    expect(mistakes(withProfiles(many)).join()).toMatch(/^profiles: .*a list of at most 8 is allowed$/);
    expect(mistakes(withProfiles(many.slice(1)))).toEqual([]);
  });
});

describe('settings', () => {
  it('that go together are let through as they are', () => {
    expect(checkSettings(siteSettings)).toEqual({ settings: siteSettings });
    expect(checkSettings({ version: 0, lines: [], meters: [] })).toMatchObject({ settings: { version: 0 } });
    for (const windowS of windowLengthsS) expect(mistakes(withMeters({ ...kitchen, windowS }))).toEqual([]);
  });

  it('may have an inverter and the meter behind it at one address, and neither of them twice', () => {
    const inverter = { ...kitchen, id: 'pv', profile: 'sunspec-inverter', address: 126 };
    const behind = { ...inverter, id: 'grid', profile: 'sunspec-meter' };
    expect(mistakes(withMeters(inverter, behind))).toEqual([]);
    expect(mistakes(withMeters(inverter, behind, { ...behind, id: 'again' }))).toEqual([
      'meters[2].address: 126 given; meters[1] has it on line bus',
    ]);
  });

  it('need no address where the profile knows the one of the factory', () => {
    const { address: _address, ...without } = kitchen ?? {};
    expect(mistakes(withMeters(without))).toEqual([]);
    expect(mistakes(withMeters(without, { ...pump, address: 1 }))).toEqual([
      'meters[1].address: 1 given; meters[0] has it on line bus',
    ]);
  });

  it.each([
    [
      'a line id twice',
      { ...siteSettings, lines: [bus, head, chips, { ...head, port: 'x' }] },
      ['lines[3].id: "head" given; each line needs its own, and lines[1] has it'],
    ],
    [
      'a port twice',
      { ...siteSettings, lines: [bus, head, chips, { ...head, id: 'x' }] },
      ['lines[3].port: "head" given; each line needs its own, and lines[1] has it'],
    ],
    [
      'a meter id twice',
      withMeters(kitchen, { ...pump, id: 'kitchen' }),
      ['meters[1].id: "kitchen" given; each meter needs its own, and meters[0] has it'],
    ],
    [
      'a line that is not there',
      withMeters({ ...kitchen, line: 'x' }),
      ['meters[0].line: "x" given; one of bus, head, chips is allowed'],
    ],
    [
      'no lines at all',
      { ...withMeters(kitchen), lines: [] },
      ['meters[0].line: "bus" given; there are no lines'],
    ],
    [
      'a profile that is not there',
      withMeters({ ...kitchen, profile: 'sdm120' }),
      [
        'meters[0].profile: "sdm120" given; the id of a profile is allowed; the nearest are eastron-sdm120, eastron-sdm220, eastron-sdm54',
      ],
    ],
    [
      'a line of the wrong kind',
      withMeters({ ...kitchen, line: 'chips' }),
      ['meters[0].line: "chips" given; it is of kind i2c; eastron-sdm120 needs a line of kind rs485'],
    ],
    [
      'an address twice',
      withMeters(kitchen, { ...pump, address: 1 }),
      ['meters[1].address: 1 given; meters[0] has it on line bus'],
    ],
    [
      'an address no slave may have',
      withMeters({ ...kitchen, address: 248 }),
      ['meters[0].address: 248 given; a whole number from 1 to 247 is allowed'],
    ],
    [
      'an address no INA219 has',
      withMeters({ ...battery, address: 0x50 }),
      ['meters[0].address: 80 given; 64 to 79 is allowed'],
    ],
    [
      'an address for SML',
      withMeters({ ...utility, address: 1 }),
      ['meters[0].address: 1 given; a meter at an optical head has none'],
    ],
    [
      'two meters on one head',
      withMeters(utility, { ...utility, id: 'second' }),
      ['meters[1].line: "head" given; a line of kind ir has one meter, and this has meters[0]'],
    ],
    [
      'a window that lies across minutes',
      withMeters({ ...kitchen, windowS: 7 }),
      [`meters[0].windowS: 7 given; one of ${windowLengthsS.join(', ')} is allowed`],
    ],
    [
      'fewer than one sample a window',
      withMeters({ ...kitchen, windowS: 2, sampleMs: 2001 }),
      ['meters[0].sampleMs: 2001 given; at most the length of a window is allowed, 2000'],
    ],
    [
      'windows shorter than a head is asked',
      withMeters({ ...utility, profile: 'd0-meter-asked', windowS: 5 }),
      [
        'meters[0].windowS: 5 given; d0-meter-asked is asked each 10 s; a longer window is allowed, or a shorter sampleMs',
      ],
    ],
    [
      'a shunt where there is none',
      withMeters({ ...kitchen, shuntOhm: 0.1, maxCurrentA: 1 }),
      [
        'meters[0].shuntOhm: 0.1 given; eastron-sdm120 has no shunt; leave it out',
        'meters[0].maxCurrentA: 1 given; eastron-sdm120 has no shunt; leave it out',
      ],
    ],
  ])('with %s are refused, and the field is named', (_name, settings, expected) => {
    expect(mistakes(settings)).toEqual(expected);
  });

  it('that ask a head as often as its windows end are let through, and those that ran before, however often', () => {
    const asked = { ...utility, profile: 'd0-meter-asked', windowS: 5 };
    expect(mistakes(withMeters({ ...asked, sampleMs: 5000 }))).toEqual([]);
    expect(mistakes(withMeters({ ...asked, windowS: 10 }))).toEqual([]);
    expect(checkSettings(withMeters(asked), 'kept')).toEqual({ settings: withMeters(asked) });
  });

  it('with a shunt that the chip cannot measure are refused with the voltage it can', () => {
    const [mistake] = mistakes(withMeters({ ...battery, maxCurrentA: 50 }));
    expect(mistake).toContain('meters[0].maxCurrentA: 50 A through 0.1 ohm');
    expect(mistake).toContain('320 mV');
  });

  it('with ranges and modes that an INA219 does not have are refused, each at its field', () => {
    const given = { ...battery, maxCurrentA: 1, sampleMs: 100 };
    expect(mistakes(withMeters({ ...given, busRangeV: 16, shuntRangeMv: 160, adc: 'mean64' }))).toEqual([]);
    for (const [field, value] of [
      ['busRangeV', 24],
      ['shuntRangeMv', 100],
      ['adc', 'mean128'],
      ['adc', 'mean3'],
      ['currentFactor', 3],
    ] as const) {
      const found = mistakes(withMeters({ ...given, [field]: value }));
      expect(found.length).toBe(1);
      expect(found[0]).toContain(`meters[0].${field}: `);
    }
    const onModbus = mistakes(withMeters({ ...kitchen, adc: 'mean64', voltageOffsetV: 0.1 }));
    expect(onModbus.length).toBe(2);
  });

  it('with many mistakes name twenty of them', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ ...kitchen, id: `m${index}`, line: 'x' }));
    expect(mistakes(withMeters(...many)).length).toBe(20);
  });

  it('of any JSON are checked without throwing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(mistakes(value).length).toBeGreaterThan(0);
      }),
    );
  });
});
