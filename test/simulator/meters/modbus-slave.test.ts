import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#core/bytes.ts';
import { crc16Modbus } from '#core/crc.ts';
import { decodeRegisters } from '#core/modbus/decode.ts';
import { encodeRead } from '#core/modbus/frame.ts';
import type { ReadFunction } from '#core/modbus/register.ts';
import type { QuantityId } from '#core/quantities.ts';
import { abbB23 } from '#profiles/abb-b23.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { peacefairPzem004tV3 } from '#profiles/peacefair-pzem-004t-v3.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import { answerOf, type ModbusSlave } from '../../../simulator/meters/modbus-slave.ts';
import { rawValue } from '../../../simulator/meters/register-memory.ts';
import { scenarioSlave } from '../../../simulator/scenario/meter-reading.ts';
import frames from '../../vectors/modbus/frames.json' with { type: 'json' };

const house: Partial<Record<QuantityId, number>> = {
  voltageL1V: 231.6848907470703,
  voltageV: 225.7,
  currentA: 0.108,
  powerW: 24.4,
  energyImportWh: 38.9,
  frequencyHz: 50,
  powerFactor: 1,
};
const read = (quantity: QuantityId) => house[quantity];
const sdm630: ModbusSlave = { address: 1, profile: eastronSdm630, read };
const pzemOf = (profile: string, values: (quantity: QuantityId) => number | undefined) =>
  scenarioSlave({ id: 'pzem', name: 'PZEM', profile, at: 'kitchen', line: 'bus', address: 1 }, values);
const pzem = pzemOf(peacefairPzem004tV3.id, read);
const battery: Partial<Record<QuantityId, number>> = {
  voltageV: 13.44,
  currentA: 0.1,
  powerW: 1.3,
  energyImportWh: 2,
};
const pzemDc = pzemOf('peacefair-pzem-017', quantity => battery[quantity]);

const framed = (bytes: readonly number[]): Uint8Array => {
  const crc = crc16Modbus(Uint8Array.from(bytes));
  return Uint8Array.from([...bytes, crc & 0xff, crc >> 8]);
};
const ask = (
  slave: ModbusSlave,
  start: number,
  count: number,
  fc: ReadFunction = 4,
  address = slave.address,
) => answerOf(slave, encodeRead({ address, fc, start, count }));
const exceptionCode = (answer: Uint8Array | undefined) =>
  answer?.length === 5 && (answer[1] as number) > 0x80 ? answer[2] : undefined;

describe('Modbus slave', () => {
  it('answers byte for byte as the real meters did', () => {
    const real = frames.find(({ name }) => name === 'sdm630-voltageL1');
    expect(toHex(answerOf(sdm630, fromHex(real?.request as string) as Uint8Array) as Uint8Array)).toBe(
      real?.response,
    );
    // All of their registers at once, as others' programs ask: also the alarms, which are no measurements.
    const logged = (wanted: string) => frames.find(({ name }) => name === wanted)?.response;
    expect(toHex(ask(pzem, 0, 10) as Uint8Array)).toBe(logged('pzem-ac'));
    expect(toHex(ask(pzemDc, 0, 8) as Uint8Array)).toBe(logged('pzem-dc'));
  });

  it('is silent on what is damaged, cut short, for another, or for all', () => {
    const good = encodeRead({ address: 1, fc: 4, start: 0, count: 2 });
    for (let bit = 0; bit < 64; bit++) {
      const spoilt = good.slice();
      spoilt[bit >> 3] = (spoilt[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(answerOf(sdm630, spoilt), `bit ${bit}`).toBeUndefined();
    }
    for (let length = 0; length < 8; length++)
      expect(answerOf(sdm630, good.slice(0, length))).toBeUndefined();
    expect(ask(sdm630, 0, 2, 4, 2)).toBeUndefined();
    expect(ask(sdm630, 0, 2, 4, 0)).toBeUndefined();
    expect(answerOf(sdm630, framed([1, 4, 0, 0, 0, 2, 9]))).toBeUndefined();
  });

  it('refuses what it does not know with the exception of the protocol', () => {
    expect(exceptionCode(answerOf(sdm630, framed([1, 6, 0, 0, 0, 1])))).toBe(1);
    expect(exceptionCode(ask({ ...sdm630, profile: abbB23 }, 0, 2))).toBe(1);
    expect(exceptionCode(ask(sdm630, 0, 2, 1))).toBe(1);
    expect(exceptionCode(ask(sdm630, 0x1000, 2))).toBe(2);
    expect(exceptionCode(ask(sdm630, 1, 2)), 'half a value').toBe(2);
    expect(exceptionCode(ask(pzem, 8, 3)), 'a register past the end').toBe(2);
    expect(exceptionCode(ask(sdm630, 0, 0))).toBe(3);
    expect(exceptionCode(ask(sdm630, 0, 81))).toBe(3);
  });

  it('says that it has no value where it can, and refuses where it cannot', () => {
    const answer = ask(sdm630, 0, 4) as Uint8Array;
    const values = decodeRegisters(eastronSdm630.registers, 0, answer.slice(3, -2));
    expect(values.map(({ quantity }) => quantity)).toEqual(['voltageL1V']);
    expect(exceptionCode(ask({ ...pzem, read: () => undefined }, 0, 1))).toBe(4);
  });

  it('holds a whole 80-register block, holes as zero', () => {
    const answer = ask({ ...sdm630, read: () => 1 }, 0, 80) as Uint8Array;
    expect(answer).toHaveLength(165);
    const data = answer.slice(3, -2);
    expect(decodeRegisters(eastronSdm630.registers, 0, data)).toHaveLength(34);
    expect([...data.slice(44 * 2, 46 * 2)]).toEqual([0, 0, 0, 0]);
  });

  it('counts in whole steps and never past the end of its register', () => {
    const [energy] = peacefairPzem004tV3.registers.filter(({ quantity }) => quantity === 'energyImportWh');
    const [power] = peacefairPzem004tV3.registers.filter(({ quantity }) => quantity === 'powerW');
    if (!energy || !power) throw new Error('the profile has lost its registers');
    expect(rawValue(energy, 1234.999)).toBe(1234);
    expect(rawValue(energy, 1234.9999999999)).toBe(1235);
    expect(rawValue(power, -5)).toBe(0);
    expect(rawValue(power, 1e12)).toBe(0xffff_ffff);
  });
});

/** A meter that exists nowhere: it has every type and order there is. */
const odd: ModbusProfile = {
  kind: 'modbus',
  id: 'odd',
  manufacturer: 'nobody',
  model: 'odd',
  defaults: {},
  limits: { maxRegistersPerRead: 40, maxHoleRegisters: 0 },
  registers: [
    { quantity: 'voltageL1V', fc: 3, address: 0, type: 'bcd32', order: 'little', scale: 0.1 },
    { quantity: 'voltageL2V', fc: 3, address: 2, type: 'int32', order: 'byteSwapped', scale: 0.001 },
    { quantity: 'voltageL3V', fc: 3, address: 4, type: 'float64', order: 'wordSwapped', scale: 1 },
    {
      quantity: 'energyImportWh',
      fc: 3,
      address: 8,
      type: 'bcd64',
      order: 'wordSwapped',
      scale: 1,
      resolution: 1,
    },
    { quantity: 'powerW', fc: 3, address: 12, type: 'int16', order: 'big', scale: 1, scaleRegister: 14 },
    { quantity: 'powerL1W', fc: 3, address: 13, type: 'int16', order: 'big', scale: 1, scaleRegister: 14 },
    { quantity: 'powerFactorL1', fc: 3, address: 15, type: 'bit', bit: 3, order: 'big', scale: 1 },
    { quantity: 'powerFactorL2', fc: 3, address: 15, type: 'bit', bit: 9, order: 'big', scale: 1 },
    { quantity: 'temperatureC', fc: 3, address: 16, type: 'uint16', order: 'big', scale: 0.1, offset: -40 },
    {
      quantity: 'energyExportWh',
      fc: 3,
      address: 17,
      type: 'uint64',
      order: 'big',
      scale: 1,
      resolution: 1,
      absentRaw: ['ffffffffffffffff'],
    },
    { quantity: 'powerFactor', fc: 1, address: 100, type: 'bool', order: 'big', scale: 1 },
    { quantity: 'powerFactorL3', fc: 1, address: 101, type: 'bool', order: 'big', scale: 1 },
  ],
  identity: {
    serial: { fc: 4, address: 50, words: 2, type: 'uint', order: 'big' },
    model: { fc: 4, address: 52, words: 4, type: 'text', order: 'big' },
    firmware: { fc: 4, address: 56, words: 1, type: 'bcd', order: 'big' },
  },
  commands: [
    { id: 'relay', name: 'Relay', fc: 5, address: 7, type: 'bool', order: 'big', scale: 1, min: 0, max: 1 },
    {
      id: 'limit',
      name: 'Limit',
      fc: 6,
      address: 200,
      type: 'uint16',
      order: 'big',
      scale: 1,
      min: 0,
      max: 9,
    },
    {
      id: 'period',
      name: 'Period',
      fc: 16,
      address: 210,
      type: 'float32',
      order: 'big',
      scale: 1,
      min: 0,
      max: 60,
    },
  ],
};

describe('Modbus slave of any profile', () => {
  const held: Partial<Record<QuantityId, number>> = {
    voltageL1V: 229.8,
    voltageL2V: 230.123,
    voltageL3V: 231.0625,
    energyImportWh: 123_456_789,
    powerW: -12_345,
    powerL1W: 56.5,
    powerFactorL1: 1,
    powerFactorL2: 1,
    temperatureC: 21.5,
    powerFactor: 0,
    powerFactorL3: 1,
  };
  const slave: ModbusSlave = {
    address: 9,
    profile: odd,
    read: quantity => held[quantity],
    identity: { serial: '4711', model: 'Odd 1', firmware: '0105' },
    words: new Map(),
    coils: new Map(),
  };
  const dataOf = (fc: ReadFunction, start: number, count: number) =>
    answerOf(slave, encodeRead({ address: 9, fc, start, count }))?.slice(3, -2) ?? new Uint8Array(0);

  it('holds every type in every order, scale registers, and what it does not have', () => {
    const values = decodeRegisters(
      odd.registers.filter(({ fc }) => fc === 3),
      0,
      dataOf(3, 0, 21),
    );
    const { powerFactor: _, powerFactorL3: __, ...words } = held;
    // A scale that suits 12,345 W leaves of 56.5 W the whole watts.
    expect(Object.fromEntries(values.map(({ quantity, value }) => [quantity, value]))).toEqual({
      ...words,
      powerL1W: 57,
    });
    const coils = decodeRegisters(
      odd.registers.filter(({ fc }) => fc === 1),
      100,
      dataOf(1, 100, 2),
    );
    expect(coils.map(({ value }) => value)).toEqual([0, 1]);
    expect(exceptionCode(ask(slave, 99, 3, 1))).toBe(2);
  });

  it('scales the finer, the less there is', () => {
    const small = { ...slave, read: () => 5.125 };
    const answer = ask(small, 12, 3, 3) as Uint8Array;
    expect(toHex(answer.slice(3, -2))).toBe('14051405fffd');
  });

  it('says who it is', () => {
    expect(toHex(dataOf(4, 50, 7))).toBe('00001267' + '4f64642031000000' + '0105');
  });

  it('takes what its commands name, says it back, and refuses the rest', () => {
    const write = (...bytes: number[]) => toHex(answerOf(slave, framed([9, ...bytes])) ?? new Uint8Array(0));
    expect(write(6, 0, 200, 0, 4)).toBe(toHex(framed([9, 6, 0, 200, 0, 4])));
    expect(write(16, 0, 210, 0, 2, 4, 0x41, 0xf0, 0, 0)).toBe(toHex(framed([9, 16, 0, 210, 0, 2])));
    expect(write(5, 0, 7, 0xff, 0)).toBe(toHex(framed([9, 5, 0, 7, 0xff, 0])));
    expect([...(slave.words ?? [])]).toEqual([
      [200, 4],
      [210, 0x41f0],
      [211, 0],
    ]);
    expect(slave.coils?.get(7)).toBe(true);
    expect(toHex(dataOf(3, 210, 2))).toBe('41f00000');
    const code = (...bytes: number[]) => exceptionCode(answerOf(slave, framed([9, ...bytes])));
    expect(code(6, 0, 201, 0, 4), 'no command').toBe(2);
    expect(code(16, 0, 210, 0, 1, 2, 0, 0), 'half a value').toBe(2);
    expect(code(16, 0, 210, 0, 2, 3, 0, 0, 0), 'a length that is none').toBe(3);
    expect(code(5, 0, 7, 0x12, 0), 'neither on nor off').toBe(3);
    expect(code(6, 0, 200, 0, 10), 'more than is allowed').toBe(3);
    expect(slave.words?.get(200), 'of a refused write nothing is kept').toBe(4);
    expect(code(0x42), 'a function that it does not have').toBe(1);
  });

  it('obeys a broadcast and says nothing', () => {
    expect(answerOf(slave, framed([0, 6, 0, 200, 0, 8]))).toBeUndefined();
    expect(slave.words?.get(200)).toBe(8);
  });

  it('answers with zeros what it does not have, where its kind does', () => {
    const real = frames.find(({ name }) => name === 'sdm-fc3-unknown');
    const zeros = { ...sdm630, hasZerosForUnknown: true };
    expect(toHex(answerOf(zeros, fromHex(real?.request as string) as Uint8Array) as Uint8Array)).toBe(
      real?.response,
    );
    expect(exceptionCode(ask(zeros, 0xfff0, 16, 3))).toBeUndefined();
    expect(exceptionCode(ask(zeros, 0xfff0, 17, 3)), 'past the last address there is').toBe(2);
  });
});
