import { limits } from '../limits.ts';
import { readInteger, type TlvReader, tlvList, tlvSigned } from './tlv.ts';
import type { SmlValue } from './value.ts';

// An entry lies in message, body, GetList response, list of values and in itself.
const depthInEntry = limits.smlNesting - 5;

/**
 * Begins a message (SML 1.04, 5.1): goes over its id, group and abort, and gives the tag of its body. Itron, eBZ and
 * Holley send the tag in four bytes: it counts as a number.
 */
export function readMessageTag(reader: TlvReader): number {
  const { bytes, view } = reader;
  const start = reader.offset;
  // As nearly all meters send it, at once; anything else goes the way that tells what is wrong.
  const idBytes = bytes[start + 1] as number;
  const at = start + 1 + idBytes;
  if (
    idBytes < 0x10 &&
    idBytes > 0 &&
    at + 10 < reader.end &&
    bytes[start] === 0x76 &&
    (view.getInt32(at) & 0xff00ff00) === 0x62006200
  ) {
    const choice = view.getUint16(at + 4);
    if (choice === 0x7263) {
      reader.offset = at + 8;
      return view.getUint16(at + 6);
    }
    if (choice === 0x7265) {
      reader.offset = at + 10;
      return view.getUint32(at + 6);
    }
  }
  reader.list(6);
  reader.octets();
  reader.unsigned();
  reader.unsigned();
  reader.list(2);
  return reader.unsigned();
}

/** Reads a message's CRC and its end; -1 where they are none, which `reader.error` then tells. */
export function readMessageEnd(reader: TlvReader): number {
  const { bytes, offset } = reader;
  if (offset + 4 <= reader.end && bytes[offset] === 0x63 && bytes[offset + 3] === 0x00) {
    reader.offset = offset + 4;
    return reader.view.getUint16(offset + 1);
  }
  const crc = reader.unsigned();
  if (reader.offset >= reader.end || bytes[reader.offset] !== 0x00) reader.fail('sml.unexpected');
  reader.offset++;
  return reader.error === undefined ? crc : -1;
}

/**
 * Begins a GetList response (SML 1.04, 5.1.11) and its list of values, whose count then is `reader.length`. Gives
 * where its server id begins; -1 where anything is wrong.
 */
export function readListHead(reader: TlvReader): number {
  const { bytes, view } = reader;
  const start = reader.offset;
  const serverAt = start + 2;
  // List of 7, no client, server of ten octets, list name of six, index of seconds.
  if (
    start + 30 < reader.end &&
    view.getInt32(start) >>> 8 === 0x77_01_0b &&
    bytes[start + 13] === 0x07 &&
    view.getInt32(start + 20) === 0x72_62_01_65 &&
    (bytes[start + 28] as number) >> 4 === tlvList
  ) {
    reader.offset = start + 28;
    return reader.next() ? serverAt : -1;
  }
  reader.list(7);
  reader.octets();
  const at = reader.offset;
  reader.octets();
  reader.octets();
  skipTime(reader);
  if (!reader.next()) return -1;
  if (reader.type === tlvList) return at;
  reader.fail('sml.unexpected');
  return -1;
}

/**
 * Reads SML_ListEntry (SML 1.04, 5.1.12): name, status, time, unit, scaler, value, signature. False where anything is
 * wrong, which `reader.error` then tells, and where its name is no OBIS code.
 */
export function readEntry(reader: TlvReader, value: SmlValue): boolean {
  return readUsualEntry(reader, value) || readAnyEntry(reader, value);
}

/** Behind an entry's name: at most status, time, unit, and the four bytes from the scaler on, which are read at once. */
const mostBeforeValue = 19;

/**
 * The form that nearly all entries have, several bytes at once and without a call for each element, which is what
 * costs on XS. False, and nothing gone over, where it is another or none.
 */
function readUsualEntry(reader: TlvReader, value: SmlValue): boolean {
  const { bytes, view, end } = reader;
  const start = reader.offset;
  let at = start + 8;
  if (at + mostBeforeValue > end || view.getUint16(start) !== 0x7707) return false;
  let next = view.getInt32(at);
  let status = -1;
  let unit = 0;
  let scaler = 0;
  if (next >>> 8 !== 0x01_01_62) {
    let first = next >>> 24;
    if (first === 0x65) {
      status = view.getUint32(at + 1);
      at += 5;
    } else if (first === 0x64) {
      status = next & 0xffffff;
      at += 4;
    } else if (first === 0x63) {
      status = (next >> 8) & 0xffff;
      at += 3;
    } else if (first === 0x62) {
      status = (next >> 16) & 0xff;
      at += 2;
    } else if (first === 0x01) at++;
    else return false;
    first = bytes[at] as number;
    // A time is an index or a timestamp: list of 2, number of one byte, number of three or four; of Holley the number alone.
    if (first === 0x01) at++;
    else if (first === 0x65) at += 5;
    else if (first === 0x72 && bytes[at + 1] === 0x62 && ((bytes[at + 3] as number) & 0xfe) === 0x64)
      at += (bytes[at + 3] as number) - 0x5d;
    else return false;
    first = bytes[at] as number;
    if (first === 0x62) {
      unit = bytes[at + 1] as number;
      at += 2;
    } else if (first === 0x01) at++;
    else return false;
  } else {
    unit = next & 0xff;
    at += 4;
  }
  next = view.getInt32(at);
  if (next >>> 24 === 0x52) {
    scaler = (next << 8) >> 24;
    next = (next >> 8) & 0xff;
    at += 3;
  } else if (next >>> 24 === 0x01) {
    next = (next >> 16) & 0xff;
    at += 2;
  } else return false;
  const width = (next & 15) - 1;
  const valueEnd = at + width;
  // The signature is absent.
  if (width < 0 || valueEnd >= end || bytes[valueEnd] !== 0x01) return false;
  if (next >= 0x52 && next < 0x6a && width > 0 && width < 9) {
    const isSigned = next < 0x60;
    value.kind = isSigned ? 'signed' : 'unsigned';
    if (width === 8 && view.getInt32(at) === 0) value.mantissa = view.getUint32(at + 4);
    else if (width === 4) value.mantissa = isSigned ? view.getInt32(at) : view.getUint32(at);
    else if (width === 2) value.mantissa = isSigned ? view.getInt16(at) : view.getUint16(at);
    else value.mantissa = readInteger(bytes, at, width, isSigned);
  } else if (next < 0x10) {
    value.kind = width === 0 ? 'none' : 'octets';
    value.mantissa = 0;
  } else return false;
  value.isCorrected = false;
  value.start = at;
  value.end = valueEnd;
  value.status = status;
  value.unit = unit;
  value.scaler = scaler;
  next = view.getInt32(start + 2);
  value.abc = next >>> 8;
  value.def = ((next & 0xff) << 16) | view.getUint16(start + 6);
  reader.offset = valueEnd + 1;
  return true;
}

function readAnyEntry(reader: TlvReader, value: SmlValue): boolean {
  value.isCorrected = false;
  if (!reader.list(7) || !reader.octets()) return false;
  const { bytes } = reader;
  const name = reader.offset - reader.length;
  const isObis = reader.length === 6;
  value.status = reader.isAbsent() ? -1 : reader.unsigned() % 0x1_0000_0000;
  skipTime(reader);
  value.unit = reader.isAbsent() ? 0 : reader.unsigned();
  value.scaler = reader.isAbsent() ? 0 : readScaler(reader);
  value.read(reader, depthInEntry);
  reader.octets();
  if (!isObis || reader.error !== undefined) return false;
  value.abc =
    ((bytes[name] as number) << 16) | ((bytes[name + 1] as number) << 8) | (bytes[name + 2] as number);
  value.def =
    ((bytes[name + 3] as number) << 16) | ((bytes[name + 4] as number) << 8) | (bytes[name + 5] as number);
  return true;
}

/**
 * SML_Time is nothing, a choice of index, timestamp or local timestamp, a bare number (Holley) or a bare local
 * timestamp (Froetec, EMH). No value of Joulegate is dated by it, so its form alone is read.
 */
export function skipTime(reader: TlvReader): void {
  if (!reader.isAbsent()) reader.skip(2);
}

function readScaler(reader: TlvReader): number {
  reader.next();
  if (reader.type !== tlvSigned || reader.length !== 1) {
    reader.fail('sml.unexpected');
    return 0;
  }
  const byte = reader.bytes[reader.offset++] as number;
  return (byte << 24) >> 24;
}
