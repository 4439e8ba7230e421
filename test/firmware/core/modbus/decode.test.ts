import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '#core/bytes.ts';
import { decodeRegisters } from '#core/modbus/decode.ts';
import { type ByteOrder, type Register, type RegisterType, wordCount } from '#core/modbus/register.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { peacefairPzem004tV3 } from '#profiles/peacefair-pzem-004t-v3.ts';
import { writeRegister } from '../../../../simulator/meters/register-memory.ts';
import frames from '../../../vectors/modbus/frames.json' with { type: 'json' };
import payload from '../../../vectors/modbus/sdm630-payload.json' with { type: 'json' };

const register = (type: RegisterType, rest: Partial<Register> = {}): Register => ({
  quantity: 'powerW',
  fc: 4,
  address: 0,
  type,
  order: 'big',
  scale: 1,
  ...rest,
});

const decoded = (hex: string, of: Register): number | undefined =>
  decodeRegisters([of], 0, fromHex(hex) as Uint8Array)[0]?.value;

const dataOf = (name: string): Uint8Array => {
  const response = frames.find(frame => frame.name === name)?.response as string;
  return (fromHex(response) as Uint8Array).slice(3, -2);
};

describe('register decoding', () => {
  it('reads every type in all four orders', () => {
    const cases: [
      type: RegisterType,
      ABCD: string,
      CDAB: string,
      BADC: string,
      DCBA: string,
      value: number,
    ][] = [
      ['uint16', 'fffe', 'fffe', 'feff', 'feff', 65534],
      ['int16', 'fffe', 'fffe', 'feff', 'feff', -2],
      ['uint32', '89abcdef', 'cdef89ab', 'ab89efcd', 'efcdab89', 0x89abcdef],
      ['int32', 'fffffffe', 'fffeffff', 'fffffeff', 'feffffff', -2],
      ['float32', '4367af55', 'af554367', '674355af', '55af6743', 231.6848907470703],
      [
        'uint64',
        '000001000000000a',
        '000a000001000000',
        '0000000100000a00',
        '0a00000000010000',
        2 ** 40 + 10,
      ],
      ['int64', 'fffffffffffffff6', 'fff6ffffffffffff', 'fffffffffffff6ff', 'f6ffffffffffffff', -10],
      ['float64', '400921fb54442d18', '2d18544421fb4009', '0940fb214454182d', '182d4454fb210940', Math.PI],
      ['bcd16', '1234', '1234', '3412', '3412', 1234],
      ['bcd32', '12345678', '56781234', '34127856', '78563412', 12345678],
      ['bcd64', '0000012345678901', '8901456701230000', '0000230167450189', '0189674523010000', 12345678901],
    ];
    for (const [type, big, wordSwapped, byteSwapped, little, value] of cases) {
      expect(decoded(big, register(type)), type).toBe(value);
      expect(decoded(wordSwapped, register(type, { order: 'wordSwapped' })), type).toBe(value);
      expect(decoded(byteSwapped, register(type, { order: 'byteSwapped' })), type).toBe(value);
      expect(decoded(little, register(type, { order: 'little' })), type).toBe(value);
    }
  });

  it('reads one bit of a register, in its order of bytes', () => {
    for (let bit = 0; bit < 16; bit++) {
      expect(decoded('a005', register('bit', { bit })), `bit ${bit}`).toBe((0xa005 >> bit) & 1);
      expect(decoded('05a0', register('bit', { bit, order: 'little' })), `bit ${bit}`).toBe(
        (0xa005 >> bit) & 1,
      );
    }
  });

  it('reads coils and inputs, the first in the lowest bit', () => {
    // Modbus protocol V1.1b3, 6.1: coils 20 to 38 as CD 6B 05.
    const coils = Array.from({ length: 19 }, (_, index) => register('bool', { fc: 1, address: 19 + index }));
    const values = decodeRegisters(coils, 19, fromHex('cd6b05') as Uint8Array);
    expect(values.map(({ value }) => value).join('')).toBe('1011001111010110101');
    const outside = [18, 19 + 24].map(address => register('bool', { fc: 1, address }));
    expect(decodeRegisters(outside, 19, fromHex('cd6b05') as Uint8Array)).toEqual([]);
  });

  it('leaves out a decimal with a digit that is none', () => {
    for (const hex of ['a000', '0a00', '00a0', '000a', 'ffff']) {
      expect(decoded(hex, register('bcd16')), hex).toBeUndefined();
    }
    expect(decoded('000000000000000f', register('bcd64'))).toBeUndefined();
    expect(decoded('f000000000000001', register('bcd64'))).toBeUndefined();
  });

  it('scales by the register in which the meter says how (SunSpec), and gives nothing where that says nothing', () => {
    const volt = register('int16', { quantity: 'voltageV', scaleRegister: 1 });
    expect(decoded('0903ffff', volt)).toBe(230.7);
    expect(decoded('0903fffe', { ...volt, scale: -1 })).toBe(-23.07);
    expect(decoded('09030002', volt)).toBe(230_700);
    expect(decoded('0017000a', volt)).toBe(23e10);
    expect(decoded('0903fff6', register('uint16', { scale: 1000, scaleRegister: 1 }))).toBe(0.0002307);
    for (const power of ['8000', '000b', 'fff5', '7fff'])
      expect(decoded(`0903${power}`, volt)).toBeUndefined();
    expect(decoded('0903', volt)).toBeUndefined();
    expect(decoded('ff090309', { ...volt, order: 'little' })).toBeUndefined();
    expect(decoded('0309ffff', { ...volt, order: 'little' })).toBe(230.7);
    const before = register('int16', { quantity: 'voltageV', address: 1, scaleRegister: 0 });
    expect(decoded('ffff0903', before)).toBe(230.7);
  });

  it('adds an offset without rounding noise', () => {
    const celsius = register('uint16', { quantity: 'temperatureC', scale: 0.1, offset: -273.15 });
    expect(decoded('0ba6', celsius)).toBe(25.05);
    expect(decoded('0000000000000ba6', { ...celsius, type: 'uint64' })).toBe(25.05);
  });

  it('leaves out what is no number, what no double holds exactly, and what the meter marks as not available', () => {
    for (const hex of ['7fc00000', 'ffc00001', '7f800000', 'ff800000']) {
      expect(decoded(hex, register('float32')), hex).toBeUndefined();
    }
    expect(decoded('0020000000000001', register('uint64'))).toBeUndefined();
    expect(decoded('ffdfffffffffffff', register('int64'))).toBeUndefined();
    for (const type of ['uint64', 'int64', 'float64', 'bcd64'] as const) {
      const marked = register(type, { absentRaw: ['8000000000000000'] });
      expect(decoded('8000000000000000', marked), type).toBeUndefined();
      expect(decoded('0000000000000000', marked), type).toBe(0);
    }
    expect(decoded('8000', register('int16', { absentRaw: ['8000'] }))).toBeUndefined();
    expect(decoded('8000', register('int16', { absentRaw: [-0x8000] }))).toBeUndefined();
    expect(decoded('7fffffff', register('float32', { absentRaw: ['7fffffff'] }))).toBeUndefined();
    expect(decoded('7f7fffff', register('float32', { absentRaw: ['7F7FFFFF'] }))).toBeUndefined();
    expect(decoded('ffff', register('uint16', { absentRaw: [0xffff] }))).toBeUndefined();
    expect(decoded('fffe', register('uint16', { absentRaw: [0xffff] }))).toBe(0xfffe);
  });

  it('leaves out registers outside the data and never reads past its end', () => {
    const data = new Uint8Array(6);
    const at = (address: number) => register('float32', { address });
    expect(decodeRegisters([at(9), at(10), at(11), at(12)], 10, data)).toHaveLength(2);
  });

  it('gives decimal steps as the nearest double, not as a product with rounding noise', () => {
    fc.assert(
      fc.property(fc.nat(65535), raw => {
        const hex = raw.toString(16).padStart(4, '0');
        expect(decoded(hex, register('uint16', { scale: 0.1 }))).toBe(Number(`${raw}e-1`));
        expect(decoded(hex, register('uint16', { scale: 0.001 }))).toBe(Number(`${raw}e-3`));
      }),
    );
    expect(decoded('fff6', register('int16', { scale: -0.1 }))).toBe(1);
  });

  it('gives a counter back exactly as the meter counted it, through a float32 of kWh', () => {
    const counter = register('float32', { quantity: 'energyImportWh', scale: 1000, resolution: 1 });
    fc.assert(
      // Beyond 8192 kWh a float32 has no digits for 1 Wh.
      fc.property(fc.nat(8_000_000), wattHours => {
        const data = new Uint8Array(4);
        writeRegister(data, 0, counter, wattHours / 1000);
        expect(decodeRegisters([counter], 0, data)[0]?.value).toBe(wattHours);
      }),
    );
  });

  it('rounds to a resolution below one without inventing digits', () => {
    expect(decoded('42c80083', register('float32', { resolution: 0.001 }))).toBe(100.001);
  });

  it('is the inverse of what a meter writes, for whole numbers of every type and order', () => {
    const types: RegisterType[] = ['uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64', 'float64'];
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.constantFrom<ByteOrder>('big', 'wordSwapped', 'byteSwapped', 'little'),
        fc.nat(32767),
        (type, order, raw) => {
          const of = register(type, { order });
          const data = new Uint8Array(wordCount(type) * 2);
          writeRegister(data, 0, of, raw);
          expect(decodeRegisters([of], 0, data)[0]?.value).toBe(raw);
        },
      ),
    );
  });

  it('decodes a PZEM-004T as its makers of drivers logged it', () => {
    const values = decodeRegisters(peacefairPzem004tV3.registers, 0, dataOf('pzem-ac'));
    expect(Object.fromEntries(values.map(({ quantity, value }) => [quantity, value]))).toEqual({
      voltageV: 225.7,
      currentA: 0.108,
      powerW: 24.4,
      energyImportWh: 38,
      frequencyHz: 50,
      powerFactor: 1,
    });
  });

  it('decodes a real SDM630 block as ESPHome logged it', () => {
    const values = decodeRegisters(eastronSdm630.registers, 0, fromHex(payload.payloadPrefix) as Uint8Array);
    const logged: Record<string, number> = payload.decodedFloat32BE;
    let compared = 0;
    for (const { quantity, value } of values) {
      const { address, scale } = eastronSdm630.registers.find(of => of.quantity === quantity) as Register;
      const expected = logged[`0x${address.toString(16)}`];
      if (expected === undefined) continue;
      expect(value / scale, quantity).toBeCloseTo(expected, 3);
      compared++;
    }
    expect(compared).toBe(30);
  });
});
