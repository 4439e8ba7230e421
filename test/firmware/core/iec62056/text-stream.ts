import { type TextFault, TextTransport } from '#core/iec62056/text-transport.ts';

export const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text, letter => letter.charCodeAt(0) & 0xff);

export interface ReadTelegram {
  readonly format: string;
  readonly offset: number;
  readonly length: number;
  readonly check: string;
  readonly identification: string;
  readonly values: readonly (readonly [obis: string, text: string, unit: string])[];
}

export interface ReadStream {
  readonly telegrams: ReadTelegram[];
  readonly faults: { fault: TextFault; offset: number; length: number }[];
  /** Bytes told of, by telegrams and faults: all of them, each once, in order. */
  readonly told: { offset: number; length: number }[];
}

/** Pushes a stream in pieces of the sizes given, over and over, and collects what comes out. */
export function readStream(bytes: Uint8Array, pieces: readonly number[] = [bytes.length]): ReadStream {
  const stream: ReadStream = { telegrams: [], faults: [], told: [] };
  const transport = new TextTransport({
    onTelegram: ({ format, offset, length, check, identification, dataSets }) => {
      const values: [string, string, string][] = [];
      while (dataSets.next()) values.push([dataSets.obis, dataSets.text, dataSets.unit]);
      stream.telegrams.push({ format, offset, length, check, identification, values });
      stream.told.push({ offset, length });
    },
    onFault: (fault, offset, length) => {
      stream.faults.push({ fault, offset, length });
      stream.told.push({ offset, length });
    },
  });
  for (let from = 0, turn = 0; from < bytes.length; turn++) {
    const size = Math.max(1, pieces[turn % pieces.length] ?? 1);
    transport.push(bytes.slice(from, from + size));
    from += size;
  }
  transport.finish();
  return stream;
}
