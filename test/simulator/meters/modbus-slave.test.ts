import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#core/bytes.ts';
import { crc16Modbus } from '#core/crc.ts';
import { decodeRegisters } from '#core/modbus/decode.ts';
import { encodeRead } from '#core/modbus/frame.ts';
import type { QuantityId } from '#core/quantities.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { peacefairPzem004tV3 } from '#profiles/peacefair-pzem-004t-v3.ts';
import { answerOf, type ModbusSlave } from '../../../simulator/meters/modbus-slave.ts';
import { rawValue } from '../../../simulator/meters/register-memory.ts';
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
const pzem: ModbusSlave = { address: 1, profile: peacefairPzem004tV3, read };

const framed = (bytes: readonly number[]): Uint8Array => {
  const crc = crc16Modbus(Uint8Array.from(bytes));
  return Uint8Array.from([...bytes, crc & 0xff, crc >> 8]);
};
const ask = (slave: ModbusSlave, start: number, count: number, fc: 3 | 4 = 4, address = slave.address) =>
  answerOf(slave, encodeRead({ address, fc, start, count }));
const exceptionCode = (answer: Uint8Array | undefined) =>
  answer?.length === 5 && (answer[1] as number) > 0x80 ? answer[2] : undefined;

describe('Modbus slave', () => {
  it('answers byte for byte as the real meters did', () => {
    const real = frames.find(({ name }) => name === 'sdm630-voltageL1');
    expect(toHex(answerOf(sdm630, fromHex(real?.request as string) as Uint8Array) as Uint8Array)).toBe(
      real?.response,
    );
    // The logged PZEM answer without its tenth register, the alarm, which the profile does not know.
    const logged = frames.find(({ name }) => name === 'pzem-ac')?.response as string;
    expect(toHex((ask(pzem, 0, 9) as Uint8Array).slice(3, -2))).toBe(logged.slice(6, 6 + 36));
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
    expect(exceptionCode(ask(sdm630, 0, 2, 3))).toBe(1);
    expect(exceptionCode(ask(sdm630, 0x1000, 2))).toBe(2);
    expect(exceptionCode(ask(sdm630, 1, 2)), 'half a value').toBe(2);
    expect(exceptionCode(ask(pzem, 0, 10)), 'a register past the end').toBe(2);
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
