import { decimalText } from './decimal.ts';
import { obisText } from './obis.ts';
import {
  readInteger,
  type TlvReader,
  tlvBoolean,
  tlvList,
  tlvOctets,
  tlvSigned,
  tlvUnsigned,
} from './tlv.ts';

export type SmlKind = 'none' | 'octets' | 'boolean' | 'signed' | 'unsigned' | 'time';

/**
 * One entry of a GetList response. The object is used again for the next telegram, and `start` and `end` point
 * into the frame's payload: take what you need during the call.
 */
export class SmlValue {
  /** OBIS code as two numbers (`obis.ts`); `obisText` gives its text. */
  abc = 0;
  def = 0;
  /** The low 32 bits of the status word, or -1 where there is none. */
  status = -1;
  /** DLMS unit code (`units.ts`); 0 for none. */
  unit = 0;
  scaler = 0;
  kind: SmlKind = 'none';
  /** Where the value's bytes are in the payload. */
  start = 0;
  end = 0;
  /** Of a number its digits: the value is `mantissa` × 10^`scaler`. Of a boolean 0 or 1; of anything else 0. */
  mantissa: number | bigint = 0;
  /** Whether the meter's own coding was wrong and the mantissa was put right (`status.ts`). */
  isCorrected = false;

  get isNumber(): boolean {
    return this.kind === 'signed' || this.kind === 'unsigned';
  }

  /** `1-0:16.7.0*255`. */
  get obis(): string {
    return obisText(this.abc, this.def);
  }

  /** The exact decimal of a number; undefined for anything else. */
  get text(): string | undefined {
    return this.isNumber ? decimalText(this.mantissa, this.scaler) : undefined;
  }

  /** Reads the element `value` of an entry (SML 1.04, 5.1.12): octets, boolean, integer, time, or nothing. */
  read(reader: TlvReader, depth: number): void {
    const before = reader.offset;
    reader.next();
    const { type } = reader;
    this.start = reader.offset;
    this.end = reader.offset + reader.length;
    this.mantissa = 0;
    if (type === tlvSigned || type === tlvUnsigned) {
      this.kind = type === tlvSigned ? 'signed' : 'unsigned';
      this.mantissa = readInteger(reader.bytes, this.start, reader.length, type === tlvSigned);
    } else if (type === tlvBoolean) {
      this.kind = 'boolean';
      this.mantissa = reader.bytes[this.start] === 0 ? 0 : 1;
    } else if (type === tlvOctets) {
      // EMH sends 1-0:96.50.2*6 empty.
      this.kind = reader.length === 0 ? 'none' : 'octets';
    } else if (type === tlvList) {
      // SML_ListType knows one choice alone, the time; EMH uses it.
      this.kind = 'time';
      reader.offset = before;
      reader.skip(depth);
      this.end = reader.offset;
      return;
    }
    reader.offset = this.end;
  }
}
