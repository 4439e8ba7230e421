import type { SmlTelegram } from '#core/sml/telegram.ts';
import type { SmlFrame } from '#core/sml/transport.ts';
import type { SmlValue } from '#core/sml/value.ts';
import type { ByteText } from './byte-text.ts';
import { unitOf } from './dlms-units.ts';
import { obisName } from './obis-names.ts';
import { octetsText } from './octets.ts';
import { writeRows } from './rows.ts';
import { smlTime } from './sml-time.ts';

/** Telegrams for people: a block for each, values under each other with their units and what they are. */
export class SmlWords {
  readonly #out: ByteText;
  #count = 0;
  #isReduced = false;
  #hasPower = false;

  constructor(out: ByteText) {
    this.#out = out;
  }

  /** Whole kWh in all telegrams and no power in any: a modern meter without its PIN. */
  get isPinMissing(): boolean {
    return this.#isReduced && !this.#hasPower;
  }

  telegram({ length, crc }: SmlFrame, offset: number, { values, bytes }: SmlTelegram): void {
    this.#note(values);
    const kermit = crc === 'kermit' ? ', with the CRC of old Holley meters' : '';
    this.#out.line(`SML telegram ${++this.#count}, ${length} bytes from byte ${offset} on${kermit}`);
    writeRows(
      this.#out,
      values.map(value => ({
        code: value.obis,
        value: shownSmlValue(value, bytes),
        unit: unitOf(value.unit) ?? '',
        name:
          obisName(value.obis) + (value.isCorrected ? ' (the meter codes its sign falsely; put right)' : ''),
      })),
    );
  }

  #note(values: readonly SmlValue[]): void {
    for (const { abc, def, scaler, unit } of values) {
      if (abc === 0x01_00_01 && def === 0x08_00_ff && unit === 30 && scaler === 3) this.#isReduced = true;
      if (unit === 27) this.#hasPower = true;
    }
  }
}

/** A value of a telegram as people read it. */
export function shownSmlValue(value: SmlValue, bytes: Uint8Array): string {
  if (value.isNumber) return value.text ?? '';
  if (value.kind === 'boolean') return value.mantissa === 1 ? 'yes' : 'no';
  if (value.kind === 'none') return '(empty)';
  if (value.kind === 'octets') {
    const octets = bytes.subarray(value.start, value.end);
    return serverId(octets) ?? octetsText(octets);
  }
  const time = smlTime(bytes, value.start, value.end);
  if (time === undefined) return '(a list)';
  if ('secIndex' in time) return `second ${time.secIndex} of the meter`;
  return new Date(
    ('timestamp' in time ? time.timestamp : (time.timestampLocal[0] ?? 0)) * 1000,
  ).toISOString();
}

/** `0a 01 DZG 00` and four bytes of serial number (DIN 43863-5) is `1 DZG 00 4208 2910`. */
function serverId(octets: Uint8Array): string | undefined {
  const [first = 0, medium = 0] = octets;
  const maker = String.fromCharCode(...octets.subarray(2, 5));
  if (octets.length !== 10 || (first !== 0x09 && first !== 0x0a) || !/^[A-Z]{3}$/.test(maker))
    return undefined;
  const block = (octets[5] as number).toString().padStart(2, '0');
  const serial = String(new DataView(octets.slice(6).buffer).getUint32(0)).padStart(8, '0');
  return `${medium} ${maker} ${block} ${serial.slice(0, -4)} ${serial.slice(-4)}`;
}
