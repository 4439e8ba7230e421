import { describe, expect, it } from 'vitest';
import { decodeRegisters } from '#core/modbus/decode.ts';
import { encodeRead } from '#core/modbus/frame.ts';
import { planReads } from '#core/modbus/plan.ts';
import { wordCount } from '#core/modbus/register.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { trustedRegisters } from '#profiles/profile.ts';
import { answerTo, type MeterNow } from '../../../host/modbus-server/answer.ts';
import { sdm630Map } from '../../../host/modbus-server/sdm630.ts';

const map = sdm630Map(1, 26_123_456);
const meterOf = (value: (quantity: QuantityId) => number | 'old' | 'none', isAway = false): MeterNow => ({
  isAway,
  valueOf: value,
});
/** A value of its own for each quantity, negative where it may be; each is a float's. */
const trueValue = (quantity: QuantityId): number => {
  const { kind, unit, wire, min } = quantities[quantity];
  if (kind === 'counter') return wire * 1000;
  if (unit === '1') return -0.5;
  return min < 0 ? -wire * 8.25 : wire * 0.25;
};
const read = (meter: MeterNow, functionCode: 3 | 4, start: number, count: number): Uint8Array =>
  answerTo(encodeRead({ address: 1, fc: functionCode, start, count }).slice(1, -2), map, meter);
const whole = meterOf(trueValue);
const inputs = trustedRegisters(eastronSdm630);

describe('an SDM630 that is played', () => {
  it('gives back by the reads and the decoder of gateways exactly what was put in, signs and all', () => {
    const found = new Map<string, number>();
    for (const { start, count, registers } of planReads(inputs, eastronSdm630.limits)) {
      const answer = read(whole, 4, start, count);
      expect([...answer.subarray(0, 2)]).toEqual([4, count * 2]);
      for (const { quantity, value } of decodeRegisters(registers, start, answer.subarray(2)))
        found.set(quantity, value);
    }
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(inputs.map(({ quantity }) => [quantity, trueValue(quantity)])),
    );
    expect(found.get('powerW')).toBeLessThan(0);
  });

  it('has the bytes that a manual of Eastron shows', () => {
    const volts = meterOf(quantity => (quantity === 'voltageL1V' ? 230.200_012 : 'none'));
    // Eastron SDM320Y User Manual, page 43: 43 66 33 34 is 230.2 V.
    expect([...read(volts, 4, 0, 2)]).toEqual([4, 4, 0x43, 0x66, 0x33, 0x34]);
  });

  it('says by its holding registers what it is, also while the meter is away', () => {
    const away = meterOf(() => 'old', true);
    expect([...read(away, 3, 0xfc02, 1)]).toEqual([3, 2, 0x00, 0x70]);
    expect(new DataView(read(away, 3, 0xfc00, 2).buffer).getUint32(2)).toBe(26_123_456);
    expect([...read(away, 3, 0xfc00, 3)].slice(-2)).toEqual([0x00, 0x70]);
    expect(new DataView(read(away, 3, 0x000a, 2).buffer).getFloat32(2)).toBe(3);
    expect(new DataView(read(away, 3, 0x0014, 2).buffer).getFloat32(2)).toBe(1);
  });

  it('fills its own holes with zeros, as the real one does', () => {
    const answer = read(whole, 4, 0x002a, 4);
    expect([...answer.subarray(6)]).toEqual([0, 0, 0, 0]);
  });
});

describe('what is refused', () => {
  const ask = (...pdu: number[]) => [...answerTo(Uint8Array.from(pdu), map, whole)];

  it.each([
    ['a function that it has not', [0x01, 0, 0, 0, 1], [0x81, 1]],
    ['a write of one register', [0x06, 0, 0x14, 0, 1], [0x86, 1]],
    ['a write of several', [0x10, 0, 0x14, 0, 2, 4, 0, 0, 0, 0], [0x90, 1]],
    ['a request for who it is', [0x2b, 0x0e, 1, 0], [0xab, 1]],
    ['a function that nobody has', [0x7f], [0xff, 1]],
    ['no register', [0x04, 0, 0, 0, 0], [0x84, 3]],
    ['more than 125 registers', [0x04, 0, 0, 0, 126], [0x84, 3]],
    ['a request that is too short', [0x04, 0, 0, 0], [0x84, 3]],
    ['a request that is too long', [0x04, 0, 0, 0, 2, 0], [0x84, 3]],
    ['half of a value at the beginning', [0x04, 0, 1, 0, 2], [0x84, 2]],
    ['half of a value at the end', [0x04, 0, 0, 0, 3], [0x84, 2]],
    ['registers behind the last', [0x04, 0x01, 0x7c, 0, 4], [0x84, 2]],
    ['nothing but a hole', [0x04, 0, 0x2c, 0, 2], [0x84, 2]],
    ['the end of all addresses', [0x04, 0xff, 0xff, 0, 2], [0x84, 2]],
    ['half of the serial number', [0x03, 0xfc, 0x01, 0, 1], [0x83, 2]],
    ['a holding register that it has not', [0x03, 0, 0x02, 0, 2], [0x83, 2]],
  ])('%s', (_, pdu, answer) => {
    expect(ask(...pdu)).toEqual(answer);
  });

  it('is every value where the meter is away or this one is old: by 0x0B, and never by a number', () => {
    for (const { address, type } of inputs) {
      const count = wordCount(type);
      expect([...read(meterOf(trueValue, true), 4, address, count)]).toEqual([0x84, 0x0b]);
      expect([
        ...read(
          meterOf(() => 'old'),
          4,
          address,
          count,
        ),
      ]).toEqual([0x84, 0x0b]);
    }
    // One that is old has the whole read refused: a client could not tell it from the others.
    const one = meterOf(quantity => (quantity === 'powerL2W' ? 'old' : trueValue(quantity)));
    expect([...read(one, 4, 0, 80)]).toEqual([0x84, 0x0b]);
    expect(read(one, 4, 0x0034, 2).length).toBe(6);
  });

  it('is what the meter does not measure where nothing else is asked; beside other values it is no number', () => {
    const power = meterOf(quantity => (quantity === 'powerW' ? -1500 : 'none'));
    expect([...read(power, 4, 0, 36)]).toEqual([0x84, 2]);
    const view = new DataView(read(power, 4, 0, 80).buffer);
    expect(view.getFloat32(2)).toBeNaN();
    expect(view.getFloat32(2 + 0x34 * 2)).toBe(-1500);
    // The gateways' decoder takes it for absent.
    const answer = read(power, 4, 0, 80).subarray(2);
    expect(decodeRegisters(inputs, 0, answer)).toEqual([{ quantity: 'powerW', value: -1500 }]);
  });
});
