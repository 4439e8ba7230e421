import type { QuantityId } from '#core/quantities.ts';
import { SmlDecoder } from '#core/sml/telegram.ts';
import { SmlTransport } from '#core/sml/transport.ts';
import { SmlHead } from '../../simulator/meters/sml-head.ts';

const totalBytes = 50_000_000;
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
function stream(): { bytes: Uint8Array; telegrams: number } {
  let second = 0;
  const read = (quantity: QuantityId): number => {
    if (quantity === 'energyImportWh') return 12_345_678.9 + second / 10;
    if (quantity === 'energyExportWh') return 987_654.3;
    return 250 + ((second * 37) % 2000) - (quantity === 'powerL2W' ? 900 : 0);
  };
  const head = new SmlHead({ read, quantities: shown });
  const telegrams = Array.from({ length: 3000 }, () => head.telegram(1_000_000 + second++));
  return { bytes: new Uint8Array(Buffer.concat(telegrams)), telegrams: telegrams.length };
}

/** CPU time of decoding valid telegrams, 50 MB in pieces, down to numbers; every value is touched. */
export async function bench(): Promise<Record<string, number>> {
  const { bytes, telegrams } = stream();
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

  const rounds = Math.ceil(totalBytes / bytes.length);
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) pass();
  const used = process.cpuUsage(before);
  const seconds = (used.user + used.system) / 1e6;
  if (good !== rounds * telegrams || !Number.isFinite(sum))
    throw new Error(`${good} of ${rounds * telegrams} telegrams decoded`);
  const rounded = (value: number) => Math.round(value * 10) / 10;
  return {
    megabytesPerSecond: rounded((rounds * bytes.length) / 1e6 / seconds),
    telegramsPerSecond: Math.round(good / seconds),
    valuesPerSecond: Math.round(values / seconds),
    telegramBytes: rounded(bytes.length / telegrams),
    cpuSeconds: Number(seconds.toFixed(3)),
  };
}
