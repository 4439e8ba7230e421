import type { QuantityId } from '../quantities.ts';

export type RegisterType =
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'int64'
  | 'float32'
  | 'float64';

/** `big`: most significant word first. Bytes inside a word are big-endian always (Modbus protocol V1.1b3, 4.2). */
export type WordOrder = 'big' | 'little';

/**
 * One value in a meter's register map. `address` is as on the wire, from 0. `scale` brings the raw value to the
 * quantity's unit and sign (positive power is taken from the grid): a whole number, or one divided by a whole
 * number. `resolution` is what a counter counts in, in the quantity's unit: a float's noise below it is no
 * measurement. `absentRaw` are raw whole numbers by which the meter says "not available".
 */
export interface Register {
  readonly quantity: QuantityId;
  readonly fc: 3 | 4;
  readonly address: number;
  readonly type: RegisterType;
  readonly wordOrder: WordOrder;
  readonly scale: number;
  readonly resolution?: number;
  readonly absentRaw?: readonly number[];
}

export interface RegisterValue {
  readonly quantity: QuantityId;
  readonly value: number;
}

const wordsByType: Readonly<Record<RegisterType, number>> = Object.freeze({
  uint16: 1,
  int16: 1,
  uint32: 2,
  int32: 2,
  float32: 2,
  uint64: 4,
  int64: 4,
  float64: 4,
});

/** How many 16-bit registers a type takes. */
export const wordCount = (type: RegisterType): number => wordsByType[type];

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
    const words = wordsByType[register.type];
    if (offset < 0 || offset + words * 2 > data.length) continue;
    for (let word = 0; word < words; word++) {
      const from = offset + (register.wordOrder === 'big' ? word : words - 1 - word) * 2;
      scratch.setUint8(word * 2, data[from] as number);
      scratch.setUint8(word * 2 + 1, data[from + 1] as number);
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
