import { deepFreeze } from '#core/freeze.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import { parseObis } from '#core/sml/obis.ts';
import {
  absent,
  ascii,
  frame,
  list,
  message,
  octets,
  type SmlBytes,
  signed,
  unsigned,
} from './sml-encode.ts';

/** How a modern meter (FNN "mME") sends a quantity: unit code, power of ten, and the integer's type and width. */
interface Coding {
  readonly unit: number;
  readonly scaler: number;
  readonly code: (digits: number) => SmlBytes;
  readonly hasStatus?: boolean;
}

const energy: Coding = { unit: 30, scaler: -1, code: digits => unsigned(digits, 8), hasStatus: true };
/** Without its PIN a meter shows whole kWh. */
const reducedEnergy: Coding = { ...energy, scaler: 3, code: digits => unsigned(digits, 4) };
const power: Coding = { unit: 27, scaler: -1, code: digits => signed(digits, 4) };
const voltage: Coding = { unit: 35, scaler: -1, code: digits => unsigned(digits, 2) };
const current: Coding = { unit: 33, scaler: -2, code: digits => signed(digits, 4) };
const angle: Coding = { unit: 8, scaler: 0, code: digits => signed(digits, 2) };

/** What the head sends, in a meter's order. */
const codings: Partial<Record<QuantityId, Coding>> = deepFreeze({
  energyImportWh: energy,
  energyExportWh: energy,
  powerW: power,
  powerL1W: power,
  powerL2W: power,
  powerL3W: power,
  voltageL1V: voltage,
  voltageL2V: voltage,
  voltageL3V: voltage,
  currentL1A: current,
  currentL2A: current,
  currentL3A: current,
  phaseAngleL1Degrees: angle,
  phaseAngleL2Degrees: angle,
  phaseAngleL3Degrees: angle,
  frequencyHz: { unit: 44, scaler: -1, code: digits => unsigned(digits, 2) },
});

export const smlHeadQuantities = Object.keys(codings) as QuantityId[];

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
  /** The status word beside its counters, in the place of a modern meter's. */
  readonly status?: number;
  /** A quantity in its unit, or undefined where this meter has none. */
  readonly read: (quantity: QuantityId) => number | undefined;
}

/** Bits of the status word of a modern meter; 0x800 says that energy flows into the grid. */
const statusWord = 0x1c_0104;
const feedIn = 0x800;

const tag = { openResponse: 0x0101, closeResponse: 0x0201, getListResponse: 0x0701 } as const;
const listName = [0x01, 0x00, 0x62, 0x0a, 0xff, 0xff];

/** The optical head of a smart meter with its PIN entered: telegrams as it pushes them, one after the other. */
export class SmlHead {
  readonly #options: SmlHeadOptions;
  readonly #maker: string;
  readonly #serverId: readonly number[];
  #transaction = 0;

  constructor(options: SmlHeadOptions) {
    const { maker = 'JGT', serial = 12_345_678 } = options;
    this.#options = options;
    this.#maker = maker;
    const digits = [serial >>> 24, (serial >> 16) & 255, (serial >> 8) & 255, serial & 255];
    this.#serverId = [0x0a, 0x01, ...Array.from(maker, letter => letter.charCodeAt(0)), 0x00, ...digits];
  }

  /** The next telegram, with what the meter shows now. `uptimeS` is the meter's own count of seconds. */
  telegram(uptimeS: number): Uint8Array {
    const serverId = octets(this.#serverId);
    const file = octets([0, 0, (uptimeS >> 8) & 255, uptimeS & 255]);
    const time = list(unsigned(1, 1), unsigned(uptimeS, 4));
    const open = list(absent, absent, file, serverId, absent, absent);
    const values = list(
      namedEntry(0x32, 1, 1, ascii(this.#maker)),
      namedEntry(0x01, 0, 255, serverId),
      ...this.#entries(),
    );
    const getList = list(absent, serverId, octets(listName), time, values, absent, absent);
    return frame([
      ...message(++this.#transaction, tag.openResponse, open),
      ...message(++this.#transaction, tag.getListResponse, getList),
      ...message(++this.#transaction, tag.closeResponse, list(absent)),
    ]);
  }

  #entries(): SmlBytes[] {
    const { read, quantities: shown = smlHeadQuantities, isReduced, hasAbsolutePower } = this.#options;
    const status = this.#options.status ?? statusWord | ((read('powerW') ?? 0) < 0 ? feedIn : 0);
    const entries: SmlBytes[] = [];
    for (const id of shown) {
      const value = read(id);
      const coding = isReduced === true && codings[id] !== energy ? undefined : codings[id];
      if (coding === undefined || value === undefined) continue;
      if (isReduced === true) entries.push(entry(quantities[id].obis, reducedEnergy, value, status));
      else if (hasAbsolutePower === true && id === 'powerW')
        entries.push(entry('1-0:15.7.0', coding, Math.abs(value), status));
      else entries.push(entry(quantities[id].obis, coding, value, status));
    }
    return entries;
  }
}

function entry(
  obis: string | null,
  { unit, scaler, code, hasStatus }: Coding,
  value: number,
  status: number,
): SmlBytes {
  const digits = Math.round(value * 10 ** -scaler);
  const name = nameOf(obis);
  const statusField = hasStatus === true ? unsigned(status, 4) : absent;
  return list(octets(name), statusField, absent, unsigned(unit, 1), signed(scaler, 1), code(digits), absent);
}

/** An entry of the meter's own data, 1-0:96.D.E*F, without unit. */
const namedEntry = (d: number, e: number, f: number, value: SmlBytes): SmlBytes =>
  list(octets([1, 0, 96, d, e, f]), absent, absent, absent, absent, value, absent);

function nameOf(obis: string | null): number[] {
  const code = obis === null ? undefined : parseObis(obis);
  if (code === undefined) throw new Error(`no OBIS code: ${obis}`);
  return [code.abc, code.def].flatMap(part => [part >> 16, (part >> 8) & 255, part & 255]);
}
