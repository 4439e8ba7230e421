import { type QuantityId, quantities } from '../quantities.ts';
import { byteAt, type Register, type RegisterType, wordCount } from './register.ts';
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
  const scratch = new DataView(new ArrayBuffer(8));
  for (const register of registers) {
    const value = valueIn(register, start, data, scratch);
    if (value !== undefined) values.push({ quantity: register.quantity, value });
  }
  return values;
}

/** 1 or 0 for a coil; undefined outside the data. */
function coilAt(data: Uint8Array, index: number): number | undefined {
  if (index < 0 || index >> 3 >= data.length) return undefined;
  return ((data[index >> 3] as number) >> (index & 7)) & 1;
}

function valueIn(register: Register, start: number, data: Uint8Array, scratch: DataView): number | undefined {
  const { type, absentRaw, scaleRegister } = register;
  if (type === 'bool') return coilAt(data, register.address - start);
  let power = 0;
  if (scaleRegister !== undefined) {
    if (!load(scratch, register, scaleRegister - start, 2, data)) return undefined;
    power = scratch.getInt16(0);
    // SunSpec: -10 to 10; 0x8000 is "not implemented", and so is what it scales.
    if (power < -10 || power > 10) return undefined;
  }
  const bytes = wordCount(type) * 2;
  if (!load(scratch, register, register.address - start, bytes, data)) return undefined;
  if (type === 'bit') return (scratch.getUint16(0) >> (register.bit ?? 0)) & 1;
  const raw = readRaw(scratch, type);
  if (typeof raw === 'number') {
    if (!Number.isFinite(raw) || (absentRaw !== undefined && isAbsent(absentRaw, raw, scratch, bytes))) {
      return undefined;
    }
    return scaled(raw, power, register, quantities[register.quantity].decimals);
  }
  const rounded = (raw.high * raw.highUnit + raw.low) * (raw.isNegative ? -1 : 1);
  if (absentRaw !== undefined && isAbsent(absentRaw, rounded, scratch, bytes)) return undefined;
  return scaled64(raw, power, register, quantities[register.quantity].decimals);
}

/** Brings a value's bytes into order, the most significant first; false where they lie outside the data. */
function load(
  scratch: DataView,
  { order }: Register,
  place: number,
  bytes: number,
  data: Uint8Array,
): boolean {
  const offset = place * 2;
  if (offset < 0 || offset + bytes > data.length) return false;
  for (let index = 0; index < bytes; index++) {
    scratch.setUint8(index, data[offset + byteAt(order, index, bytes)] as number);
  }
  return true;
}

function readRaw(view: DataView, type: Exclude<RegisterType, 'bool' | 'bit'>): number | Raw64 {
  switch (type) {
    case 'uint16':
      return view.getUint16(0);
    case 'int16':
      return view.getInt16(0);
    case 'uint32':
      return view.getUint32(0);
    case 'int32':
      return view.getInt32(0);
    case 'float32':
      return view.getFloat32(0);
    case 'float64':
      return view.getFloat64(0);
    case 'uint64':
      return { isNegative: false, high: view.getUint32(0), highUnit: 0x1_0000_0000, low: view.getUint32(4) };
    case 'int64':
      return magnitudeOf(view.getInt32(0), view.getUint32(4));
    case 'bcd16':
      return decimalDigits(view, 0, 2);
    case 'bcd32':
      return decimalDigits(view, 0, 4);
    case 'bcd64': {
      const high = decimalDigits(view, 0, 4);
      const low = decimalDigits(view, 4, 4);
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

function isAbsent(
  absentRaw: readonly (number | string)[],
  raw: number,
  scratch: DataView,
  bytes: number,
): boolean {
  for (const pattern of absentRaw) {
    if (typeof pattern === 'number' ? pattern === raw : hasDigits(pattern, scratch, bytes)) return true;
  }
  return false;
}

/** Whether the bytes are what hexadecimal text says, two digits each. */
function hasDigits(text: string, scratch: DataView, bytes: number): boolean {
  if (text.length !== bytes * 2) return false;
  for (let index = 0; index < bytes; index++) {
    if (Number.parseInt(text.slice(index * 2, index * 2 + 2), 16) !== scratch.getUint8(index)) return false;
  }
  return true;
}
