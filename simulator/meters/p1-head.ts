import type { QuantityId } from '#core/quantities.ts';
import { decimal, p1Telegram } from './text-telegram.ts';

/** DSMR 2.2 (no CRC, gas in two lines), 4.2, 5.0; Belgium (e-MUCS), Luxembourg (totals and no tariffs). */
export type P1Version = '2.2' | '4.2' | '5.0' | 'belgium' | 'luxembourg';

export interface P1HeadOptions {
  readonly version?: P1Version;
  /** A quantity in its unit, or undefined where this meter has none. Power below 0 is fed in. */
  readonly read: (quantity: QuantityId) => number | undefined;
  /** What its clock says, YYMMDDhhmmss and S or W; without it always the same. */
  readonly clock?: () => string;
  /** Lines that tell of its quarters of an hour, as Belgian meters have them; without them none. */
  readonly demand?: () => readonly string[];
  /** What the reading of a sub-meter is dated with, YYMMDDhhmmss. */
  readonly readAt?: string;
  /** A gas meter that was exchanged and is still told of, with this reading, on the channel before the new one. */
  readonly oldGasM3?: number;
}

type Row = readonly [quantity: QuantityId, code: string, whole: number, decimals: number, unit: string];

const energies: readonly Row[] = [
  ['energyImportT1Wh', '1.8.1', 6, 3, 'kWh'],
  ['energyImportT2Wh', '1.8.2', 6, 3, 'kWh'],
  ['energyExportT1Wh', '2.8.1', 6, 3, 'kWh'],
  ['energyExportT2Wh', '2.8.2', 6, 3, 'kWh'],
];
const totals: readonly Row[] = [
  ['energyImportWh', '1.8.0', 6, 3, 'kWh'],
  ['energyExportWh', '2.8.0', 6, 3, 'kWh'],
  ['reactiveEnergyImportVarh', '3.8.0', 6, 3, 'kvarh'],
  ['reactiveEnergyExportVarh', '4.8.0', 6, 3, 'kvarh'],
];
const powers: readonly (readonly [quantity: QuantityId, plus: string, minus: string])[] = [
  ['powerW', '1.7.0', '2.7.0'],
  ['powerL1W', '21.7.0', '22.7.0'],
  ['powerL2W', '41.7.0', '42.7.0'],
  ['powerL3W', '61.7.0', '62.7.0'],
];
const others: readonly Row[] = [
  ['voltageL1V', '32.7.0', 3, 1, 'V'],
  ['voltageL2V', '52.7.0', 3, 1, 'V'],
  ['voltageL3V', '72.7.0', 3, 1, 'V'],
  ['currentL1A', '31.7.0', 3, 0, 'A'],
  ['currentL2A', '51.7.0', 3, 0, 'A'],
  ['currentL3A', '71.7.0', 3, 0, 'A'],
];
const subMeters: readonly (readonly [quantity: QuantityId, type: string, decimals: number, unit: string])[] =
  [
    ['gasVolumeM3', '003', 3, 'm3'],
    ['waterVolumeM3', '007', 3, 'm3'],
    ['heatEnergyJ', '004', 3, 'GJ'],
  ];
const identifications: Readonly<Record<P1Version, string>> = Object.freeze({
  '2.2': 'JGT5\\2P1-22',
  '4.2': 'JGT5\\2P1-42',
  '5.0': 'JGT5\\2P1-50',
  belgium: 'JGT5\\2P1-BE',
  luxembourg: 'JGT5\\2P1-LU',
});

/** A smart meter's P1 socket: telegrams as it sends them, one after the other. */
export class P1Head {
  readonly #options: P1HeadOptions;

  constructor(options: P1HeadOptions) {
    this.#options = options;
  }

  /** The next telegram, with what the meter shows now; `uptimeS` is no part of it. */
  telegram(_uptimeS = 0): Uint8Array {
    const { version = '5.0' } = this.#options;
    return p1Telegram(identifications[version], this.#lines(version), version !== '2.2');
  }

  #lines(version: P1Version): string[] {
    const { read, demand, clock = () => '261121091500W' } = this.#options;
    const now = clock();
    const lines: string[] = [];
    const add = (row: Row, scale: number) => {
      const [quantity, code, whole, decimals, unit] = row;
      const value = read(quantity);
      if (value !== undefined) lines.push(`1-0:${code}(${decimal(value / scale, whole, decimals, unit)})`);
    };
    if (version === 'belgium') lines.push('0-0:96.1.4(50217)');
    else if (version !== '2.2') lines.push(`1-3:0.2.8(${version === '5.0' ? '50' : '42'})`);
    lines.push(`0-0:1.0.0(${now})`, '0-0:96.1.1(4A475430303030303030303030303031)');
    for (const row of version === 'luxembourg' ? totals : energies) add(row, 1000);
    lines.push('0-0:96.14.0(0002)');
    if (version === 'belgium') lines.push(...(demand?.() ?? []));
    for (const [quantity, plus, minus] of powers) {
      const value = read(quantity);
      if (value === undefined) continue;
      lines.push(`1-0:${plus}(${decimal(Math.max(0, value) / 1000, 2, 3, 'kW')})`);
      lines.push(`1-0:${minus}(${decimal(Math.max(0, -value) / 1000, 2, 3, 'kW')})`);
    }
    if (version === '5.0')
      lines.push('1-0:99.97.0(1)(0-0:96.7.19)(201208152415W)(0000000240*s)', '0-0:96.13.0()');
    for (const row of others) add(row, 1);
    return [...lines, ...this.#subMeterLines(version, now)];
  }

  /** Other meters are asked every five minutes, as of DSMR 5.0. */
  #subMeterLines(version: P1Version, now: string): string[] {
    const { read, oldGasM3 } = this.#options;
    const minute = Math.floor(Number(now.slice(8, 10)) / 5) * 5;
    const asked = `${now.slice(0, 8)}${String(minute).padStart(2, '0')}00${now.slice(-1)}`;
    const readAt = this.#options.readAt === undefined ? asked : `${this.#options.readAt}W`;
    const lines: string[] = [];
    let channel = 1;
    const add = (type: string, at: string, value: string, unit: string) => {
      lines.push(`0-${channel}:24.1.0(${type})`, `0-${channel}:96.1.0(3132)`);
      if (version === '2.2')
        lines.push(
          `0-${channel}:24.3.0(${at.slice(0, -1)})(00)(60)(1)(0-${channel}:24.2.1)(${unit})`,
          `(${value})`,
        );
      else {
        const code = version === 'belgium' && type === '003' ? '24.2.3' : '24.2.1';
        lines.push(`0-${channel}:${code}(${at})(${value}*${unit})`);
      }
      channel++;
    };
    if (oldGasM3 !== undefined) add('003', '200101000000W', decimal(oldGasM3, 5, 3, ''), 'm3');
    for (const [quantity, type, decimals, unit] of subMeters) {
      const value = read(quantity);
      if (value !== undefined)
        add(type, readAt, decimal(unit === 'GJ' ? value / 1e9 : value, 5, decimals, ''), unit);
    }
    return lines;
  }
}
