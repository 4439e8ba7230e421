import { decodeRegisters } from '#core/modbus/decode.ts';
import { encodeValue } from '#core/modbus/encode.ts';
import { wordCount } from '#core/modbus/register.ts';
import type { ModbusCommand } from '#profiles/profile.ts';
import type { ModbusSlave } from './modbus-slave.ts';

/** What a meter keeps of what was written to it: holding registers and coils. */
export interface SlaveMemory {
  readonly words: Map<number, number>;
  readonly coils: Map<number, boolean>;
}

const memories = new WeakMap<ModbusSlave, SlaveMemory>();

/**
 * A slave's memory. It begins as its factory left the meter: each parameter that a command of the profile writes can be
 * read before anybody has written it, at what `parameters` says, or at the number nearest to 0 that is allowed.
 */
export function memoryOf(slave: ModbusSlave): SlaveMemory {
  const known = memories.get(slave);
  if (known !== undefined) return known;
  const memory = { words: slave.words ?? new Map(), coils: slave.coils ?? new Map() };
  memories.set(slave, memory);
  for (const command of slave.profile.commands ?? []) {
    if (isShown(slave, command)) continue;
    const bytes = encodeValue(factoryValue(slave, command), command);
    if (bytes === undefined) continue;
    const view = new DataView(bytes.buffer);
    if (isCoil(command)) {
      if (!memory.coils.has(command.address)) memory.coils.set(command.address, view.getUint16(0) !== 0);
      continue;
    }
    for (let word = 0; word < wordCount(command.type); word++) {
      const address = command.address + word;
      if (!memory.words.has(address)) memory.words.set(address, view.getUint16(word * 2));
    }
  }
  return memory;
}

/** The address that a slave answers at: a command `address` of its profile moves it. */
export function addressOf(slave: ModbusSlave): number {
  const command = slave.profile.commands?.find(({ id }) => id === 'address');
  return (command && memoryOf(slave).words.get(command.address)) ?? slave.address;
}

/** Whether the meter takes these bytes for a parameter: a number inside its range. */
export function isAllowed(
  { type, order, scale, address, min, max }: ModbusCommand,
  bytes: Uint8Array,
): boolean {
  // What kind of value it is does not matter here.
  const register = { quantity: 'powerW', fc: 3, address, type, order, scale } as const;
  const value = decodeRegisters([register], address, bytes)[0]?.value;
  const roundingError = 1e-6 * Math.max(Math.abs(min), Math.abs(max), 1);
  return value !== undefined && value >= min - roundingError && value <= max + roundingError;
}

export const isCoil = ({ fc }: ModbusCommand): boolean => fc === 5 || fc === 15;

/** A setting that is one of the meter's values, too, shows that value. */
const isShown = ({ profile }: ModbusSlave, { address, type, fc }: ModbusCommand): boolean =>
  profile.registers.some(
    register =>
      register.fc === (fc === 5 || fc === 15 ? 1 : 3) &&
      register.address < address + wordCount(type) &&
      address < register.address + wordCount(register.type),
  );

function factoryValue({ address, parameters }: ModbusSlave, { id, min, max }: ModbusCommand): number {
  const value = parameters?.[id] ?? (id === 'address' ? address : 0);
  return Math.min(Math.max(value, min), max);
}
