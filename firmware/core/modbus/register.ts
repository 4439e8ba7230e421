import type { QuantityId } from '../quantities.ts';

/** `bool` is a coil or discrete input, `bit` one bit of a register, `bcd…` four decimal digits a register. */
export type RegisterType =
  | 'bool'
  | 'bit'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'int64'
  | 'float32'
  | 'float64'
  | 'bcd16'
  | 'bcd32'
  | 'bcd64';

/**
 * In which order the bytes of a value lie on the wire, A the most significant: `big` ABCD as the protocol has it
 * (V1.1b3, 4.2), `wordSwapped` CDAB, `byteSwapped` BADC, `little` DCBA.
 */
export type ByteOrder = 'big' | 'wordSwapped' | 'byteSwapped' | 'little';

/** Functions that read: coils, discrete inputs, holding registers, input registers. */
export type ReadFunction = 1 | 2 | 3 | 4;

/** Functions that write: one coil, one register, several coils, several registers. */
export type WriteFunction = 5 | 6 | 15 | 16;

/**
 * One value in a meter's register map. `address` is as on the wire, from 0: of a register, or of a coil or input
 * for functions 1 and 2. `bit` is which bit of its register a `bit` is, 0 the least significant; like `bool` it is 0
 * or 1, without scale. `scale` brings the
 * raw value to the quantity's unit and sign (positive power is taken from the grid): a whole number, or one divided
 * by a whole number. `scaleRegister` is the address of an int16 power of ten by which the meter itself scales
 * (SunSpec), of the same function and read together with the value. `offset` is added last. `resolution` is what a
 * counter counts in, in the quantity's unit: a float's noise below it is no measurement. `absentRaw` are raw values
 * by which the meter says "not available": whole numbers, or all the value's digits as hexadecimal text
 * (`8000000000000000`), which also holds what a double does not.
 */
export interface Register {
  readonly quantity: QuantityId;
  readonly fc: ReadFunction;
  readonly address: number;
  readonly type: RegisterType;
  readonly bit?: number;
  readonly order: ByteOrder;
  readonly scale: number;
  readonly scaleRegister?: number;
  readonly offset?: number;
  readonly resolution?: number;
  readonly absentRaw?: readonly (number | string)[];
}

const wordsByType: Readonly<Record<RegisterType, number>> = Object.freeze({
  bool: 1,
  bit: 1,
  uint16: 1,
  int16: 1,
  bcd16: 1,
  uint32: 2,
  int32: 2,
  float32: 2,
  bcd32: 2,
  uint64: 4,
  int64: 4,
  float64: 4,
  bcd64: 4,
});

/** How many addresses a type takes: 16-bit registers, or one coil. */
export const wordCount = (type: RegisterType): number => wordsByType[type];

/** Where byte `index` of a value of `bytes` bytes lies, the most significant being index 0. */
export function byteAt(order: ByteOrder, index: number, bytes: number): number {
  switch (order) {
    case 'big':
      return index;
    case 'byteSwapped':
      return index ^ 1;
    case 'little':
      return bytes - 1 - index;
    case 'wordSwapped':
      return (bytes - 1 - index) ^ 1;
  }
}
