import { byteAt, type Register, type RegisterType, wordCount } from '#core/modbus/register.ts';

const integerRange: Readonly<Partial<Record<RegisterType, readonly [min: number, max: number]>>> = {
  uint16: [0, 0xffff],
  int16: [-0x8000, 0x7fff],
  uint32: [0, 0xffff_ffff],
  int32: [-0x8000_0000, 0x7fff_ffff],
  uint64: [0, Number.MAX_SAFE_INTEGER],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

/**
 * What a meter holds in a register for a value in its quantity's unit. Counters are cut to whole steps, as a meter
 * counts; whole numbers are held inside their range. A value that the meter does not have is NaN, or what its profile
 * says for "not available"; undefined where it has no way to say so.
 */
export function rawValue(register: Register, value: number | undefined): number | undefined {
  const range = integerRange[register.type];
  if (value === undefined) return range ? absentNumber(register) : Number.NaN;
  const { scale, resolution } = register;
  // A step that lacks less than a billionth is whole: the sum before it was rounded.
  const steps = resolution === undefined ? value : Math.floor(value / resolution + 1e-9) * resolution;
  const raw = Math.abs(scale) < 1 ? steps * Math.round(1 / scale) : steps / scale;
  return range ? Math.min(Math.max(Math.round(raw), range[0]), range[1]) : raw;
}

const absentNumber = ({ absentRaw = [] }: Register): number | undefined =>
  absentRaw.find(raw => typeof raw === 'number');

/** Writes a raw value into the data of an answer, at the byte offset of its first register. */
export function writeRegister(data: Uint8Array, offset: number, register: Register, raw: number): void {
  const bytes = wordCount(register.type) * 2;
  const view = new DataView(new ArrayBuffer(8));
  switch (register.type) {
    case 'uint16':
    case 'int16':
      view.setUint16(0, raw);
      break;
    case 'uint32':
    case 'int32':
      view.setUint32(0, raw);
      break;
    case 'uint64':
    case 'int64':
      view.setBigInt64(0, BigInt(raw));
      break;
    case 'float32':
      view.setFloat32(0, raw);
      break;
    case 'float64':
      view.setFloat64(0, raw);
  }
  for (let index = 0; index < bytes; index++) {
    data[offset + byteAt(register.order, index, bytes)] = view.getUint8(index);
  }
}
