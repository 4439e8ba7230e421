import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText } from '#core/json.ts';
import { planReads } from '#core/modbus/plan.ts';
import { quantityIds } from '#core/quantities.ts';
import { trustedRegisters } from '#profiles/profile.ts';
import { checkProfile } from '#profiles/profile-check.ts';
import { profiles } from '#profiles/registry.ts';

const power = { quantity: 'powerW', fc: 3, address: 10, type: 'int32', order: 'big', scale: 0.1 };
const energy = {
  ...{ quantity: 'energyImportWh', fc: 3, address: 12, type: 'float32', order: 'wordSwapped' },
  ...{ scale: 1000, resolution: 1, everyMs: 5000 },
};
const volt = {
  quantity: 'voltageV',
  fc: 3,
  address: 14,
  type: 'int16',
  order: 'big',
  scale: 1,
  scaleRegister: 15,
};

const meter = {
  kind: 'modbus',
  id: 'shed',
  manufacturer: 'Nobody',
  model: 'Foresaw 1',
  defaults: { baud: 9600, parity: 'even', stopBits: 1, address: 5 },
  limits: { maxRegistersPerRead: 20, maxHoleRegisters: 4, boundaries: [100], turnaroundMs: 10 },
  registers: [power, energy, volt],
  identity: { serial: { fc: 3, address: 200, words: 4, type: 'text', order: 'big' } },
  commands: [
    {
      ...{ id: 'set-limit', name: 'Power limit', fc: 6, address: 300, type: 'uint16', order: 'big' },
      ...{ scale: 0.1, min: 0, max: 6553.5, unit: '%' },
    },
  ],
  source: 'manual of 2024, page 12',
};

const mistakes = (value: unknown): string[] => {
  const checked = checkProfile(value);
  return 'mistakes' in checked ? checked.mistakes.map(({ field, message }) => `${field}: ${message}`) : [];
};
const withRegisters = (...registers: unknown[]) => ({ ...meter, registers });
const withPower = (change: object) => withRegisters({ ...power, ...change });
const withCommand = (change: object) => ({ ...meter, commands: [{ ...meter.commands[0], ...change }] });

describe('a profile that a user wrote', () => {
  it('is let through as it is where it can be read', () => {
    expect(checkProfile(meter)).toEqual({ profile: meter });
    expect(checkProfile(JSON.parse(JSON.stringify(meter)))).toEqual({ profile: meter });
    const { identity: _identity, commands: _commands, source: _source, ...least } = meter;
    expect(mistakes({ ...least, defaults: {} })).toEqual([]);
  });

  it('may be any that Joulegate has, as its JSON', () => {
    let tried = 0;
    for (const profile of profiles) {
      if (profile.kind !== 'modbus' || profile.sunspec !== undefined) continue;
      const text = jsonText(profile);
      expect(mistakes(JSON.parse(text)), profile.id).toEqual([]);
      tried++;
    }
    expect(tried).toBeGreaterThan(30);
  });

  it.each([
    ['nothing', null, ['(all): null given; an object with kind, id,']],
    ['another kind', { ...meter, kind: 'sml' }, ['kind: "sml" given; one of modbus is allowed']],
    [
      'an id with capitals',
      { ...meter, id: 'My Meter' },
      ['id: "My Meter" given; an id is allowed: 1 to 64 lower'],
    ],
    ['no registers', withRegisters(), ['registers: 0 given; at least one register']],
    [
      'a misspelt field',
      withPower({ wordOrder: 'big' }),
      ['registers[0].wordOrder: is not known; allowed are quantity, fc, address, type, order, scale, bit'],
    ],
    [
      'an order that is none',
      withPower({ order: 'CDAB' }),
      ['registers[0].order: "CDAB" given; one of big, wordSwapped, byteSwapped, little is allowed'],
    ],
    [
      'a type that is none',
      withPower({ type: 'int' }),
      ['registers[0].type: "int" given; one of bool, bit, uint16'],
    ],
    [
      'an address from 1, as manuals write it',
      withPower({ address: 300_012 }),
      ['registers[0].address: 300012 given; a whole number from 0 to 65535 is allowed'],
    ],
    [
      'a value past the last register',
      withPower({ address: 65_535 }),
      ['registers[0].address: 65535 given; 65534 is the last at which an int32 fits'],
    ],
    [
      'an unknown quantity',
      withPower({ quantity: 'power' }),
      ['registers[0].quantity: "power" given; the id of a quantity is allowed; the nearest are powerW'],
    ],
    [
      'a quantity twice',
      withRegisters(power, { ...power, address: 40 }),
      ['registers[1].quantity: "powerW" given; each quantity once, and registers[0] gives it'],
    ],
    [
      'registers that overlap',
      withRegisters(power, { ...volt, address: 11, scaleRegister: 15 }),
      ['registers[1].address: 11 given; 10 to 11 is taken by registers[0].address (powerW)'],
    ],
    [
      'a scale register inside a value',
      withRegisters(power, { ...volt, scaleRegister: 11 }),
      ['registers[1].scaleRegister: 11 given; 10 to 11 is taken by registers[0].address (powerW)'],
    ],
    [
      'the same bit twice',
      withRegisters(
        { ...power, type: 'bit', bit: 3 },
        { ...volt, scaleRegister: undefined, type: 'bit', bit: 3, address: 10 },
      ),
      ['registers[1].address: 10 given; 10 is taken by registers[0].address (powerW)'],
    ],
    [
      'a bool in a register',
      withPower({ type: 'bool' }),
      [
        'registers[0].fc: 3 given; a bool is a coil (1) or a discrete input (2); one bit of a register is of type bit',
      ],
    ],
    [
      'a number in a coil',
      withPower({ fc: 1 }),
      [
        'registers[0].fc: 1 given; an int32 is in a holding (3) or input register (4); a coil is of type bool',
      ],
    ],
    [
      'a bit without its place',
      withPower({ type: 'bit' }),
      ['registers[0].bit: nothing given; a bit needs its place'],
    ],
    [
      'a place of what is no bit',
      withPower({ bit: 1 }),
      ['registers[0].bit: 1 given; an int32 has none; leave it out'],
    ],
    [
      'a scale with rounding noise',
      withPower({ scale: 0.3 }),
      [
        'registers[0].scale: 0.3 given; a whole number, or one divided by a whole number (0.1, 0.001), is allowed',
      ],
    ],
    ['a scale of 0', withPower({ scale: 0 }), ['registers[0].scale: 0 given; a whole number']],
    [
      'a float counter without its last digit',
      withRegisters({ ...energy, resolution: undefined }),
      [
        'registers[0].resolution: nothing given; a counter in a float32 needs its last digit in Wh, such as 1',
      ],
    ],
    [
      'a resolution finer than what is kept',
      withRegisters({ ...energy, resolution: 0.000_01 }),
      ['registers[0].resolution: 0.00001 given; 0.0001 Wh or more is allowed'],
    ],
    [
      'a pattern for another type',
      withPower({ absentRaw: ['8000', 2 ** 53] }),
      [
        'registers[0].absentRaw[0]: "8000" given; a whole number that a double holds exactly, or 8 hexadecimal digits',
        'registers[0].absentRaw[1]: 9007199254740992 given; a whole number that a double holds exactly',
      ],
    ],
    [
      'a register that fits in no read',
      { ...meter, limits: { maxRegistersPerRead: 1, maxHoleRegisters: 0 } },
      [
        'registers[0].address: 10 given; powerW at register 10 fits in no read of at most 1 registers',
        'registers[1].address: 12 given; energyImportWh at',
        'registers[2].address: 14 given; voltageV at register 14 with its scale register 15 fits in no read',
      ],
    ],
    [
      'a value across a boundary',
      { ...meter, limits: { ...meter.limits, boundaries: [11] } },
      [
        'registers[0].address: 10 given; powerW at register 10 fits in no read of at most 20 registers, no hole wider than 4 and none across 11',
      ],
    ],
    [
      'more reads than a meter is worth',
      {
        ...withRegisters(
          ...quantityIds.slice(0, 40).map((quantity, index) => ({
            ...{ quantity, fc: 4, address: index * 200, type: 'int16', order: 'big', scale: 1 },
          })),
        ),
      },
      ['limits.maxHoleRegisters: 4 given; the registers need 40 reads, and 32 are allowed'],
    ],
    [
      'an identity of too large a number',
      { ...meter, identity: { model: { fc: 3, address: 1, words: 5, type: 'uint', order: 'big' } } },
      ['identity.model.words: 5 given; a uint has 1 to 4'],
    ],
    [
      'an identity past the last register',
      { ...meter, identity: { serial: { fc: 3, address: 65_535, words: 2, type: 'bcd', order: 'big' } } },
      ['identity.serial.address: 65535 given; 65534 is the last at which 2 registers fit'],
    ],
    [
      'a command of a function that reads',
      withCommand({ fc: 7 }),
      ['commands[0].fc: 7 given; 5 (a coil), 6 (a register), 15 (coils) or 16 (registers) is allowed'],
    ],
    [
      'a command for two registers by the function of one',
      withCommand({ type: 'uint32' }),
      ['commands[0].fc: 6 given; function 6 writes one register, a uint32 has 2; 16 is allowed'],
    ],
    [
      'a coil by the function of registers',
      withCommand({ type: 'bool', scale: 1, max: 1 }),
      ['commands[0].fc: 6 given; a bool needs 5 or 15'],
    ],
    [
      'a command past its type',
      withCommand({ max: 7000 }),
      [
        'commands[0].max: 7000 given; with scale 0.1 that is 70000 in the meter, and a uint16 holds 0 to 65535',
      ],
    ],
    [
      'a range the wrong way round',
      withCommand({ min: 5, max: 4 }),
      ['commands[0].max: 4 given; 5 (min) or more is allowed'],
    ],
    [
      'a command twice',
      { ...meter, commands: [...meter.commands, ...meter.commands] },
      ['commands[1].id: "set-limit" given; each command needs its own, and commands[0] has it'],
    ],
  ])('is refused with %s, by field, what was given and what is allowed', (_what, value, expected) => {
    const found = mistakes(value);
    expect(found.map((text, index) => text.slice(0, expected[index]?.length))).toEqual(expected);
  });

  it('is refused where it is more than a device can keep', () => {
    const registers = quantityIds.slice(0, 128).map((quantity, index) => ({
      ...{ quantity, fc: 4, address: index * 2, type: 'int32', order: 'wordSwapped', scale: 0.001 },
    }));
    expect(mistakes(withRegisters(...registers))[0]).toMatch(
      /^\(all\): \d+ characters given; at most 12288 are allowed: leave out registers/,
    );
  });

  it('may have bits side by side, coils, and values that share a scale register', () => {
    const shared = [volt, { ...volt, quantity: 'voltageL1V', address: 16 }];
    const bits = ['powerL1W', 'powerL2W'].map((quantity, bit) => ({
      ...power,
      quantity,
      address: 30,
      type: 'bit',
      bit,
    }));
    const coil = { ...power, quantity: 'powerL3W', fc: 1, address: 30, type: 'bool' };
    expect(mistakes(withRegisters(...shared, ...bits, coil))).toEqual([]);
  });

  it('names the quantity that was meant', () => {
    for (const [written, meant] of [
      ['power', 'powerW'],
      ['voltage_L1', 'voltageL1V'],
      ['energyImport', 'energyImportWh'],
      ['frequency', 'frequencyHz'],
      ['currentl2', 'currentL2A'],
      ['powerFaktor', 'powerFactor'],
    ] as const) {
      expect(mistakes(withPower({ quantity: written }))[0], written).toContain(meant);
    }
  });

  it('that passes is always planned, and no value whatever makes the check throw', () => {
    const change = fc.tuple(
      fc.constantFrom('kind', 'id', 'defaults', 'limits', 'registers', 'identity', 'commands', 'source'),
      fc.jsonValue(),
    );
    const someRegister = fc.record(
      {
        quantity: fc.constantFrom('powerW', 'voltageV', 'energyImportWh', 'currentA'),
        fc: fc.constantFrom(3, 3, 4, 1),
        address: fc.oneof(fc.nat(40), fc.integer({ min: 65_530, max: 65_535 })),
        type: fc.constantFrom('bool', 'int16', 'uint16', 'uint32', 'uint64', 'float32', 'bcd32'),
        order: fc.constantFrom('big', 'little'),
        scale: fc.constantFrom(1, 0.1, -1, 0.001, 1, 1, 0.7),
        scaleRegister: fc.integer({ min: 41, max: 43 }),
        resolution: fc.constantFrom(1, 0.1),
        isDoubtful: fc.constant(true),
      },
      { requiredKeys: ['quantity', 'fc', 'address', 'type', 'order', 'scale'] },
    );
    let passed = 0;
    fc.assert(
      fc.property(
        fc.array(someRegister, { maxLength: 3 }),
        fc.option(change, { freq: 1 }),
        (registers, changed) => {
          const wide = { maxRegistersPerRead: 60, maxHoleRegisters: 50 };
          const value = {
            ...withRegisters(...registers),
            limits: wide,
            ...(changed ? { [changed[0]]: changed[1] } : {}),
          };
          const checked = checkProfile(value);
          if ('mistakes' in checked) {
            expect(checked.mistakes.length).toBeGreaterThan(0);
            expect(checked.mistakes.length).toBeLessThanOrEqual(20);
            return;
          }
          passed++;
          const { profile } = checked;
          expect(planReads(trustedRegisters(profile), profile.limits).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1500 },
    );
    expect(passed).toBeGreaterThan(20);
  });
});
