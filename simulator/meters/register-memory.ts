import { byteAt, type Register, type RegisterType, wordCount } from '#core/modbus/register.ts';

const integerRange: Readonly<Partial<Record<RegisterType, readonly [min: number, max: number]>>> = {
  bool: [0, 1],
  bit: [0, 1],
  uint16: [0, 0xffff],
  int16: [-0x8000, 0x7fff],
  uint32: [0, 0xffff_ffff],
  int32: [-0x8000_0000, 0x7fff_ffff],
  uint64: [0, Number.MAX_SAFE_INTEGER],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  bcd16: [0, 9999],
  bcd32: [0, 9999_9999],
  bcd64: [0, Number.MAX_SAFE_INTEGER],
};

/**
 * What a meter holds in a register for a value in its quantity's unit, scaled by 10^`power` where it has a scale
 * register. Counters are cut to whole steps, as a meter counts; whole numbers are held inside their range. A value
 * that the meter does not have is NaN, or what its profile says for "not available"; undefined where it has no way to
 * say so.
 */
export function rawValue(
  register: Register,
  value: number | undefined,
  power = 0,
): number | bigint | undefined {
  const range = integerRange[register.type];
  if (value === undefined) return range ? absentValue(register) : Number.NaN;
  const { scale, resolution, offset = 0 } = register;
  // A step that lacks less than a billionth is whole: the sum before it was rounded.
  const steps = resolution === undefined ? value : Math.floor(value / resolution + 1e-9) * resolution;
  const unscaled = power < 0 ? (steps - offset) * 10 ** -power : (steps - offset) / 10 ** power;
  const raw = Math.abs(scale) < 1 ? unscaled * Math.round(1 / scale) : unscaled / scale;
  return range ? Math.min(Math.max(Math.round(raw), range[0]), range[1]) : raw;
}

/**
 * The power of ten by which a meter scales its values itself: the finest from a thousandth on with which each of them
 * fits its register. Meters change theirs at run time as a load grows.
 */
export function scalePower(values: readonly (readonly [register: Register, value: number])[]): number {
  for (let power = -3; power < 10; power++) {
    const fits = values.every(([register, value]) => {
      const [min, max] = integerRange[register.type] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      const raw = value / register.scale / 10 ** power;
      // The ends of the range say "not available".
      return raw > min && raw < max;
    });
    if (fits) return power;
  }
  return 10;
}

/** Texts of hexadecimal digits stand for what a double does not hold. */
function absentValue({ absentRaw = [] }: Register): number | bigint | undefined {
  const [raw] = absentRaw;
  return typeof raw === 'string' ? BigInt(`0x${raw}`) : raw;
}

/** Writes a raw value into the data of an answer, at the byte offset of its first register. */
export function writeRegister(
  data: Uint8Array,
  offset: number,
  register: Register,
  raw: number | bigint,
): void {
  const bytes = wordCount(register.type) * 2;
  const view = new DataView(new ArrayBuffer(8));
  // Bits of one register come one by one.
  if (register.type === 'bit') {
    view.setUint16(0, wordIn(data, offset, register) | (Number(raw) << (register.bit ?? 0)));
  } else if (bytes === 8 && typeof raw === 'bigint') view.setBigUint64(0, raw);
  else writeRaw(view, register.type, Number(raw));
  for (let index = 0; index < bytes; index++) {
    data[offset + byteAt(register.order, index, bytes)] = view.getUint8(index);
  }
}

function writeRaw(view: DataView, type: Exclude<RegisterType, 'bit'>, raw: number): void {
  switch (type) {
    case 'bool':
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
      break;
    default: {
      const digits = String(raw).padStart(wordCount(type) * 4, '0');
      for (let index = 0; index < digits.length; index += 2) {
        view.setUint8(index / 2, Number.parseInt(digits.slice(index, index + 2), 16));
      }
    }
  }
}

const wordIn = (data: Uint8Array, offset: number, { order }: Register): number =>
  ((data[offset + byteAt(order, 0, 2)] as number) << 8) | (data[offset + byteAt(order, 1, 2)] as number);
