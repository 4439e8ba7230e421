import type { QuantityId } from '../quantities.ts';
import { byteAt, type Register, type RegisterType, wordCount } from './register.ts';

export interface RegisterValue {
  readonly quantity: QuantityId;
  readonly value: number;
}

/**
 * The values of `registers` out of the data of one answer that begins at register `start`, in the unit of their
 * quantities. What the meter marks as not available, what is not finite, what a 53-bit integer cannot hold
 * exactly, and what lies outside the data is left out: absent, never zero.
 */
export function decodeRegisters(
  registers: readonly Register[],
  start: number,
  data: Uint8Array,
): RegisterValue[] {
  const values: RegisterValue[] = [];
  const scratch = new DataView(new ArrayBuffer(8));
  for (const register of registers) {
    const offset = (register.address - start) * 2;
    const bytes = wordCount(register.type) * 2;
    if (offset < 0 || offset + bytes > data.length) continue;
    for (let index = 0; index < bytes; index++) {
      scratch.setUint8(index, data[offset + byteAt(register.order, index, bytes)] as number);
    }
    const raw = readRaw(scratch, register.type);
    if (!Number.isFinite(raw) || isInexact(raw, register.type) || register.absentRaw?.includes(raw)) continue;
    values.push({ quantity: register.quantity, value: scaled(raw, register) });
  }
  return values;
}

function readRaw(view: DataView, type: RegisterType): number {
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
      return view.getUint32(0) * 0x1_0000_0000 + view.getUint32(4);
    case 'int64':
      return view.getInt32(0) * 0x1_0000_0000 + view.getUint32(4);
    default:
      return Number.NaN;
  }
}

const isInexact = (raw: number, type: RegisterType): boolean =>
  (type === 'uint64' || type === 'int64') && !Number.isSafeInteger(raw);

/** Divides where the scale is a fraction: 2257 / 10 is 225.7, whereas 2257 * 0.1 is not. */
function scaled(raw: number, { scale, resolution }: Register): number {
  const value = Math.abs(scale) < 1 ? raw / Math.round(1 / scale) : raw * scale;
  if (resolution === undefined) return value;
  return resolution < 1
    ? Math.round(value * Math.round(1 / resolution)) / Math.round(1 / resolution)
    : Math.round(value / resolution) * resolution;
}
