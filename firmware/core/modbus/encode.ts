import { type ByteOrder, byteAt, type RegisterType, wordCount } from './register.ts';

/** How a value lies in a meter: raw = value / scale, in this type and order. */
export interface WrittenValue {
  readonly type: RegisterType;
  readonly order: ByteOrder;
  readonly scale: number;
}

/**
 * The bytes by which a value is written, as they go over the wire: `ff00` or `0000` for a single coil. Undefined where
 * the meter's type does not hold the value: not whole in its steps, out of range, or a `bit`, which cannot be written
 * without its neighbours.
 */
export function encodeValue(value: number, { type, order, scale }: WrittenValue): Uint8Array | undefined {
  // Divided where the scale is whole, and multiplied where it is a fraction: 0.3 / 0.1 is not 3.
  const exact = Math.abs(scale) < 1 ? value * Math.round(1 / scale) : value / scale;
  if (type === 'bool') return exact === 0 || exact === 1 ? new Uint8Array([exact * 0xff, 0]) : undefined;
  const isFloat = type === 'float32' || type === 'float64';
  const raw = isFloat ? exact : Math.round(exact);
  // A value in decimals is a step of the meter's but for a double's last bits.
  if (!Number.isFinite(raw) || Math.abs(raw - exact) > 1e-9 * Math.max(1, Math.abs(exact))) return undefined;
  if (!isFloat && !Number.isSafeInteger(raw)) return undefined;
  const size = wordCount(type) * 2;
  const bytes = bigEndian(raw, type, size);
  if (bytes === undefined) return undefined;
  const data = new Uint8Array(size);
  for (let index = 0; index < size; index++) data[byteAt(order, index, size)] = bytes[index] as number;
  return data;
}

function bigEndian(raw: number, type: RegisterType, size: number): Uint8Array | undefined {
  const bytes = new Uint8Array(size);
  if (type === 'float32' || type === 'float64') {
    const view = new DataView(bytes.buffer);
    if (type === 'float32') view.setFloat32(0, raw);
    else view.setFloat64(0, raw);
    return bytes;
  }
  if (type === 'bit' || type === 'bool') return undefined;
  const isDecimal = type === 'bcd16' || type === 'bcd32' || type === 'bcd64';
  const isSigned = type === 'int16' || type === 'int32' || type === 'int64';
  const most = isDecimal ? 10 ** (size * 2) : 2 ** (size * 8 - (isSigned ? 1 : 0));
  if (raw >= most || raw < (isSigned ? -most : 0)) return undefined;
  const base = isDecimal ? 100 : 256;
  let rest = raw;
  for (let index = size - 1; index >= 0; index--) {
    const byte = ((rest % base) + base) % base;
    bytes[index] = isDecimal ? Math.floor(byte / 10) * 16 + (byte % 10) : byte;
    rest = Math.floor(rest / base);
  }
  return bytes;
}
