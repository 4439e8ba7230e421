import type { DataSetReader } from '#core/iec62056/data-sets.ts';
import {
  type TextCheck,
  type TextFault,
  type TextTelegram,
  TextTransport,
} from '#core/iec62056/text-transport.ts';
import { type CaptureCounts, type CapturePrint, type CaptureReader, noCounts } from './capture.ts';
import { obisName } from './obis-names.ts';
import { writeRows } from './rows.ts';

/** What each fault counts as; junk is counted in bytes. */
const countOf = {
  crc: 'transportCrcErrors',
  bcc: 'transportCrcErrors',
  parity: 'transportCrcErrors',
  checkMissing: 'transportCrcErrors',
  form: 'parseErrors',
  restart: 'restarts',
  incomplete: 'incomplete',
  tooLong: 'incomplete',
} as const satisfies Record<Exclude<TextFault, 'junk'>, keyof CaptureCounts>;

const checkWords: Readonly<Record<TextCheck, string>> = Object.freeze({
  crc: 'CRC right',
  bcc: 'block check right',
  parity: 'parity right',
  none: 'it has no checksum',
});

/** A capture of text telegrams: D0 (IEC 62056-21) and DSMR P1. Values and units stand as the meter sent them. */
export class TextCapture implements CaptureReader {
  readonly counts: CaptureCounts = noCounts();
  readonly #print: CapturePrint;
  readonly #transport = new TextTransport({
    onTelegram: telegram => this.#telegram(telegram),
    onFault: (fault, _offset, length) => this.#fault(fault, length),
  });
  #unchecked = 0;

  constructor(print: CapturePrint) {
    this.#print = print;
  }

  push(bytes: Uint8Array): void {
    this.#transport.push(bytes);
  }

  finish(): void {
    this.#transport.finish();
  }

  hints(): readonly string[] {
    if (this.#unchecked === 0) return [];
    return [
      'Telegrams without a checksum are right in form; whether a digit was changed on the way, nobody knows.',
    ];
  }

  #telegram({ format, offset, length, check, identification, dataSets }: TextTelegram): void {
    const { counts } = this;
    const { out, isJson } = this.#print;
    counts.starts++;
    counts.valid++;
    if (check === 'none') this.#unchecked++;
    const place = this.#print.offset + offset;
    const values: { obis: string; value: string; unit: string | null }[] = [];
    while (dataSets.next())
      values.push({ obis: dataSets.obis, value: shownTextValue(dataSets), unit: dataSets.unit || null });
    counts.values += values.length;
    if (isJson) {
      out.line(JSON.stringify({ format, offset: place, length, values }));
      return;
    }
    const name = format === 'p1' ? 'P1' : 'D0';
    const head = `${name} telegram ${counts.valid}, ${length} bytes from byte ${place} on`;
    out.line(`${head}: ${identification} (${checkWords[check]})`);
    writeRows(
      out,
      values.map(({ obis, value, unit }) => ({ code: obis, value, unit: unit ?? '', name: obisName(obis) })),
    );
  }

  #fault(fault: TextFault, length: number): void {
    const { counts } = this;
    if (fault === 'junk') {
      counts.junkBytes += length;
      return;
    }
    counts.starts++;
    counts[countOf[fault]]++;
  }
}

/** A number as its exact decimal; what has no unit as it was sent, for zeros before a serial number are part of it. */
export function shownTextValue(dataSet: DataSetReader): string {
  const { first, text, unit } = dataSet;
  const isPadded = unit === '' && dataSet.isNumber && /^0\d+$/.test(first) && Number(first) === Number(text);
  return isPadded ? first : text;
}
