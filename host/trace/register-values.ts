import { decodeRegisters } from '#core/modbus/decode.ts';
import { type Register, wordCount } from '#core/modbus/register.ts';
import { registerText } from '#core/modbus/register-text.ts';
import { quantities } from '#core/quantities.ts';
import { type ModbusCommand, type ModbusProfile, trustedRegisters } from '#profiles/profile.ts';
import type { TraceCommand, TraceValue } from './meaning.ts';

/** Registers, or coils, of one function from `start` on. */
export interface Span {
  readonly fc: number;
  readonly start: number;
  readonly count: number;
}

const bitsPerByte = 8;

/** What the data of an answer says by a profile, in the order of its registers; registers on which sources disagree are left out. */
export function valuesIn(profile: ModbusProfile, { fc, start, count }: Span, data: Uint8Array): TraceValue[] {
  const isInside = (register: number, words: number) =>
    register >= start && register + words <= start + count;
  const values: TraceValue[] = [];
  for (const register of trustedRegisters(profile)) {
    const { quantity, address, type, scaleRegister } = register;
    if (register.fc !== fc || !isInside(address, wordCount(type))) continue;
    if (scaleRegister !== undefined && !isInside(scaleRegister, 1)) continue;
    const [read] = decodeRegisters([register], start, data);
    const { unit } = quantities[quantity];
    const value = read === undefined ? null : decimalOf(register, read.value);
    values.push({ of: 'quantity', name: quantity, value, unit: unit === '1' ? '' : unit, register: address });
  }
  for (const name of ['serial', 'model', 'firmware'] as const) {
    const field = profile.identity?.[name];
    if (field === undefined || field.fc !== fc || !isInside(field.address, field.words)) continue;
    const from = (field.address - start) * 2;
    const value = registerText(data.subarray(from, from + field.words * 2), field) ?? null;
    values.push({ of: 'identity', name, value, unit: '', register: field.address });
  }
  return values.sort((a, b) => (a.register ?? 0) - (b.register ?? 0));
}

const decimalOf = ({ quantity }: Pick<Register, 'quantity'>, value: number): string =>
  Number(value.toFixed(quantities[quantity].decimals)).toString();

/** The command of a profile that writes there, with the value that is written; undefined where it has none. */
export function commandIn(
  profile: ModbusProfile,
  { fc, start, count }: Span,
  data: Uint8Array,
): TraceCommand | undefined {
  const command = profile.commands?.find(
    one => one.fc === fc && one.address === start && wordCount(one.type) === count,
  );
  if (command === undefined) return undefined;
  const { id, name, unit = '' } = command;
  return { id, name, value: writtenValue(command, data), unit };
}

function writtenValue(command: ModbusCommand, data: Uint8Array): string | null {
  if (command.fc === 5) return data[0] === 0xff ? '1' : '0';
  // A written value has no quantity; any of as many decimals as there are will do.
  const as: Register = { ...command, fc: command.fc === 15 ? 1 : 3, quantity: 'gasVolumeM3' };
  const [written] = decodeRegisters([as], command.address, data);
  return written === undefined ? null : decimalOf(as, written.value);
}

/** Bytes of the data in the answer to a read. */
export const dataBytesOf = ({ fc, count }: Span): number =>
  fc <= 2 ? Math.ceil(count / bitsPerByte) : 2 * count;
