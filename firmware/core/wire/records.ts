import { ByteReader, ByteWriter, fromHex, toHex } from '../bytes.ts';
import { limits } from '../limits.ts';
import { type QuantityId, quantities, quantityByWire } from '../quantities.ts';
import { fail, ok, type Result } from '../result.ts';
import { type Reason, reasons } from './reasons.ts';
import { isId, protocolVersion } from './topics.ts';

/** One quantity in one window, in the quantity's unit. Counters carry `last` alone: the reading at the window's end. */
export type WindowValue = GaugeValue | CounterValue;

export interface GaugeValue {
  readonly quantity: QuantityId;
  readonly samples: number;
  /** Time-weighted. */
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

export interface CounterValue {
  readonly quantity: QuantityId;
  readonly samples: number;
  readonly last: number;
}

/** How the window's wall time is known: `synced` when it closed, or `backdated` when the clock was set later. */
export type ClockQuality = 'synced' | 'backdated';

/** One meter in one closed window. Without values it says, by its failures, why there are none. */
export interface WindowRecord {
  readonly meter: string;
  /** UTC, a multiple of the window's length since 1970. */
  readonly startMs: number;
  readonly windowS: number;
  readonly clock: ClockQuality;
  readonly values: readonly WindowValue[];
  /** Samples that were due and failed, by reason. */
  readonly failures: readonly { readonly reason: Reason; readonly count: number }[];
  /**
   * Serial number of the meter that these readings and those after them are of, where it was learnt since the window
   * before. So a replaced meter is told in its place among the readings, once, and through any outage.
   */
  readonly serial?: string;
}

/**
 * Records in the order of their sequences, `first`, `first + 1`, …
 * `oldest` is the oldest sequence the gateway still keeps: everything below it that the host has not stored is lost.
 */
export interface RecordsMessage {
  /** 16 hex digits, random, made with the journal. */
  readonly epoch: string;
  readonly oldest: number;
  readonly first: number;
  readonly records: readonly Uint8Array[];
}

export type WireError = 'wire.version' | 'wire.truncated' | 'wire.trailing' | 'wire.value' | 'wire.tooLarge';

/** The last instant that JavaScript dates know, and far past what databases do with microseconds. */
const latestMs = 8.64e15;

const scales: readonly number[] = Object.freeze(
  Array.from(quantityByWire, id => (id === undefined ? 1 : 10 ** quantities[id].decimals)),
);

/**
 * A record as bytes: meter, start (s), length (s), clock, failures, then each value as whole numbers of the
 * quantity's last decimal: `last`, and for gauges mean - min, max - min, last - min, which are never negative and
 * mostly short. Values must be plausible (`isPlausible`), with min the least and max the greatest of a gauge's four.
 */
export function encodeRecord(record: WindowRecord): Uint8Array {
  const writer = new ByteWriter(32 + record.values.length * 12);
  writer.ascii(record.meter);
  writer.varint(record.startMs / 1000);
  writer.varint(record.windowS);
  writer.u8(record.clock === 'synced' ? 0 : 1);
  writer.varint(record.failures.length);
  for (const { reason, count } of record.failures) {
    writer.u8(reasons.indexOf(reason));
    writer.varint(count);
  }
  writer.varint(record.values.length);
  for (const value of record.values) writeValue(writer, value);
  if (record.serial !== undefined) {
    writer.varint(serialPart);
    writer.ascii(record.serial);
  }
  return writer.take();
}

/** What may follow the values: varint kind, above 0; byte length; that many bytes. Kinds not known are passed over. */
const serialPart = 1;

/** 1 to 64 printable ASCII characters, not blank at either end. */
export const isSerial = (text: string): boolean =>
  text.length <= limits.nameCharacters && /^[!-~]([ -~]*[!-~])?$/.test(text);

function writeValue(writer: ByteWriter, value: WindowValue): void {
  const { wire } = quantities[value.quantity];
  const scale = scales[wire] as number;
  writer.varint(wire);
  writer.varint(value.samples);
  if (!('mean' in value)) {
    writer.varint(Math.round(value.last * scale));
    return;
  }
  const min = Math.round(value.min * scale);
  writer.zigzag(min);
  writer.varint(Math.round(value.mean * scale) - min);
  writer.varint(Math.round(value.max * scale) - min);
  writer.varint(Math.round(value.last * scale) - min);
}

/**
 * Takes the parts of a record as they are read. All numbers of values are whole numbers of the quantity's last
 * decimal. What was taken is only good once `readRecord` says so: a record may turn out broken at its end.
 */
export interface RecordSink {
  begin(meter: string, startS: number, windowS: number, clock: ClockQuality): void;
  /** `reason` is its number in `reasons`. */
  failure(reason: number, count: number): void;
  /** `mean`, `max` and `last` count from `min` and are never negative. */
  gauge(wire: number, samples: number, min: number, mean: number, max: number, last: number): void;
  counter(wire: number, samples: number, last: number): void;
  serial(text: string): void;
}

/** Reads the bytes made by `encodeRecord` into a sink, without making objects; or says what is wrong with them. */
export function readRecord(bytes: Uint8Array, sink: RecordSink): Result<null, WireError> {
  if (bytes.length > limits.recordBytes) {
    return fail(
      'wire.tooLarge',
      `record of ${bytes.length} bytes; at most ${limits.recordBytes} are allowed`,
    );
  }
  const reader = new ByteReader(bytes);
  const meter = reader.ascii();
  const startS = reader.varint();
  const windowS = reader.varint();
  const clock = reader.u8();
  if (!isId(meter)) return fail('wire.value', `meter id ${JSON.stringify(meter)} is not an id`);
  if (windowS < limits.windowMinS || windowS > limits.windowMaxS || startS % windowS !== 0) {
    return fail(
      'wire.value',
      `window of ${windowS} s at ${startS} s: length 1 to 900 s, start a multiple of it`,
    );
  }
  if (startS * 1000 > latestMs)
    return fail('wire.value', `window at ${startS} s; at most ${latestMs / 1000} is allowed`);
  if (clock > 1) return fail('wire.value', `clock quality ${clock}; 0 or 1 are allowed`);
  sink.begin(meter, startS, windowS, clock === 0 ? 'synced' : 'backdated');

  const failureCount = reader.varint();
  if (failureCount > reasons.length)
    return fail('wire.value', `${failureCount} failure reasons; ${reasons.length} exist`);
  let seenReasons = 0;
  for (let index = 0; index < failureCount; index++) {
    const number = reader.u8();
    const reason = reasons[number];
    if (reason === undefined)
      return fail('wire.value', `failure reason ${number}; below ${reasons.length} is allowed`);
    if (seenReasons & (1 << number)) return fail('wire.value', `failure reason ${reason} comes twice`);
    seenReasons |= 1 << number;
    sink.failure(number, reader.varint());
  }

  const valueCount = reader.varint();
  if (valueCount > limits.seriesPerMeter) {
    return fail('wire.value', `${valueCount} values; at most ${limits.seriesPerMeter} are allowed`);
  }
  const seen = new Uint8Array(quantityByWire.length);
  for (let index = 0; index < valueCount; index++) {
    const wire = reader.varint();
    const quantity = quantityByWire[wire];
    if (quantity === undefined) return fail('wire.value', `quantity number ${wire} is not in the vocabulary`);
    if (seen[wire] === 1) return fail('wire.value', `quantity ${quantity} comes twice`);
    seen[wire] = 1;
    const samples = reader.varint();
    if (quantities[quantity].kind === 'counter') sink.counter(wire, samples, reader.varint());
    else sink.gauge(wire, samples, reader.zigzag(), reader.varint(), reader.varint(), reader.varint());
  }
  for (let isToldSerial = false; reader.remaining > 0 && !reader.isBroken; ) {
    const kind = reader.varint();
    if (kind === 0) return fail('wire.trailing', `${reader.remaining + 1} bytes behind the record's end`);
    const text = reader.ascii();
    if (kind !== serialPart || reader.isBroken) continue;
    if (isToldSerial) return fail('wire.value', 'the serial number comes twice');
    isToldSerial = true;
    if (!isSerial(text))
      return fail(
        'wire.value',
        `serial number ${JSON.stringify(text)}; 1 to ${limits.nameCharacters} printable ASCII characters are allowed`,
      );
    sink.serial(text);
  }
  if (reader.isBroken) return fail('wire.truncated', `record ends early, at ${bytes.length} bytes`);
  return ok(null);
}

class WindowSink implements RecordSink {
  record: WindowRecord = { meter: '', startMs: 0, windowS: 0, clock: 'synced', values: [], failures: [] };
  readonly #values: WindowValue[] = [];
  readonly #failures: { reason: Reason; count: number }[] = [];

  begin(meter: string, startS: number, windowS: number, clock: ClockQuality): void {
    const [values, failures] = [this.#values, this.#failures];
    this.record = { meter, startMs: startS * 1000, windowS, clock, values, failures };
  }

  failure(reason: number, count: number): void {
    const name = reasons[reason];
    if (name !== undefined) this.#failures.push({ reason: name, count });
  }

  gauge(wire: number, samples: number, min: number, mean: number, max: number, last: number): void {
    const quantity = quantityByWire[wire];
    const scale = scales[wire] as number;
    if (quantity === undefined) return;
    this.#values.push({
      quantity,
      samples,
      mean: (min + mean) / scale,
      min: min / scale,
      max: (min + max) / scale,
      last: (min + last) / scale,
    });
  }

  counter(wire: number, samples: number, last: number): void {
    const quantity = quantityByWire[wire];
    if (quantity !== undefined)
      this.#values.push({ quantity, samples, last: last / (scales[wire] as number) });
  }

  serial(text: string): void {
    this.record = { ...this.record, serial: text };
  }
}

/** The record of bytes made by `encodeRecord`, or what is wrong with them. */
export function decodeRecord(bytes: Uint8Array): Result<WindowRecord, WireError> {
  const sink = new WindowSink();
  const read = readRecord(bytes, sink);
  return read.ok ? ok(sink.record) : read;
}

/** The bytes that the message adds before and between its records. */
export const recordsMessageOverheadBytes = 34;
export const recordOverheadBytes = 2;

export function encodeRecordsMessage(message: RecordsMessage): Uint8Array {
  const writer = new ByteWriter(1024);
  writer.u8(protocolVersion);
  writer.bytes(fromHex(message.epoch) ?? new Uint8Array(8));
  writer.varint(message.oldest);
  writer.varint(message.first);
  writer.varint(message.records.length);
  for (const record of message.records) {
    writer.varint(record.length);
    writer.bytes(record);
  }
  return writer.take();
}

/** The message of bytes made by `encodeRecordsMessage`; its records are views into `bytes`, still to be decoded. */
export function decodeRecordsMessage(bytes: Uint8Array): Result<RecordsMessage, WireError> {
  if (bytes.length > limits.mqttPacketUpBytes) {
    return fail(
      'wire.tooLarge',
      `message of ${bytes.length} bytes; at most ${limits.mqttPacketUpBytes} are allowed`,
    );
  }
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== protocolVersion) {
    return fail('wire.version', `protocol version ${version}; this side speaks ${protocolVersion}`);
  }
  const epoch = toHex(reader.bytes(8));
  const oldest = reader.varint();
  const first = reader.varint();
  const count = reader.varint();
  const isInOrder = oldest >= 1 && first >= oldest && first <= Number.MAX_SAFE_INTEGER - count;
  if (!isInOrder || count < 1 || count > limits.recordsPerMessage) {
    return fail(
      'wire.value',
      `oldest ${oldest}, first ${first}, count ${count}: 1 <= oldest <= first, count 1 to ${limits.recordsPerMessage}`,
    );
  }
  const records: Uint8Array[] = [];
  for (let index = 0; index < count; index++) records.push(reader.bytes(reader.varint()));
  if (reader.isBroken) return fail('wire.truncated', `message ends early, at ${bytes.length} bytes`);
  if (reader.remaining > 0)
    return fail('wire.trailing', `${reader.remaining} bytes behind the message's end`);
  return ok({ epoch, oldest, first, records });
}
