import type { SmlTelegram } from '#core/sml/telegram.ts';
import type { SmlFrame } from '#core/sml/transport.ts';
import type { SmlValue } from '#core/sml/value.ts';
import type { ByteText } from './byte-text.ts';
import { unitOf } from './dlms-units.ts';
import { octetsText } from './octets.ts';
import { smlTime } from './sml-time.ts';

const lineStart = Buffer.from('{"format":"sml","offset":');
const lengthStart = Buffer.from(',"length":');
const valuesStart = Buffer.from(',"values":[');
const comma = Buffer.from(',');
const lineEnd = Buffer.from(']}\n');

/** What is the same in each telegram about the value at its place: the text before and behind its digits. */
interface Slot {
  abc: number;
  def: number;
  unit: number;
  head: Uint8Array;
  tail: Uint8Array;
  /** Of octets: the value's bytes and its whole text. */
  octets: Uint8Array;
  whole: Uint8Array;
}

const nothing = new Uint8Array(0);

/** One line of JSON for each telegram. */
export class SmlJsonLines {
  readonly #out: ByteText;
  readonly #slots: Slot[] = [];

  constructor(out: ByteText) {
    this.#out = out;
  }

  telegram(frame: SmlFrame, offset: number, telegram: SmlTelegram): void {
    const out = this.#out;
    out.bytes(lineStart);
    out.decimal(offset, 0);
    out.bytes(lengthStart);
    out.decimal(frame.length, 0);
    out.bytes(valuesStart);
    const { values, bytes } = telegram;
    for (let index = 0; index < values.length; index++) {
      if (index > 0) out.bytes(comma);
      this.#value(values[index] as SmlValue, bytes, index);
    }
    out.bytes(lineEnd);
  }

  #value(value: SmlValue, bytes: Uint8Array, index: number): void {
    const out = this.#out;
    const slot = this.#slotOf(value, index);
    if (value.kind === 'signed' || value.kind === 'unsigned') {
      out.bytes(slot.head);
      out.decimal(value.mantissa, value.scaler);
      out.bytes(slot.tail);
    } else if (value.kind === 'octets') {
      if (!isSame(slot.octets, bytes, value.start, value.end)) {
        slot.octets = bytes.slice(value.start, value.end);
        slot.whole = jsonOf(value, octetsText(slot.octets));
      }
      out.bytes(slot.whole);
    } else out.bytes(jsonOf(value, plainValue(value, bytes)));
  }

  #slotOf(value: SmlValue, index: number): Slot {
    const slot = this.#slots[index];
    if (slot !== undefined && slot.abc === value.abc && slot.def === value.def && slot.unit === value.unit)
      return slot;
    const { abc, def, unit, obis } = value;
    const head = Buffer.from(`{"obis":"${obis}","value":"`);
    const tail = Buffer.from(`","unit":${JSON.stringify(unitOf(unit))}}`);
    const made: Slot = { abc, def, unit, head, tail, octets: nothing, whole: nothing };
    this.#slots[index] = made;
    return made;
  }
}

function jsonOf(value: SmlValue, plain: unknown): Uint8Array {
  return Buffer.from(JSON.stringify({ obis: value.obis, value: plain, unit: unitOf(value.unit) }));
}

/** A boolean as `true` or `false` in text; a time as an object; null where the meter says nothing. */
function plainValue(value: SmlValue, bytes: Uint8Array): unknown {
  if (value.kind === 'boolean') return value.mantissa === 1 ? 'true' : 'false';
  if (value.kind === 'time') return smlTime(bytes, value.start, value.end) ?? null;
  return null;
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start || known.length === 0) return false;
  for (let index = 0; index < known.length; index++) if (known[index] !== bytes[start + index]) return false;
  return true;
}
