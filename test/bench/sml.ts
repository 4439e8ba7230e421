import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QuantityId } from '#core/quantities.ts';
import { SmlDecoder } from '#core/sml/telegram.ts';
import { SmlTransport } from '#core/sml/transport.ts';
import { SmlHead } from '../../simulator/meters/sml-head.ts';

const roundBytes = 8_000_000;
const rounds = 11;
const chunkBytes = 4096;

// As many values as a household's meter sends: telegrams of about 320 bytes, the mean of those captured.
const shown: readonly QuantityId[] = [
  'energyImportWh',
  'energyExportWh',
  'powerW',
  'powerL1W',
  'powerL2W',
  'powerL3W',
];

/** One second after the other of a house, in telegrams, about a megabyte. */
function simulated(): Stream {
  let second = 0;
  const read = (quantity: QuantityId): number => {
    if (quantity === 'energyImportWh') return 12_345_678.9 + second / 10;
    if (quantity === 'energyExportWh') return 987_654.3;
    return 250 + ((second * 37) % 2000) - (quantity === 'powerL2W' ? 900 : 0);
  };
  const head = new SmlHead({ read, quantities: shown });
  const telegrams = Array.from({ length: 3000 }, () => head.telegram(1_000_000 + second++));
  const bytes = new Uint8Array(Buffer.concat(telegrams));
  return { source: 'simulated', bytes, telegrams: telegrams.length };
}

interface Stream {
  readonly source: string;
  readonly bytes: Uint8Array;
  readonly telegrams: number;
}

/** The good telegrams of real meters, of the folder that JOULEGATE_VECTORS names, again and again to a megabyte. */
function captured(folder: string): Stream {
  const good: Uint8Array[] = [];
  for (const name of readdirSync(folder).filter(file => file.endsWith('.bin'))) {
    const capture = new Uint8Array(readFileSync(join(folder, name)));
    const transport = new SmlTransport({
      onFrame: frame => {
        if (!new SmlDecoder().decode(frame.bytes, frame.start, frame.end).ok) return;
        good.push(capture.slice(frame.offset, frame.offset + frame.length));
      },
      onFault: () => {},
    });
    transport.push(capture);
  }
  if (good.length === 0)
    throw new Error(`no telegram in ${folder}; JOULEGATE_VECTORS is to name a folder of captures`);
  const telegrams: Uint8Array[] = [];
  for (let length = 0; length < 1_000_000; ) {
    for (const telegram of good) {
      telegrams.push(telegram);
      length += telegram.length;
    }
  }
  return { source: 'captures', bytes: new Uint8Array(Buffer.concat(telegrams)), telegrams: telegrams.length };
}

/**
 * CPU time of decoding valid telegrams in pieces, down to numbers, every value touched: the median of rounds, as the
 * machine may have other work, with the slowest and the fastest.
 */
export async function bench(): Promise<Record<string, number>> {
  const folder = process.env.JOULEGATE_VECTORS;
  const { source, bytes, telegrams } = folder === undefined ? simulated() : captured(folder);
  console.log(`${telegrams} ${source} telegrams`);
  const decoder = new SmlDecoder();
  let good = 0;
  let values = 0;
  let sum = 0;
  const transport = new SmlTransport({
    onFrame: frame => {
      const result = decoder.decode(frame.bytes, frame.start, frame.end);
      if (!result.ok) throw new Error(result.detail);
      good++;
      for (const value of result.value.values) {
        if (!value.isNumber) continue;
        values++;
        sum += Number(value.mantissa) + value.scaler;
      }
    },
    onFault: fault => {
      throw new Error(`${fault} in a stream without faults`);
    },
  });
  const chunks: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; from += chunkBytes)
    chunks.push(bytes.subarray(from, from + chunkBytes));
  const pass = () => {
    for (const chunk of chunks) transport.push(chunk);
  };
  pass();
  good = 0;
  values = 0;

  const passes = Math.ceil(roundBytes / bytes.length);
  const speeds: number[] = [];
  let cpuSeconds = 0;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let turn = 0; turn < passes; turn++) pass();
    const used = process.cpuUsage(before);
    const seconds = (used.user + used.system) / 1e6;
    cpuSeconds += seconds;
    speeds.push((passes * bytes.length) / 1e6 / seconds);
  }
  if (good !== rounds * passes * telegrams || !Number.isFinite(sum))
    throw new Error(`${good} of ${rounds * passes * telegrams} telegrams decoded`);
  speeds.sort((a, b) => a - b);
  const rounded = (value = 0) => Math.round(value * 10) / 10;
  return {
    megabytesPerSecond: rounded(speeds[rounds >> 1]),
    slowest: rounded(speeds[0]),
    fastest: rounded(speeds.at(-1)),
    telegramsPerSecond: Math.round(good / cpuSeconds),
    valuesPerSecond: Math.round(values / cpuSeconds),
    telegramBytes: rounded(bytes.length / telegrams),
    cpuSeconds: Number(cpuSeconds.toFixed(3)),
  };
}
