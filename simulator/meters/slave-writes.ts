import { wordCount } from '#core/modbus/register.ts';
import type { ModbusCommand } from '#profiles/profile.ts';
import type { ModbusSlave } from './modbus-slave.ts';
import { type Exception, illegalAddress, illegalFunction, illegalValue } from './slave-exceptions.ts';
import { isAllowed, memoryOf } from './slave-parameters.ts';

const mostWords = 123;
const mostCoils = 1968;

/**
 * Takes a write (functions 5, 6, 15, 16) to what the profile's commands name, whole values inside their ranges only, and
 * keeps it: all of a write or nothing. Returns the code of an exception, or undefined where it was written. `data` is the frame without address, function and CRC;
 * undefined also says that the frame is not one of the protocol, which a slave passes over.
 */
export function writeTo(slave: ModbusSlave, fc: number, data: Uint8Array): Exception | 'written' | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  if (data.length < 4) return undefined;
  const start = view.getUint16(0);
  const isSingle = fc < 15;
  if (isSingle && data.length !== 4) return undefined;
  if (!isSingle && (data.length < 6 || data.length !== 5 + (data[4] as number))) return undefined;
  const own = (slave.profile.commands ?? []).filter(command => isWrittenBy(command, fc));
  if (own.length === 0) return illegalFunction;
  const count = isSingle ? 1 : view.getUint16(2);
  const isCoils = fc === 5 || fc === 15;
  const bytes = isCoils ? (count + 7) >> 3 : count * 2;
  if (count < 1 || count > (isCoils ? mostCoils : mostWords) || (!isSingle && data[4] !== bytes))
    return illegalValue;
  const written = own.filter(command => command.address >= start && endOf(command) <= start + count);
  if (written.reduce((words, command) => words + endOf(command) - command.address, 0) !== count)
    return illegalAddress;
  if (fc === 5 && view.getUint16(2) !== 0 && view.getUint16(2) !== 0xff00) return illegalValue;
  const words = Array.from({ length: count }, (_, index) => {
    if (isSingle) return view.getUint16(2);
    return isCoils ? bitAt(data, index) : view.getUint16(5 + index * 2);
  });
  const bytesOf = (command: ModbusCommand): Uint8Array => {
    const own = words.slice(command.address - start, endOf(command) - start);
    return isCoils
      ? Uint8Array.of(own[0] ? 1 : 0)
      : Uint8Array.from(own.flatMap(word => [word >> 8, word & 0xff]));
  };
  if (!written.every(command => isAllowed(command, bytesOf(command)))) return illegalValue;
  const memory = memoryOf(slave);
  for (const [index, word] of words.entries()) {
    if (isCoils) memory.coils.set(start + index, word !== 0);
    else memory.words.set(start + index, word);
  }
  return 'written';
}

/** Meters take a single write of one register as one of several, and mostly the other way round. */
const isWrittenBy = ({ fc }: ModbusCommand, written: number): boolean =>
  fc === written || (fc === 6 && written === 16) || (fc === 5 && written === 15);

const endOf = ({ address, type }: ModbusCommand): number => address + wordCount(type);

const bitAt = (data: Uint8Array, index: number): number =>
  ((data[5 + (index >> 3)] as number) >> (index & 7)) & 1;
