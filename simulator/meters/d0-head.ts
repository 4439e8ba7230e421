import { withParity } from '#core/iec62056/line-coding.ts';
import type { QuantityId } from '#core/quantities.ts';
import { asciiBytes, block, decimal } from './text-telegram.ts';

/** What D0 meters are known to do differently, each by itself. */
export interface D0Quirks {
  /** 7E1 read as 8N1: the parity bits stay in. */
  readonly hasParityBits: boolean;
  /** STX, ETX and block check, as in answers of mode C; without them as pushed in mode D. */
  readonly hasBlockCheck: boolean;
  /** `1.8.0` in the place of `1-0:1.8.0*255`. */
  readonly hasShortCodes: boolean;
  /** Readings at the ends of earlier months, `1.8.0*01`, beside the current ones, and before them. */
  readonly hasHistory: boolean;
  /** No line break before the exclamation mark (Iskra ME162). */
  readonly endsWithoutBreak: boolean;
  /** `1-0:1.7.255*255`, and power as 1.7 and 21.7 in the place of 16.7 and 36.7 (EasyMeter Q3D). */
  readonly hasOpenTariff: boolean;
  /** Energy without `*kWh` (EMH eHZ). */
  readonly hasNoEnergyUnit: boolean;
  /** Yesterday's lines in the maker's own codes, which are no OBIS codes. */
  readonly hasOwnCodes: boolean;
}

export const plainD0: D0Quirks = Object.freeze({
  hasParityBits: false,
  hasBlockCheck: false,
  hasShortCodes: false,
  hasHistory: false,
  endsWithoutBreak: false,
  hasOpenTariff: false,
  hasNoEnergyUnit: false,
  hasOwnCodes: false,
});

/** Each by a name for people. */
export const d0QuirkNames: Readonly<Record<string, keyof D0Quirks>> = Object.freeze({
  '7e1': 'hasParityBits',
  'block-check': 'hasBlockCheck',
  'short-codes': 'hasShortCodes',
  history: 'hasHistory',
  'no-last-break': 'endsWithoutBreak',
  'open-tariff': 'hasOpenTariff',
  'no-energy-unit': 'hasNoEnergyUnit',
  'own-codes': 'hasOwnCodes',
});

export interface D0HeadOptions {
  readonly identification?: string;
  readonly serial?: string;
  readonly quirks?: Partial<D0Quirks>;
  /** A quantity in its unit, or undefined where this meter has none. */
  readonly read: (quantity: QuantityId) => number | undefined;
}

type Row = readonly [
  quantity: QuantityId,
  code: string,
  openCode: string,
  whole: number,
  decimals: number,
  unit: string,
];

const rows: readonly Row[] = [
  ['energyImportWh', '1.8.0', '1.8.0', 8, 4, 'kWh'],
  ['energyExportWh', '2.8.0', '2.8.0', 8, 4, 'kWh'],
  ['powerW', '16.7.0', '1.7.255', 6, 2, 'W'],
  ['powerL1W', '36.7.0', '21.7.255', 6, 2, 'W'],
  ['powerL2W', '56.7.0', '41.7.255', 6, 2, 'W'],
  ['powerL3W', '76.7.0', '61.7.255', 6, 2, 'W'],
  ['voltageL1V', '32.7.0', '32.7.0', 3, 1, 'V'],
  ['voltageL2V', '52.7.0', '52.7.0', 3, 1, 'V'],
  ['voltageL3V', '72.7.0', '72.7.0', 3, 1, 'V'],
  ['currentL1A', '31.7.0', '31.7.0', 3, 2, 'A'],
  ['currentL2A', '51.7.0', '51.7.0', 3, 2, 'A'],
  ['currentL3A', '71.7.0', '71.7.0', 3, 2, 'A'],
  ['frequencyHz', '14.7.0', '14.7.0', 2, 1, 'Hz'],
];

/** A meter with D0 telegrams (IEC 62056-21), one after the other as it shows its values. */
export class D0Head {
  quirks: D0Quirks;
  readonly identification: string;
  readonly #options: D0HeadOptions;

  constructor(options: D0HeadOptions) {
    this.#options = options;
    this.identification = options.identification ?? 'JGT5Q3DB1024';
    this.quirks = { ...plainD0, ...options.quirks };
  }

  /** The next telegram, with what the meter shows now; `uptimeS` is no part of it. */
  telegram(_uptimeS = 0): Uint8Array {
    return this.#coded([...asciiBytes(`/${this.identification}\r\n`), ...this.#data()]);
  }

  /** The identification line alone, and what follows it once it was acknowledged (mode C). */
  identificationLine(): Uint8Array {
    return this.#coded(asciiBytes(`/${this.identification}\r\n`));
  }

  data(): Uint8Array {
    return this.#coded(this.#data());
  }

  #data(): Uint8Array {
    const { hasBlockCheck, endsWithoutBreak } = this.quirks;
    const lines = this.#lines().join('\r\n') + (endsWithoutBreak ? '' : '\r\n');
    return hasBlockCheck ? block(`${lines}!\r\n`) : asciiBytes(`\r\n${lines}!\r\n`);
  }

  #lines(): string[] {
    const { hasShortCodes, hasHistory, hasOpenTariff, hasNoEnergyUnit, hasOwnCodes } = this.quirks;
    const { serial = '12345678', read } = this.#options;
    const full = (code: string, f = '255') => (hasShortCodes ? code : `1-0:${code}*${f}`);
    const lines = [`${full('0.0.0')}(${serial})`];
    if (hasShortCodes) lines.push('F.F(00000000)', `C.1.0(${serial})`);
    if (hasOwnCodes) lines.push('P.01(1200101000000)(00)(15)', 'FF(12)', '0-0:96.1.255*255(X)');
    for (const [quantity, code, openCode, whole, decimals, unit] of rows) {
      const value = read(quantity);
      if (value === undefined) continue;
      const isEnergy = unit === 'kWh';
      const shownUnit = isEnergy && hasNoEnergyUnit ? '' : unit;
      const shown = isEnergy ? value / 1000 : value;
      if (isEnergy && hasHistory) {
        for (const month of ['01', '02'])
          lines.push(
            `${code}${hasShortCodes ? '*' : '&'}${month}(${decimal(shown / 2, whole, decimals, unit)})`,
          );
      }
      lines.push(`${full(hasOpenTariff ? openCode : code)}(${decimal(shown, whole, decimals, shownUnit)})`);
    }
    return lines;
  }

  #coded(bytes: ArrayLike<number>): Uint8Array {
    const coded = Uint8Array.from(bytes);
    return this.quirks.hasParityBits ? withParity(coded) : coded;
  }
}
