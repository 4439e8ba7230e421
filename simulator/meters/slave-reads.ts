import { byteAt, type ReadFunction, wordCount } from '#core/modbus/register.ts';
import type { IdentityField, ModbusRegister } from '#profiles/profile.ts';
import type { ModbusSlave } from './modbus-slave.ts';
import { rawValue, scalePower, writeRegister } from './register-memory.ts';
import {
  deviceFailure,
  type Exception,
  illegalAddress,
  illegalFunction,
  illegalValue,
} from './slave-exceptions.ts';
import { memoryOf } from './slave-parameters.ts';

/** Registers that hold one thing together, and how to write it into data at a byte offset. */
interface Piece {
  readonly start: number;
  readonly words: number;
  readonly write: (data: Uint8Array, offset: number) => boolean;
}

const mostBits = 2000;
const lastAddress = 0xffff;

/** What a slave answers to a read: the registers' bytes or the packed bits, or the code of an exception. */
export function readOf(
  slave: ModbusSlave,
  fc: ReadFunction,
  start: number,
  count: number,
): Uint8Array | Exception {
  return fc < 3 ? bitsOf(slave, fc, start, count) : wordsOf(slave, fc, start, count);
}

function bitsOf(slave: ModbusSlave, fc: ReadFunction, start: number, count: number): Uint8Array | Exception {
  const known = slave.profile.registers.filter(register => register.fc === fc);
  const coils = fc === 1 ? memoryOf(slave).coils : new Map<number, boolean>();
  if (known.length + coils.size === 0) return illegalFunction;
  if (count < 1 || count > mostBits) return illegalValue;
  const bits = new Map<number, boolean>(coils);
  for (const register of known) {
    if (register.address < start || register.address >= start + count) bits.set(register.address, false);
    else if (!coils.has(register.address)) {
      bits.set(register.address, Boolean(slave.read(register.quantity, register)));
    }
  }
  const data = new Uint8Array((count + 7) >> 3);
  let lastEnd = 0;
  let inside = 0;
  for (const [address, isOn] of bits) {
    lastEnd = Math.max(lastEnd, address + 1);
    const index = address - start;
    if (index < 0 || index >= count) continue;
    inside++;
    if (isOn) data[index >> 3] = (data[index >> 3] as number) | (1 << (index & 7));
  }
  return isRefused(slave, inside < count, start, start + count, lastEnd) ? illegalAddress : data;
}

function wordsOf(slave: ModbusSlave, fc: ReadFunction, start: number, count: number): Uint8Array | Exception {
  const known = piecesOf(slave, fc);
  const changing = changingPieces(slave, fc);
  const isAnything = fc === 3 && slave.hasZerosForUnknown === true;
  if (known.length + changing.length === 0 && !isAnything) return illegalFunction;
  // A text of an identity is given whole, however few values at once a meter gives (Carlo Gavazzi EM24_E1).
  const isText = Object.values(slave.profile.identity ?? {}).some(
    field => field.fc === fc && field.address === start && field.words === count,
  );
  if (count < 1 || (count > slave.profile.limits.maxRegistersPerRead && !isText)) return illegalValue;
  const data = new Uint8Array(count * 2);
  const covered = new Uint8Array(count);
  let lastEnd = 0;
  for (const pieces of [known, changing]) {
    for (const { start: from, words, write } of pieces) {
      lastEnd = Math.max(lastEnd, from + words);
      const inside = Math.min(from + words, start + count) - Math.max(from, start);
      if (inside <= 0) continue;
      // The half of a value: some meters say this, none can say a value.
      if (inside < words) return illegalAddress;
      if (!write(data, (from - start) * 2)) return deviceFailure;
      covered.fill(1, from - start, from - start + words);
    }
  }
  if (isAnything) return start + count > lastAddress + 1 ? illegalAddress : data;
  return isRefused(slave, covered.includes(0), start, start + count, lastEnd) ? illegalAddress : data;
}

/**
 * Whether a read touches what the meter refuses: what lies behind its last register, a boundary in its middle, or a hole
 * where it minds holes.
 */
const isRefused = (
  { profile: { limits } }: ModbusSlave,
  hasHoles: boolean,
  start: number,
  end: number,
  lastEnd: number,
): boolean =>
  end > lastEnd ||
  (hasHoles && limits.maxHoleRegisters === 0) ||
  (limits.boundaries ?? []).some(boundary => start < boundary && boundary < end);

/** By slave and function. Made at each read they took more of a demo's past than all else that its meters do. */
const madePieces = new WeakMap<ModbusSlave, Map<ReadFunction, readonly Piece[]>>();

/** What a slave has by a function and always has: values, and the registers that scale them. */
function piecesOf(slave: ModbusSlave, fc: ReadFunction): readonly Piece[] {
  const ofSlave = madePieces.get(slave) ?? new Map<ReadFunction, readonly Piece[]>();
  madePieces.set(slave, ofSlave);
  const pieces = ofSlave.get(fc) ?? makePieces(slave, fc);
  ofSlave.set(fc, pieces);
  return pieces;
}

function makePieces(slave: ModbusSlave, fc: ReadFunction): Piece[] {
  const registers = slave.profile.registers.filter(register => register.fc === fc);
  const scales = new Set(registers.flatMap(({ scaleRegister }) => scaleRegister ?? []));
  const sharing = (scale: number | undefined) =>
    registers.filter(({ scaleRegister }) => scaleRegister === scale);
  return [
    ...registers.map(register => valuePiece(slave, register, sharing(register.scaleRegister))),
    ...[...scales].map(scale => scalePiece(slave, scale, sharing(scale))),
  ];
}

/** Who it is, which changes where a meter is replaced, and what was written to it. */
function changingPieces(slave: ModbusSlave, fc: ReadFunction): Piece[] {
  const { serial, model, firmware } = slave.profile.identity ?? {};
  const identity = [
    [serial, slave.identity?.serial],
    [model, slave.identity?.model],
    [firmware, slave.identity?.firmware],
  ] as const;
  const words = fc === 3 ? memoryOf(slave).words : fc === 4 ? (slave.stateWords ?? []) : [];
  return [
    ...identity.flatMap(([field, text]) => (field?.fc === fc && text ? [identityPiece(field, text)] : [])),
    ...[...words].map(([start, word]) => wordPiece(start, word)),
  ];
}

/** `sharing` are the registers with the same scale register, this one among them. */
const valuePiece = (
  slave: ModbusSlave,
  register: ModbusRegister,
  sharing: readonly ModbusRegister[],
): Piece => ({
  start: register.address,
  words: wordCount(register.type),
  write: (data, offset) => {
    const power = register.scaleRegister === undefined ? 0 : powerOf(slave, sharing);
    const raw = rawValue(register, slave.read(register.quantity, register), power);
    if (raw !== undefined) writeRegister(data, offset, register, raw);
    return raw !== undefined;
  },
});

const scalePiece = (slave: ModbusSlave, start: number, sharing: readonly ModbusRegister[]): Piece => ({
  start,
  words: 1,
  write: (data, offset) => {
    new DataView(data.buffer).setInt16(offset, powerOf(slave, sharing));
    return true;
  },
});

const powerOf = (slave: ModbusSlave, sharing: readonly ModbusRegister[]): number =>
  scalePower(
    sharing.flatMap(register => {
      const value = slave.read(register.quantity, register);
      return value === undefined ? [] : [[register, value] as const];
    }),
  );

const wordPiece = (start: number, word: number): Piece => ({
  start,
  words: 1,
  write: (data, offset) => {
    new DataView(data.buffer).setUint16(offset, word);
    return true;
  },
});

/** Text two characters a register, decimal digits four a register, or a number. */
const identityPiece = ({ address, words, type, order }: IdentityField, text: string): Piece => ({
  start: address,
  words,
  write: (data, offset) => {
    const bytes = words * 2;
    for (let index = 0; type === 'text' && index < Math.min(bytes, text.length); index++) {
      data[offset + index] = text.charCodeAt(index);
    }
    const digits = type === 'uint' ? BigInt(text).toString(16) : text;
    const hex = digits.padStart(bytes * 2, '0').slice(-bytes * 2);
    for (let index = 0; type !== 'text' && index < bytes; index++) {
      const byte = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16);
      data[offset + byteAt(order, index, bytes)] = byte;
    }
    return true;
  },
});
