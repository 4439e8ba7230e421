import { describe, expect, it } from 'vitest';
import { crc16Modbus } from '#core/crc.ts';
import { decodeRegisters } from '#core/modbus/decode.ts';
import { encodeValue } from '#core/modbus/encode.ts';
import { encodeRead } from '#core/modbus/frame.ts';
import { planReads } from '#core/modbus/plan.ts';
import { type ReadFunction, wordCount } from '#core/modbus/register.ts';
import { registerText } from '#core/modbus/register-text.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import type { ModbusCommand, ModbusProfile, ModbusRegister } from '#profiles/profile.ts';
import { profiles } from '#profiles/registry.ts';
import { answerOf, type ModbusSlave } from '../../../simulator/meters/modbus-slave.ts';
import { simulatedIdentity } from '../../../simulator/meters/simulated-identity.ts';
import { type SunspecPartOptions, sunspecSlave } from '../../../simulator/meters/sunspec-device.ts';

const address = 17;

/** Of each quantity another value, whole in every meter's steps and inside every register. */
function trueValue(quantity: QuantityId, register?: ModbusRegister): number {
  const { kind, unit, wire } = quantities[quantity];
  if (kind === 'counter') return wire * 1000;
  if (unit === '1') return Math.fround(wire / 128) / 4;
  const isSigned = register !== undefined && !register.type.startsWith('u');
  const canBeNegative = unit === 'W' && !/Import|Export/.test(quantity);
  return (register?.scale ?? 1) < 0 || (isSigned && canBeNegative) ? -wire : wire;
}

const framed = (...bytes: readonly number[]): Uint8Array => {
  const crc = crc16Modbus(Uint8Array.from(bytes));
  return Uint8Array.from([...bytes, crc & 0xff, crc >> 8]);
};
const word = (value: number): [number, number] => [value >> 8, value & 0xff];

/** The data of an answer, or the code of the exception; undefined where nothing was said. */
function ask(slave: ModbusSlave, fc: number, start: number, count: number): Uint8Array | number | undefined {
  const answer = answerOf(slave, encodeRead({ address, fc: fc as ReadFunction, start, count }));
  return answer === undefined || answer[1] === fc ? answer?.slice(3, -2) : answer[2];
}

function expectValue(
  slave: ModbusSlave,
  register: ModbusRegister,
  start: number,
  data: Uint8Array | number | undefined,
): void {
  const { quantity, type, scale } = register;
  const place = `${quantity} at ${register.address}`;
  if (!(data instanceof Uint8Array)) throw new Error(`${place}: ${data ?? 'no answer'}`);
  const [found] = decodeRegisters([register], start, data);
  const expected = slave.read(quantity, register) ?? Number.NaN;
  const step = type.startsWith('float') ? Math.abs(expected) * 1e-6 : Math.abs(scale) / 2;
  // Scale registers of SunSpec say the finest step from a thousandth on.
  const most = register.scaleRegister === undefined ? step : Math.max(0.5, Math.abs(expected) * 1e-3);
  expect(Math.abs((found?.value ?? Number.NaN) - expected), place).toBeLessThanOrEqual(most + 1e-9);
}

/** The first and the number of all addresses that a value needs. */
function spanOf({ address: at, type, scaleRegister = at }: ModbusRegister): [number, number] {
  const start = Math.min(at, scaleRegister);
  return [start, Math.max(at + wordCount(type), scaleRegister + 1) - start];
}

const endOf = (register: ModbusRegister): number => register.address + wordCount(register.type);

const slaves = profiles.flatMap((profile): [string, ModbusSlave][] => {
  if (profile.kind !== 'modbus' || profile.sunspec !== undefined) return [];
  const identity = simulatedIdentity(profile, address);
  return [[profile.id, { address, profile, read: trueValue, identity }]];
});
const sunspecModels = [101, 102, 103, 111, 112, 113, 201, 202, 203, 204, 211, 212, 213, 214];
const sunspecs = sunspecModels.flatMap(model => {
  const models = model < 160 ? [model, 160] : [model];
  const part: SunspecPartOptions = { models, read: trueValue };
  const bases = model === 103 ? ([40_000, 50_000, 0] as const) : ([40_000] as const);
  return bases.map((base): [string, ModbusSlave] => [
    `SunSpec ${models.join('+')} at ${base}`,
    sunspecSlave({ address, manufacturer: 'Joulegate', parts: [part], base }),
  ]);
});
const all = [...slaves, ...sunspecs];

/** All holding registers that the meter has besides its values: parameters, identity. */
const isParameter = ({ commands = [] }: ModbusProfile, at: number): boolean =>
  commands.some(({ address: from, type }) => at >= from && at < from + wordCount(type));

describe('a slave of every profile', () => {
  it('is made of each profile there is', () => {
    expect(slaves.length).toBe(profiles.filter(p => p.kind === 'modbus' && !p.sunspec).length);
    expect(slaves.length).toBeGreaterThan(30);
  });

  it.each(all)(
    '%s gives each of its registers alone, also those that the gateway does not trust',
    (_, slave) => {
      for (const register of slave.profile.registers) {
        const [start, count] = spanOf(register);
        expectValue(slave, register, start, ask(slave, register.fc, start, count));
      }
    },
  );

  it.each(all)('%s gives all of them by its read plan', (_, slave) => {
    const { registers, limits } = slave.profile;
    const plan = planReads(registers, limits);
    expect(plan.flatMap(block => block.registers)).toHaveLength(registers.length);
    for (const { fc, start, count, registers: inside } of plan) {
      const data = ask(slave, fc, start, count);
      for (const register of inside) expectValue(slave, register, start, data);
    }
  });

  it.each(all)('%s answers each of its limits with the exception of the protocol', (_, slave) => {
    const { registers, limits, commands = [] } = slave.profile;
    const functions = new Set<number>(registers.map(({ fc }) => fc));
    for (const fc of functions) {
      const own = registers.filter(register => register.fc === fc);
      const [first] = own;
      const most = fc < 3 ? 2000 : limits.maxRegistersPerRead;
      const start = first?.address ?? 0;
      expect(ask(slave, fc, start, most + 1), `${most + 1} at once by function ${fc}`).toBe(3);
      expect(ask(slave, fc, start, 0), 'none at once').toBe(3);
      for (const register of own) {
        const words = wordCount(register.type);
        if (words < 2) continue;
        expect(ask(slave, fc, register.address, words - 1), `the beginning of ${register.quantity}`).toBe(2);
        const isStart = own.some(other => other.address === register.address + 1);
        if (!isStart) expect(ask(slave, fc, register.address + 1, 1), `inside ${register.quantity}`).toBe(2);
      }
      const last = Math.max(...own.map(endOf));
      if (fc === 4) expect(ask(slave, fc, last, 1), 'behind the last').toBe(2);
      if (limits.maxHoleRegisters > 0) continue;
      for (const register of own) {
        const end = endOf(register);
        const isFree =
          !own.some(other => other.address <= end && end < endOf(other)) &&
          !(fc === 3 && isParameter(slave.profile, end));
        const [from, count] = spanOf(register);
        if (isFree && count < most && register.scaleRegister === undefined)
          expect(ask(slave, fc, from, count + 1), `a hole at ${end}`).toBe(2);
      }
    }
    for (const fc of [1, 2, 4] as const) {
      const isKnown =
        functions.has(fc) || (fc === 1 && commands.some(command => command.fc === 5 || command.fc === 15));
      const hasIdentity = Object.values(slave.profile.identity ?? {}).some(field => field.fc === fc);
      if (!isKnown && !hasIdentity) expect(ask(slave, fc, 0, 1), `function ${fc}`).toBe(1);
    }
    for (const fc of [0, 7, 8, 17, 20, 22, 23, 24, 43, 0x42, 127]) {
      expect(answerOf(slave, framed(address, fc, 0, 0, 0, 1)), `function ${fc}`).toEqual(
        framed(address, fc | 0x80, 1),
      );
    }
    if (commands.length === 0) {
      for (const write of [
        [5, 0, 0, 255, 0],
        [6, 0, 0, 0, 1],
        [15, 0, 0, 0, 1, 1, 1],
        [16, 0, 0, 0, 1, 2, 0, 1],
      ])
        expect(answerOf(slave, framed(address, ...write))?.[2], `function ${write[0]}`).toBe(1);
    }
  });

  it.each(slaves.filter(([, { profile }]) => profile.identity !== undefined))(
    '%s says who it is in each field that its profile knows',
    (_, slave) => {
      const fields = Object.entries(slave.profile.identity ?? {});
      expect(fields.length).toBeGreaterThan(0);
      for (const [name, { fc, address: at, words, type, order }] of fields) {
        const data = ask(slave, fc, at, words);
        if (!(data instanceof Uint8Array)) throw new Error(`${name}: ${data}`);
        expect(registerText(data, { type, order }), name).toBe(slave.identity?.[name as 'serial']);
      }
    },
  );

  const commanded = slaves.flatMap(([id, slave]) =>
    (slave.profile.commands ?? []).map((command): [string, string, ModbusSlave, ModbusCommand] => [
      id,
      command.id,
      slave,
      command,
    ]),
  );

  it.each(commanded)(
    '%s takes its command %s, keeps it, and refuses what is outside its range',
    (_, __, { profile }, command) => {
      for (const fc of command.fc === 6 ? [6, 16] : [command.fc]) {
        const slave: ModbusSlave = { address, profile, read: trueValue };
        const { min, max, scale, type, order } = command;
        const words = wordCount(type);
        const write = (bytes: Uint8Array) => {
          const head = fc === 16 ? [...word(words), words * 2] : [];
          const now = readAddress(slave);
          return {
            now,
            answer: answerOf(slave, framed(now, fc, ...word(command.address), ...head, ...bytes)),
          };
        };
        const read = () => {
          const now = readAddress(slave);
          const answer = answerOf(
            slave,
            encodeRead({ address: now, fc: 3, start: command.address, count: words }),
          );
          return answer?.slice(3, -2);
        };
        // Before anybody wrote it, it is something that it may be.
        const register = { quantity: 'powerW', fc: 3, address: command.address, type, order, scale } as const;
        const [factory] = decodeRegisters([register], command.address, read() ?? new Uint8Array(0));
        expect(factory?.value).toBeGreaterThanOrEqual(min);
        expect(factory?.value).toBeLessThanOrEqual(max);
        for (const value of [max, min, Math.round((min + max) / 2)]) {
          const bytes = encodeValue(value, command) as Uint8Array;
          const { now, answer } = write(bytes);
          const said = fc === 16 ? word(words) : [...bytes];
          expect(answer, `${value}`).toEqual(framed(now, fc, ...word(command.address), ...said));
          expect(read(), `${value}`).toEqual(bytes);
        }
        for (const value of [max + scale, min - scale]) {
          const bytes = encodeValue(value, command);
          if (bytes === undefined) continue;
          const before = read();
          expect(write(bytes).answer?.[2], `${value}`).toBe(3);
          expect(read()).toEqual(before);
        }
      }
    },
  );

  /** A PZEM that was given another address answers there alone. */
  const readAddress = (slave: ModbusSlave): number => {
    for (let at = 1; at <= 247; at++) {
      const register = slave.profile.registers[0];
      const asked = { address: at, fc: register?.fc ?? 3, start: register?.address ?? 0, count: 1 };
      if (answerOf(slave, encodeRead(asked)) !== undefined) return at;
    }
    throw new Error('it answers nowhere');
  };

  it('that is told another address answers there, and where it was no more', () => {
    const found = slaves.find(([, { profile }]) => profile.commands?.some(({ id }) => id === 'address'));
    if (found === undefined) throw new Error('no profile can be told');
    const slave: ModbusSlave = { ...found[1] };
    const at = slave.profile.commands?.find(({ id }) => id === 'address')?.address ?? 0;
    expect(answerOf(slave, framed(address, 6, ...word(at), 0, 99))).toEqual(
      framed(address, 6, ...word(at), 0, 99),
    );
    expect(readAddress(slave)).toBe(99);
    expect(answerOf(slave, encodeRead({ address, fc: 4, start: 0, count: 1 }))).toBeUndefined();
  });

  it('with boundaries reads up to them and not across', () => {
    const profile: ModbusProfile = {
      kind: 'modbus',
      id: 'bounded',
      manufacturer: 'nobody',
      model: 'bounded',
      defaults: {},
      limits: { maxRegistersPerRead: 20, maxHoleRegisters: 4, boundaries: [4] },
      registers: [0, 2, 4, 6].map((at, index) => ({
        quantity: (['voltageL1V', 'voltageL2V', 'voltageL3V', 'voltageV'] as const)[index] ?? 'powerW',
        fc: 4,
        address: at,
        type: 'float32',
        order: 'big',
        scale: 1,
      })),
    };
    const slave: ModbusSlave = { address, profile, read: trueValue };
    expect(planReads(profile.registers, profile.limits)).toHaveLength(2);
    expect(ask(slave, 4, 0, 4)).toHaveLength(8);
    expect(ask(slave, 4, 4, 4)).toHaveLength(8);
    expect(ask(slave, 4, 0, 8)).toBe(2);
    expect(ask(slave, 4, 2, 4)).toBe(2);
  });
});
