import type { QuantityId } from '#core/quantities.ts';
import {
  absent,
  frame,
  list,
  listWithTypeBits,
  message,
  octets,
  type SmlBytes,
  unsigned,
} from './sml-encode.ts';
import {
  extraEntries,
  identityEntries,
  quantityEntry,
  type SmlMoment,
  smlHeadQuantities,
  timeOf,
} from './sml-entries.ts';
import { plainSml, type SmlForm } from './sml-form.ts';

export { smlHeadQuantities } from './sml-entries.ts';

export interface SmlHeadOptions {
  /** Three capital letters of the maker (DIN 43863-5). */
  readonly maker?: string;
  readonly serial?: number;
  /** What the meter shows, at most and in its own order; all that `read` knows where it is not given. */
  readonly quantities?: readonly QuantityId[];
  /** Its PIN was not entered: energy in whole kWh (scaler 3) and nothing else. */
  readonly isReduced?: boolean;
  /** Power without its sign as 1-0:15.7.0, as older EDL meters show it (EMH ED300L). */
  readonly hasAbsolutePower?: boolean;
  /** The status word beside its counters, in the place of the form's. */
  readonly status?: number;
  /** How its telegrams differ from those of a modern meter (`sml-quirks.ts` has them by name). */
  readonly form?: Partial<SmlForm>;
  /** A quantity in its unit, or undefined where this meter has none. */
  readonly read: (quantity: QuantityId) => number | undefined;
}

/** The status words of meters without a fault, and their bit that says that energy flows into the grid. */
const statusWords = Object.freeze({
  modern: Object.freeze({ word: 0x1c_0104, feedIn: 0x800 }),
  edl: Object.freeze({ word: 0x182, feedIn: 0x20 }),
});

const tag = {
  openResponse: 0x0101,
  closeResponse: 0x0201,
  getListResponse: 0x0701,
  attention: 0xff01,
} as const;
const listName = [0x01, 0x00, 0x62, 0x0a, 0xff, 0xff];

/** The optical head of a smart meter with its PIN entered: telegrams as it pushes them, one after the other. */
export class SmlHead {
  readonly #options: SmlHeadOptions;
  readonly #form: SmlForm;
  readonly #maker: string;
  readonly #serverId: SmlBytes;
  #transaction = 0;

  constructor(options: SmlHeadOptions) {
    const { maker = 'JGT', serial = 12_345_678, hasAbsolutePower } = options;
    this.#options = options;
    this.#form = { ...plainSml, ...(hasAbsolutePower === true && { power: 'absolute' }), ...options.form };
    this.#maker = maker;
    const digits = [serial >>> 24, (serial >> 16) & 255, (serial >> 8) & 255, serial & 255];
    const letters = Array.from(maker, letter => letter.charCodeAt(0));
    this.#serverId = octets([0x0a, 0x01, ...letters, 0x00, ...digits]);
  }

  /** The next telegram, with what the meter shows now. `uptimeS` is the meter's own count of seconds. */
  telegram(uptimeS: number): Uint8Array {
    return this.framed(this.payload(uptimeS));
  }

  /** The messages of the next telegram, without a frame around them. */
  payload(uptimeS: number): number[] {
    const payload: number[] = [];
    for (const kind of this.#form.messages) {
      for (const byte of this.#message(kind, uptimeS)) payload.push(byte);
    }
    for (let count = 0; count < this.#form.fillers; count++) payload.push(0);
    return payload;
  }

  /** Messages in the frame that this head puts around them. */
  framed(payload: readonly number[]): Uint8Array {
    return frame(payload, this.#form.crc, this.#form);
  }

  #message(kind: SmlForm['messages'][number], uptimeS: number): SmlBytes {
    const { crc, tagBytes, hasShortCrc } = this.#form;
    const [number, body] = this.#body(kind, uptimeS);
    for (;;) {
      const bytes = message(++this.#transaction, number, body, crc, tagBytes);
      const { length } = bytes;
      if (!hasShortCrc) return bytes;
      // One number of a transaction in 256 has a CRC whose high byte is 0.
      if (bytes[length - 3] === 0) return [...bytes.slice(0, -4), 0x62, bytes[length - 2] as number, 0x00];
    }
  }

  #body(kind: SmlForm['messages'][number], uptimeS: number): readonly [tag: number, body: SmlBytes] {
    const { hasClientId, isSigned } = this.#form;
    const client = hasClientId ? octets([0x4a, 0x47]) : absent;
    const signature = isSigned ? octets([0x51, 0x52, 0x53]) : absent;
    switch (kind) {
      case 'open': {
        const file = octets([0, 0, (uptimeS >> 8) & 255, uptimeS & 255]);
        return [tag.openResponse, list(absent, client, file, this.#serverId, absent, absent)];
      }
      case 'close':
        return [tag.closeResponse, list(signature)];
      case 'other':
        return [tag.attention, list(this.#serverId, octets([129, 129, 199, 199, 254, 6]), absent, absent)];
      case 'list':
        return [tag.getListResponse, this.#list(client, signature, uptimeS)];
    }
  }

  #list(client: SmlBytes, signature: SmlBytes, uptimeS: number): SmlBytes {
    const { time, hasTypeBits, hasListName, isReversed } = this.#form;
    const entries = this.#entries(uptimeS);
    if (isReversed) entries.reverse();
    return list(
      client,
      this.#serverId,
      hasListName ? octets(listName) : absent,
      timeOf(time, uptimeS),
      hasTypeBits ? listWithTypeBits(entries) : list(...entries),
      signature,
      time === 'stamp' ? list(unsigned(2, 1), unsigned(1_790_000_000, 4)) : absent,
    );
  }

  #entries(uptimeS: number): SmlBytes[] {
    const { read, quantities: shown = smlHeadQuantities, isReduced = false } = this.#options;
    const form = this.#form;
    const moment: SmlMoment = { form, uptimeS, isReduced, status: this.#status() };
    const entries = identityEntries(form, this.#maker, this.#serverId);
    for (const extra of form.extras) entries.push(...extraEntries[extra](uptimeS));
    for (const id of shown) {
      const value = read(id);
      const entry = value === undefined ? undefined : quantityEntry(id, value, moment);
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  }

  #status(): number | undefined {
    const { status, read } = this.#options;
    if (status !== undefined || this.#form.status === 'absent') return status;
    const { word, feedIn } = statusWords[this.#form.status];
    return (read('powerW') ?? 0) < 0 ? word | feedIn : word;
  }
}
