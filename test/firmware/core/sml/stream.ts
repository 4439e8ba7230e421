import { toHex } from '#core/bytes.ts';
import { SmlDecoder } from '#core/sml/telegram.ts';
import { type SmlFault, SmlTransport } from '#core/sml/transport.ts';
import { smlUnits } from '#core/sml/units.ts';
import type { SmlValue } from '#core/sml/value.ts';

/** What a stream held, copied out of the decoder: one entry per frame or broken frame, and the sums. */
export interface DecodedFrame {
  offset: number;
  length: number;
  padding?: number;
  crc?: 'x25' | 'kermit';
  fault?: SmlFault;
  error?: string;
  valid: boolean;
  values: DecodedValue[];
}

export interface DecodedValue {
  obis: string;
  type: string;
  raw: string;
  text: string | undefined;
  unit: string | undefined;
  unitCode: number;
  scaler: number;
  status: number;
  isCorrected: boolean;
}

export interface DecodedStream {
  frames: DecodedFrame[];
  junkBytes: number;
  faults: Partial<Record<SmlFault, number>>;
  kermitMessages: number;
  /** Bytes told of, by frames and faults: all of them, each once, in order. */
  told: { offset: number; length: number }[];
}

/** Pushes a stream in pieces of the sizes given, over and over, and collects what comes out. */
export function decodeStream(bytes: Uint8Array, pieces: readonly number[] = [bytes.length]): DecodedStream {
  const out: DecodedStream = { frames: [], junkBytes: 0, faults: {}, kermitMessages: 0, told: [] };
  const decoder = new SmlDecoder();
  const transport = new SmlTransport({
    onFrame: frame => {
      const { offset, length, padding, crc } = frame;
      out.told.push({ offset, length });
      const result = decoder.decode(frame.bytes, frame.start, frame.end);
      if (!result.ok) {
        out.frames.push({ offset, length, padding, crc, error: result.error, valid: false, values: [] });
        return;
      }
      out.kermitMessages += result.value.kermitMessages;
      const values = result.value.values.map(value => copyOf(value, result.value.bytes));
      out.frames.push({ offset, length, padding, crc, valid: true, values });
    },
    onFault: (fault, offset, length) => {
      out.told.push({ offset, length });
      out.faults[fault] = (out.faults[fault] ?? 0) + 1;
      if (fault === 'junk') out.junkBytes += length;
      else out.frames.push({ offset, length, fault, valid: false, values: [] });
    },
  });
  for (let from = 0, turn = 0; from < bytes.length; turn++) {
    const size = Math.max(1, pieces[turn % pieces.length] ?? 1);
    transport.push(bytes.slice(from, from + size));
    from += size;
  }
  transport.finish();
  return out;
}

const typeNames = {
  none: () => 'none',
  octets: () => 'octets',
  boolean: () => 'bool',
  time: () => 'time',
  signed: (width: number) => `i${width * 8}`,
  unsigned: (width: number) => `u${width * 8}`,
} as const;

function copyOf(value: SmlValue, bytes: Uint8Array): DecodedValue {
  return {
    obis: value.obis,
    type: typeNames[value.kind](value.end - value.start),
    raw: rawOf(value, bytes),
    text: value.text,
    unit: smlUnits[value.unit],
    unitCode: value.unit,
    scaler: value.scaler,
    status: value.status,
    isCorrected: value.isCorrected,
  };
}

function rawOf(value: SmlValue, bytes: Uint8Array): string {
  if (value.kind === 'octets') return toHex(bytes.subarray(value.start, value.end));
  if (value.kind === 'boolean') return String(value.mantissa === 1);
  return value.isNumber ? String(value.mantissa) : '';
}
