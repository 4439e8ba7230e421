import type { QuantityId } from '#core/quantities.ts';
import { type ExceptionCode, exceptions } from './exceptions.ts';
import type { FixedRegister, PresentedRegister, RegisterMap } from './register-map.ts';

/** The meter as it is at this instant. */
export interface MeterNow {
  /** Nothing of it is new enough. */
  readonly isAway: boolean;
  /** A value that is new enough; `old` where the meter gives it, and lately did not; `none` where it has no such value. */
  valueOf(quantity: QuantityId, paceMs: number): number | 'old' | 'none';
}

/** Registers of one read (V1.1b3, 6.3 and 6.4). */
const mostRegisters = 125;
const requestBytes = 5;
/** What float registers say that have no value (IEEE 754, quiet). */
const notANumber = Uint8Array.of(0x7f, 0xc0, 0x00, 0x00);

/**
 * The PDU that answers a PDU, at least a function code long (MODBUS Application Protocol V1.1b3, 6 and 7). Function 04 is
 * the meter's values, 03 what it is; nothing can be written.
 *
 * A value that is too old is never told: the whole read is refused as a gateway refuses for a slave that is silent (0x0B). What the
 * meter does not measure is refused (0x02) where nothing else is asked, and not a number beside values that are. What no
 * register of the meter's is inside a read is 0, as with the real one; half of a value is refused, as there.
 */
export function answerTo(pdu: Uint8Array, map: RegisterMap, meter: MeterNow): Uint8Array {
  const functionCode = pdu[0] as number;
  const refuse = (code: ExceptionCode) => Uint8Array.of(functionCode | 0x80, code);
  if (functionCode !== 3 && functionCode !== 4) return refuse(exceptions.illegalFunction);
  if (pdu.length !== requestBytes) return refuse(exceptions.illegalValue);
  const view = new DataView(pdu.buffer, pdu.byteOffset, pdu.length);
  const [start, count] = [view.getUint16(1), view.getUint16(3)];
  if (count < 1 || count > mostRegisters) return refuse(exceptions.illegalValue);
  const data = functionCode === 3 ? holdingsOf(map, start, count) : inputsOf(map, start, count, meter);
  if (typeof data === 'number') return refuse(data);
  const answer = new Uint8Array(2 + data.length);
  answer.set([functionCode, data.length]);
  answer.set(data, 2);
  return answer;
}

function inputsOf(
  { inputs, inputsEnd }: RegisterMap,
  start: number,
  count: number,
  meter: MeterNow,
): Uint8Array | ExceptionCode {
  const end = start + count;
  const asked = inputs.filter(({ address, words }) => address < end && address + words > start);
  if (end > inputsEnd || asked.length === 0 || asked.some(each => isCut(each, each.words, start, end)))
    return exceptions.illegalAddress;
  if (meter.isAway) return exceptions.gatewayTargetSilent;
  const data = new Uint8Array(count * 2);
  let given = 0;
  for (const register of asked) {
    const bytes = bytesOf(register, meter);
    if (bytes === 'old') return exceptions.gatewayTargetSilent;
    if (bytes !== undefined) given++;
    data.set(bytes ?? notANumber, (register.address - start) * 2);
  }
  return given === 0 ? exceptions.illegalAddress : data;
}

function bytesOf({ quantity, paceMs, encode }: PresentedRegister, meter: MeterNow) {
  const value = meter.valueOf(quantity, paceMs);
  if (value === 'old') return value;
  return value === 'none' ? undefined : encode(value);
}

function holdingsOf({ holdings }: RegisterMap, start: number, count: number): Uint8Array | ExceptionCode {
  const end = start + count;
  const data = new Uint8Array(count * 2);
  let told = 0;
  for (const { address, data: bytes } of holdings) {
    const words = wordsOf(bytes);
    if (address >= end || address + words <= start) continue;
    if (isCut({ address }, words, start, end)) return exceptions.illegalAddress;
    data.set(bytes, (address - start) * 2);
    told += words;
  }
  // What it may be set to is no business of a client: all that is asked has to be known.
  return told === count ? data : exceptions.illegalAddress;
}

const wordsOf = (data: FixedRegister['data']): number => data.length / 2;

/** Whether a read begins or ends within a value. */
const isCut = ({ address }: { readonly address: number }, words: number, start: number, end: number) =>
  address < start || address + words > end;
