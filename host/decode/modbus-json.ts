import { decodeRegisters } from '#core/modbus/decode.ts';
import { wordCount } from '#core/modbus/register.ts';
import { quantities } from '#core/quantities.ts';
import type { ModbusProfile, ModbusRegister } from '#profiles/profile.ts';
import type { ByteText } from './byte-text.ts';
import type { SniffedFrame } from './modbus-frames.ts';

const lineStart = Buffer.from('{"format":"modbus","offset":');
const lengthStart = Buffer.from(',"length":');
const requestStart = Buffer.from(',"kind":"request","address":');
const answerStart = Buffer.from(',"kind":"answer","address":');
const functionStart = Buffer.from(',"function":');
const registerStart = Buffer.from(',"register":');
const countStart = Buffer.from(',"count":');
const registersStart = Buffer.from(',"registers":[');
const valuesStart = Buffer.from('],"values":[');
const noValues = Buffer.from(',"values":[]}\n');
const lineEnd = Buffer.from(']}\n');
const noNumber = Buffer.from('null');

/** What stands around the digits of a register's value in each answer. */
interface Surround {
  readonly quantity: string;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/** The registers whose values one read brings, in the profile's order. */
interface Layout {
  readonly registers: readonly ModbusRegister[];
  readonly surrounds: readonly Surround[];
}

/** A bus repeats a few reads; a capture that has more is no such bus, or damaged. */
const mostLayouts = 1024;
/** Numbers up to here lose nothing by a multiplication with the power of ten of a quantity's decimals. */
const certainlyExact = 2 ** 40;

/**
 * Lines of JSON for what most of a bus is, questions for registers and answers to them, written without objects and
 * texts in between; all else goes by `JSON.stringify`.
 */
export class ModbusJsonLines {
  readonly #out: ByteText;
  readonly #profile: ModbusProfile | undefined;
  readonly #layouts = new Map<string, Layout>();

  constructor(out: ByteText, profile: ModbusProfile | undefined) {
    this.#out = out;
    this.#profile = profile;
  }

  /** A question for `count` registers, coils or inputs from `register` on. */
  request(frame: SniffedFrame, offset: number, register: number, count: number): void {
    const out = this.#out;
    this.#head(frame, offset, requestStart);
    out.decimal(register, 0);
    out.bytes(countStart);
    out.decimal(count, 0);
    out.bytes(noValues);
  }

  /** Registers from `register` on (null where nobody knows), and their values; how many values. */
  answer(frame: SniffedFrame, offset: number, register: number | null, data: Uint8Array): number {
    const out = this.#out;
    this.#head(frame, offset, answerStart);
    if (register === null) out.bytes(noNumber);
    else out.decimal(register, 0);
    out.bytes(registersStart);
    out.words(data);
    out.bytes(valuesStart);
    const count = register === null ? 0 : this.#values(frame.fc, register, data);
    out.bytes(lineEnd);
    return count;
  }

  #head({ length, address, fc }: SniffedFrame, offset: number, kind: Uint8Array): void {
    const out = this.#out;
    out.bytes(lineStart);
    out.decimal(offset, 0);
    out.bytes(lengthStart);
    out.decimal(length, 0);
    out.bytes(kind);
    out.decimal(address, 0);
    out.bytes(functionStart);
    out.decimal(fc, 0);
    out.bytes(registerStart);
  }

  #values(fc: number, register: number, data: Uint8Array): number {
    const layout = this.#layoutOf(fc, register, data.length / 2);
    if (layout === undefined || layout.registers.length === 0) return 0;
    const values = decodeRegisters(layout.registers, register, data);
    let at = 0;
    for (const { quantity, value } of values) {
      // What the meter has no value of is left out.
      while (layout.surrounds[at]?.quantity !== quantity) at++;
      const { head, tail } = layout.surrounds[at++] as Surround;
      this.#out.bytes(head);
      this.#value(value, quantities[quantity].decimals);
      this.#out.bytes(tail);
    }
    // Each value is written with the comma behind it.
    if (values.length > 0) this.#out.dropLast();
    return values.length;
  }

  /** With the decimals of its quantity at most. */
  #value(value: number, decimals: number): void {
    const steps = value * 10 ** decimals;
    let whole = Math.round(steps);
    const isTie = Math.abs(Math.abs(steps - whole) - 0.5) < 1e-3;
    if (isTie || !(Math.abs(whole) < certainlyExact)) {
      this.#out.text(Number(value.toFixed(decimals)).toString());
      return;
    }
    let left = decimals;
    while (left > 0 && whole % 10 === 0) {
      whole /= 10;
      left--;
    }
    this.#out.decimal(whole, -left);
  }

  #layoutOf(fc: number, start: number, count: number): Layout | undefined {
    if (this.#profile === undefined) return undefined;
    const key = `${fc} ${start} ${count}`;
    let layout = this.#layouts.get(key);
    if (layout === undefined) {
      const registers = this.#profile.registers.filter(
        ({ fc: own, address, type }) =>
          own === fc && address >= start && address + wordCount(type) <= start + count,
      );
      const surrounds = registers.map(({ quantity }) => ({
        quantity,
        head: Buffer.from(`{"quantity":"${quantity}","value":"`),
        tail: Buffer.from(`","unit":${JSON.stringify(quantities[quantity].unit)}},`),
      }));
      layout = { registers, surrounds };
      if (this.#layouts.size >= mostLayouts) this.#layouts.clear();
      this.#layouts.set(key, layout);
    }
    return layout;
  }
}
