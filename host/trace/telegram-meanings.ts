import { fromHex } from '#core/bytes.ts';
import { TextTransport } from '#core/iec62056/text-transport.ts';
import { SmlDecoder } from '#core/sml/telegram.ts';
import { SmlTransport } from '#core/sml/transport.ts';
import { unitOf } from '../decode/dlms-units.ts';
import { obisName } from '../decode/obis-names.ts';
import { shownSmlValue } from '../decode/sml-words.ts';
import { shownTextValue } from '../decode/text-capture.ts';
import type { TraceFrame, TraceMeaning, TraceValue } from './meaning.ts';

const escapeByte = 0x1b;

/** What the telegrams of an optical head say. */
export class TelegramMeanings {
  readonly #meters: readonly string[];
  readonly #decoder = new SmlDecoder();
  #meaning: TraceMeaning | undefined;

  /** `meters`: the ids of the meters on the line. */
  constructor(meters: readonly string[]) {
    this.#meters = meters;
  }

  /** What a frame says; undefined where it is no good telegram, or is longer than a trace shows. */
  of({ is, hex, bytes: byteLength }: TraceFrame): TraceMeaning | undefined {
    if (is === 'request') return { kind: 'request', meters: this.#meters, values: [] };
    const bytes = is === 'telegram' ? fromHex(hex) : undefined;
    if (bytes === undefined || bytes.length === 0 || bytes.length < byteLength) return undefined;
    this.#meaning = undefined;
    if (bytes[0] === escapeByte) this.#readSml(bytes);
    else this.#readText(bytes);
    return this.#meaning;
  }

  #readSml(bytes: Uint8Array): void {
    const transport = new SmlTransport({
      onFrame: ({ bytes: payload, start, end }) => {
        const telegram = this.#decoder.decode(payload, start, end);
        if (!telegram.ok) return;
        const { values, bytes: source } = telegram.value;
        this.#is(
          'sml',
          values.map(value => obisValue(value.obis, shownSmlValue(value, source), unitOf(value.unit) ?? '')),
        );
      },
      onFault: () => {},
    });
    transport.push(bytes);
    transport.finish();
  }

  #readText(bytes: Uint8Array): void {
    const transport = new TextTransport({
      onTelegram: ({ format, dataSets }) => {
        const values: TraceValue[] = [];
        while (dataSets.next()) {
          values.push(obisValue(dataSets.obis, shownTextValue(dataSets), dataSets.unit));
        }
        this.#is(format, values);
      },
      onFault: () => {},
    });
    transport.push(bytes);
    transport.finish();
  }

  #is(format: 'sml' | 'd0' | 'p1', values: readonly TraceValue[]): void {
    this.#meaning = { kind: 'telegram', meters: this.#meters, values, format };
  }
}

const obisValue = (code: string, value: string, unit: string): TraceValue => ({
  of: 'obis',
  name: code,
  label: obisName(code),
  value,
  unit,
});
