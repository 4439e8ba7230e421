import { expect } from 'vitest';
import type { DecodedStream } from './stream.ts';

/** What a vector's JSON says of its bytes; the fields that the decoder is held against. */
export interface SmlVector {
  summary: {
    frames: number;
    validFrames: number;
    values: number;
    junkBytes: number;
    restarts: number;
    incompleteFrames: number;
    invalidEscapes: number;
    transportCrcErrors: number;
    kermitTransportFrames: number;
  };
  frames: {
    offset: number;
    length: number;
    padding?: number;
    transportCrc?: string;
    error?: string;
    valid: boolean;
    values?: VectorValue[];
  }[];
}

interface VectorValue {
  obis: string;
  text?: string | null;
  unit: string | null;
  unitCode: number | null;
  scaler: number | null;
  raw: number | string | boolean | null;
  type: string;
  status?: number | string | null;
  rawUncorrected?: number;
}

/** Holds a decoded stream against its vector. Values of a bad frame are dropped, so only good frames have any. */
export function expectVector(stream: DecodedStream, vector: SmlVector): void {
  const { summary } = vector;
  expect({
    frames: stream.frames.length,
    validFrames: stream.frames.filter(frame => frame.valid).length,
    values: stream.frames.reduce((sum, frame) => sum + frame.values.length, 0),
    junkBytes: stream.junkBytes,
    restarts: stream.faults.restart ?? 0,
    incompleteFrames: stream.faults.incomplete ?? 0,
    invalidEscapes: stream.faults.escape ?? 0,
    transportCrcErrors: stream.faults.crc ?? 0,
    kermitTransportFrames: stream.frames.filter(frame => frame.crc === 'kermit').length,
  }).toEqual({
    frames: summary.frames,
    validFrames: summary.validFrames,
    values: summary.values,
    junkBytes: summary.junkBytes,
    restarts: summary.restarts,
    incompleteFrames: summary.incompleteFrames,
    invalidEscapes: summary.invalidEscapes,
    transportCrcErrors: summary.transportCrcErrors,
    kermitTransportFrames: summary.kermitTransportFrames,
  });
  for (const [index, expected] of vector.frames.entries()) {
    const frame = stream.frames[index]!;
    expect([frame.offset, frame.length, frame.valid]).toEqual([
      expected.offset,
      expected.length,
      expected.valid,
    ]);
    if (!expected.valid) continue;
    expect([frame.padding, frame.crc]).toEqual([
      expected.padding,
      expected.transportCrc === 'kermit-be' ? 'kermit' : 'x25',
    ]);
    expect(frame.values.map(shown)).toEqual(expected.values?.map(expectedShown));
  }
}

type Shown = Record<string, string | number | boolean | null>;

function shown(value: DecodedStream['frames'][number]['values'][number]): Shown {
  const isTime = value.type === 'time';
  return {
    obis: value.obis,
    type: value.type,
    raw: isTime ? null : value.raw,
    text: value.text ?? null,
    unit: value.unitCode === 0 ? null : (value.unit ?? null),
    scaler: value.scaler,
    status: value.status < 0 ? null : value.status,
    isCorrected: value.isCorrected,
  };
}

function expectedShown(value: VectorValue): Shown {
  const isNumber = /^[iu]\d/.test(value.type);
  return {
    obis: value.obis,
    type: value.type,
    raw: value.type === 'time' ? null : String(value.raw ?? ''),
    text: isNumber ? (value.text ?? null) : null,
    unit: value.unitCode === 0 ? null : value.unit,
    scaler: value.scaler ?? 0,
    status: value.status == null ? null : Number(BigInt.asUintN(32, BigInt(value.status))),
    isCorrected: value.rawUncorrected !== undefined,
  };
}
