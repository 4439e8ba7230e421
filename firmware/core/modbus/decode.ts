import type { QuantityId } from '../quantities.ts';
import { type ByteOrder, byteAt, type Register, type RegisterType, wordCount } from './register.ts';
import { type Raw64, scaled, scaled64 } from './scale.ts';

export interface RegisterValue {
  readonly quantity: QuantityId;
  readonly value: number;
}

/**
 * The values of `registers` out of the data of one answer that begins at `start` (a register; for functions 1 and 2 a
 * coil or input, eight of them a byte, the first in its lowest bit), in the unit of their quantities. What the meter
 * marks as not available, what is no number, what no 53-bit number of the quantity's last decimal holds, and what
 * lies outside the data is left out: absent, never zero.
 */
export function decodeRegisters(
  registers: readonly Register[],
  start: number,
  data: Uint8Array,
): RegisterValue[] {
  const values: RegisterValue[] = [];
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  // Most meters send most significant bytes first: these are read where they lie, and only others are put in order.
  let scratch: DataView | undefined;
  for (let index = 0; index < registers.length; index++) {
    const register = registers[index] as Register;
    if (register.order !== 'big') scratch ??= new DataView(new ArrayBuffer(8));
    const value = valueIn(register, start, view, scratch ?? view);
    if (value !== undefined) values[values.length] = { quantity: register.quantity, value };
  }
  return values;
}

/** 1 or 0 for a coil; undefined outside the data. */
function coilAt(view: DataView, index: number): number | undefined {
  if (index < 0 || index >> 3 >= view.byteLength) return undefined;
  return (view.getUint8(index >> 3) >> (index & 7)) & 1;
}

function valueIn(register: Register, start: number, data: DataView, scratch: DataView): number | undefined {
  const { type, order, address, scaleRegister } = register;
  if (type === 'bool') return coilAt(data, address - start);
  let power = 0;
  if (scaleRegister !== undefined) {
    const at = (scaleRegister - start) * 2;
    if (at < 0 || at + 2 > data.byteLength) return undefined;
    power = order === 'big' ? data.getInt16(at) : inOrder(data, at, 2, order, scratch).getInt16(0);
    // SunSpec: -10 to 10; 0x8000 is "not implemented", and so is what it scales.
    if (power < -10 || power > 10) return undefined;
  }
  const bytes = wordCount(type) * 2;
  const offset = (address - start) * 2;
  if (offset < 0 || offset + bytes > data.byteLength) return undefined;
  if (order === 'big') return scaledAt(register, type, power, data, offset);
  return scaledAt(register, type, power, inOrder(data, offset, bytes, order, scratch), 0);
}

/** The value whose bytes begin at an offset, the most significant first. */
function scaledAt(
  register: Register,
  type: Exclude<RegisterType, 'bool'>,
  power: number,
  view: DataView,
  at: number,
): number | undefined {
  if (type === 'bit') return (view.getUint16(at) >> (register.bit ?? 0)) & 1;
  const raw = readRaw(view, at, type);
  if (typeof raw === 'number') {
    return Number.isFinite(raw) && !isAbsent(register, raw, view, at)
      ? scaled(raw, power, register)
      : undefined;
  }
  const rounded = (raw.high * raw.highUnit + raw.low) * (raw.isNegative ? -1 : 1);
  return isAbsent(register, rounded, view, at) ? undefined : scaled64(raw, power, register);
}

/** Copies a value's bytes into `scratch`, the most significant first. */
function inOrder(
  data: DataView,
  offset: number,
  bytes: number,
  order: ByteOrder,
  scratch: DataView,
): DataView {
  for (let index = 0; index < bytes; index++) {
    scratch.setUint8(index, data.getUint8(offset + byteAt(order, index, bytes)));
  }
  return scratch;
}

function readRaw(view: DataView, at: number, type: Exclude<RegisterType, 'bool' | 'bit'>): number | Raw64 {
  switch (type) {
    case 'float32':
      return view.getFloat32(at);
    case 'uint16':
      return view.getUint16(at);
    case 'int16':
      return view.getInt16(at);
    case 'uint32':
      return view.getUint32(at);
    case 'int32':
      return view.getInt32(at);
    case 'float64':
      return view.getFloat64(at);
    case 'uint64':
      return {
        isNegative: false,
        high: view.getUint32(at),
        highUnit: 0x1_0000_0000,
        low: view.getUint32(at + 4),
      };
    case 'int64':
      return magnitudeOf(view.getInt32(at), view.getUint32(at + 4));
    case 'bcd16':
      return decimalDigits(view, at, 2);
    case 'bcd32':
      return decimalDigits(view, at, 4);
    case 'bcd64': {
      const high = decimalDigits(view, at, 4);
      const low = decimalDigits(view, at + 4, 4);
      if (Number.isNaN(high) || Number.isNaN(low)) return Number.NaN;
      return { isNegative: false, high, highUnit: 100_000_000, low };
    }
  }
}

/** Two's complement: the magnitude of a negative number is its inverse and one. */
function magnitudeOf(high: number, low: number): Raw64 {
  if (high >= 0) return { isNegative: false, high, highUnit: 0x1_0000_0000, low };
  const carry = low === 0 ? 1 : 0;
  return { isNegative: true, high: -high - 1 + carry, highUnit: 0x1_0000_0000, low: -low >>> 0 };
}

/** The number of two decimal digits a byte; NaN where a digit is none. */
function decimalDigits(view: DataView, from: number, bytes: number): number {
  let value = 0;
  for (let index = from; index < from + bytes; index++) {
    const byte = view.getUint8(index);
    if (byte >> 4 > 9 || (byte & 15) > 9) return Number.NaN;
    value = value * 100 + (byte >> 4) * 10 + (byte & 15);
  }
  return value;
}

function isAbsent({ absentRaw, type }: Register, raw: number, view: DataView, at: number): boolean {
  if (absentRaw === undefined) return false;
  for (const pattern of absentRaw) {
    if (typeof pattern === 'number' ? pattern === raw : hasDigits(pattern, view, at, wordCount(type) * 2)) {
      return true;
    }
  }
  return false;
}

/** Whether the bytes are what hexadecimal text says, two digits each. */
function hasDigits(text: string, view: DataView, at: number, bytes: number): boolean {
  if (text.length !== bytes * 2) return false;
  for (let index = 0; index < bytes; index++) {
    if (Number.parseInt(text.slice(index * 2, index * 2 + 2), 16) !== view.getUint8(at + index)) return false;
  }
  return true;
}
