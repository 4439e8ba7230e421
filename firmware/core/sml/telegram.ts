import { ccittRemainder } from '../crc.ts';
import { limits } from '../limits.ts';
import { fail, ok, type Result } from '../result.ts';
import { readEntry, readListHead, readMessageEnd, readMessageTag, skipTime } from './entry.ts';
import { isMisencodedDzg } from './status.ts';
import { type TlvError, TlvReader } from './tlv.ts';
import { SmlValue } from './value.ts';

export type SmlError = TlvError | 'sml.messageCrc';

/** What a good frame held. Valid until the decoder's next telegram. */
export interface SmlTelegram {
  readonly messages: number;
  /** Messages whose CRC is Kermit's, as old Holley meters send it. */
  readonly kermitMessages: number;
  /** Low 32 bits of the status word beside the energy counters (`status.ts`), or -1 where there is none. */
  readonly status: number;
  /** The entries of its GetList responses, in order; none where the decoder has a taker. */
  readonly values: readonly SmlValue[];
  /** The payload that the values' `start` and `end` point into. */
  readonly bytes: Uint8Array;
}

export interface SmlTaker {
  /**
   * An entry of a GetList response, one after the other. The object and `bytes`, which its `start` and `end` point into,
   * are valid during the call. Whether the telegram is good is known when all of it was read.
   */
  onValue(value: SmlValue, bytes: Uint8Array): void;
}

const getListResponse = 0x0701;
const filler = 0x00;
// A message is a list, its body a list in it, and what the body holds lies below both.
const depthInBody = limits.smlNesting - 2;

const serialNumber = 0x01_00_60;
const serialNumberTail = 0x01_00_ff;
const serverId = 0x01_00_00;
const serverIdTail = 0x00_09_ff;
const activePower = 0x01_00_10;
const activePowerL1 = 0x01_00_24;
const instantaneous = 0x07_00_ff;
const energyImport = 0x01_00_01;
const energyExport = 0x01_00_02;
const energyTotal = 0x08_00_ff;

/**
 * Decodes telegrams one after the other, using the same value objects again: nothing is allocated per value. A gateway
 * takes each value as it comes (`SmlTaker`), so that one object is enough: a telegram of 20 takes 4 kB else.
 */
export class SmlDecoder {
  readonly #reader = new TlvReader();
  readonly #pool: SmlValue[] = [];
  readonly #values: SmlValue[] = [];
  readonly #taker: SmlTaker | undefined;
  #kermitMessages = 0;
  /** The CRC of the last good message, tried first on the next: a meter does not change it. */
  #isKermit = false;
  /** Serial number of a DZG meter, or -1. */
  #dzgSerial = -1;
  #status = -1;

  constructor(taker?: SmlTaker) {
    this.#taker = taker;
  }

  /**
   * The values of a frame's payload, `bytes[start]` to `bytes[end - 1]`. All of it must be good: structure, bounds
   * and each message's CRC; otherwise there is no value at all, and the first mistake with its place.
   */
  decode(bytes: Uint8Array, start: number, end: number): Result<SmlTelegram, SmlError> {
    const reader = this.#reader;
    reader.reset(bytes, start, end);
    this.#values.length = 0;
    this.#kermitMessages = 0;
    this.#status = -1;
    let messages = 0;
    while (reader.offset < end) {
      // Some meters fill up with zeros and do not count them as padding.
      if (bytes[reader.offset] === filler) {
        reader.offset++;
        continue;
      }
      const messageStart = reader.offset;
      if (!this.readMessage(messageStart)) {
        this.#values.length = 0;
        const where = `in message ${messages + 1}, which begins at payload byte ${messageStart - start}`;
        if (reader.error === undefined) return fail('sml.messageCrc', `CRC is wrong ${where}`);
        return fail(reader.error, `${reader.error} at payload byte ${reader.errorOffset - start}, ${where}`);
      }
      messages++;
    }
    return ok({
      messages,
      kermitMessages: this.#kermitMessages,
      status: this.#status,
      values: this.#values,
      bytes,
    });
  }

  /** SML_Message (SML 1.04, 5.1): id, group, abort, body by its tag, CRC, end. False where anything is wrong. */
  private readMessage(start: number): boolean {
    const reader = this.#reader;
    if (readMessageTag(reader) === getListResponse) this.readGetList();
    else reader.skip(depthInBody);
    const end = reader.offset;
    const crc = readMessageEnd(reader);
    return crc >= 0 && this.isCrcGood(crc, start, end);
  }

  /** X.25 with its low byte first; ISKRA and DrNeuhaus leave a leading zero out, so the width does not count. */
  private isCrcGood(crc: number, start: number, end: number): boolean {
    const { view } = this.#reader;
    for (let attempt = 0; attempt < 2; attempt++) {
      const remainder = ccittRemainder(view, this.#isKermit ? 0 : 0xffff, start, end);
      const sum = this.#isKermit ? remainder : (((remainder & 0xff) << 8) | (remainder >> 8)) ^ 0xffff;
      if (crc === sum) {
        if (this.#isKermit) this.#kermitMessages++;
        return true;
      }
      this.#isKermit = !this.#isKermit;
    }
    return false;
  }

  private readGetList(): void {
    const reader = this.#reader;
    this.#dzgSerial = -1;
    this.#status = -1;
    const first = this.#values.length;
    const serverAt = readListHead(reader);
    if (serverAt < 0) return;
    this.noteSerial(serverAt);
    for (let left = reader.length; left > 0 && reader.error === undefined; left--) this.readEntry();
    reader.octets();
    skipTime(reader);
    if (this.#dzgSerial >= 0) this.correctDzg(first);
    if (this.#taker === undefined) return;
    for (const value of this.#values) this.#taker.onValue(value, reader.bytes);
    this.#values.length = 0;
  }

  private readEntry(): void {
    const reader = this.#reader;
    const value = this.nextValue();
    // A name that is no OBIS code is nothing that anyone could ask for.
    if (!readEntry(reader, value)) return;
    // What may have to be corrected waits for the end of the list, and what follows it too.
    const isKept = this.#taker === undefined || this.#values.length > 0 || isDzgSuspect(value);
    if (isKept) this.#values.push(value);
    const { abc, def, status } = value;
    if (def === energyTotal) {
      if (this.#status < 0 && status >= 0 && (abc === energyImport || abc === energyExport))
        this.#status = status;
    } else if (
      (abc === serialNumber && def === serialNumberTail) ||
      (abc === serverId && def === serverIdTail)
    ) {
      this.noteSerial(value.start - 1);
    }
    if (!isKept) this.#taker?.onValue(value, reader.bytes);
  }

  private nextValue(): SmlValue {
    const index = this.#values.length;
    let value = this.#pool[index];
    if (value === undefined) {
      value = new SmlValue();
      this.#pool.push(value);
    }
    return value;
  }

  /** Server ids are ten octets: `0b`, 0a or 09, 01, three letters of the maker, block, serial number. */
  private noteSerial(at: number): void {
    const { bytes, end } = this.#reader;
    if (at + 11 > end || bytes[at] !== 0x0b) return;
    if (bytes[at + 3] !== 0x44 || bytes[at + 4] !== 0x5a || bytes[at + 5] !== 0x47) return;
    this.#dzgSerial =
      (bytes[at + 7] as number) * 0x100_0000 +
      (((bytes[at + 8] as number) << 16) | ((bytes[at + 9] as number) << 8) | (bytes[at + 10] as number));
  }

  private correctDzg(first: number): void {
    if (!isMisencodedDzg(this.#dzgSerial, this.#status)) return;
    for (let index = first; index < this.#values.length; index++) {
      const value = this.#values[index] as SmlValue;
      if (!isDzgSuspect(value)) continue;
      value.mantissa = Number(value.mantissa) + 2 ** (8 * (value.end - value.start));
      value.isCorrected = true;
    }
  }
}

/** Whether it is a power that meters of DZG may have meant to be positive. */
function isDzgSuspect({ mantissa, kind, abc, def, start, end }: SmlValue): boolean {
  if (mantissa >= 0 || def !== instantaneous || kind !== 'signed' || end - start > 3) return false;
  return abc === activePower || abc === activePowerL1;
}
