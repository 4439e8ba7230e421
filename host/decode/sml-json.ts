import type { SmlTelegram } from '#core/sml/telegram.ts';
import type { SmlFrame } from '#core/sml/transport.ts';
import type { SmlValue } from '#core/sml/value.ts';
import type { ByteText } from './byte-text.ts';
import { unitOf } from './dlms-units.ts';
import { isText } from './octets.ts';
import { smlTime } from './sml-time.ts';

const lineStart = Buffer.from('{"format":"sml","offset":');
const lengthStart = Buffer.from(',"length":');
const valuesStart = Buffer.from(',"values":[');
const lineEnd = Buffer.from(']}\n');

/** What is the same in each telegram about the value of a code: the text before and behind its digits. */
interface Surround {
  readonly abc: number;
  readonly def: number;
  readonly unit: number;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/** More codes than any meter has: a capture of many meters, or a broken one. */
const mostSurrounds = 4096;

/** One line of JSON for each telegram. */
export class SmlJsonLines {
  readonly #out: ByteText;
  /** By place: the next telegram of the same meter has the same codes at the same places. */
  readonly #places: Surround[] = [];
  readonly #surrounds = new Map<number, Surround>();

  constructor(out: ByteText) {
    this.#out = out;
  }

  telegram({ length }: SmlFrame, offset: number, { values, bytes }: SmlTelegram): void {
    const out = this.#out;
    out.bytes(lineStart);
    out.decimal(offset, 0);
    out.bytes(lengthStart);
    out.decimal(length, 0);
    out.bytes(valuesStart);
    for (let index = 0; index < values.length; index++) this.#value(values[index] as SmlValue, bytes, index);
    // Each value is written with the comma behind it.
    if (values.length > 0) out.dropLast();
    out.bytes(lineEnd);
  }

  #value(value: SmlValue, bytes: Uint8Array, index: number): void {
    const out = this.#out;
    const { kind, start, end } = value;
    if (kind === 'signed' || kind === 'unsigned') {
      const { head, tail } = this.#around(value, index);
      out.bytes(head);
      out.decimal(value.mantissa, value.scaler);
      out.bytes(tail);
    } else if (kind === 'octets') {
      const { head, tail } = this.#around(value, index);
      out.bytes(head);
      if (isText(bytes, start, end)) out.jsonText(bytes, start, end);
      else out.hex(bytes, start, end);
      out.bytes(tail);
    } else
      out.text(
        `${JSON.stringify({ obis: value.obis, value: plainValue(value, bytes), unit: unitOf(value.unit) })},`,
      );
  }

  #around(value: SmlValue, index: number): Surround {
    const { abc, def, unit } = value;
    const place = this.#places[index];
    if (place !== undefined && place.abc === abc && place.def === def && place.unit === unit) return place;
    const key = abc * 0x100_0000 + def;
    let around = this.#surrounds.get(key);
    if (around === undefined || around.unit !== unit) {
      const head = Buffer.from(`{"obis":"${value.obis}","value":"`);
      const tail = Buffer.from(`","unit":${JSON.stringify(unitOf(unit))}},`);
      around = { abc, def, unit, head, tail };
      if (this.#surrounds.size >= mostSurrounds) this.#surrounds.clear();
      this.#surrounds.set(key, around);
    }
    this.#places[index] = around;
    return around;
  }
}

/** A boolean as `true` or `false` in text; a time as an object; null where the meter says nothing. */
function plainValue(value: SmlValue, bytes: Uint8Array): unknown {
  if (value.kind === 'boolean') return value.mantissa === 1 ? 'true' : 'false';
  if (value.kind === 'time') return smlTime(bytes, value.start, value.end) ?? null;
  return null;
}
