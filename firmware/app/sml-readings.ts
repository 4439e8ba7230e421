import { isPlausible, type QuantityId, quantities } from '../core/quantities.ts';
import { decimalSteps } from '../core/sml/decimal.ts';
import { parseObis } from '../core/sml/obis.ts';
import { isFeedIn } from '../core/sml/status.ts';
import type { SmlTelegram } from '../core/sml/telegram.ts';
import { smlUnits } from '../core/sml/units.ts';
import type { SmlValue } from '../core/sml/value.ts';
import type { SmlProfile } from '../profiles/profile.ts';
import type { Sample } from './source.ts';

/**
 * An SML profile as its reader takes it. `signFromStatus`: the meter's power has no sign of its own (EMH ED300L,
 * eHZ-H, Holley DTZ251); whether it is fed in says its status word.
 */
export type SmlReaderProfile = SmlProfile & { readonly signFromStatus?: boolean };

/** What a telegram says, and how many of its values could not be taken. */
export interface SmlReadings {
  readonly samples: Sample[];
  /** Values outside the range that their quantity can have. */
  readonly implausible: number;
  /** Values in another unit than their quantity's, or that are no numbers. */
  readonly unfit: number;
  /** Energy in whole kWh and no power: the meter keeps the rest until its PIN was entered. */
  readonly isPinMissing: boolean;
}

/** Only the current value, F = 255: modern meters send yesterday's energy as 1-0:1.8.0*96 beside 1-0:1.8.0*255. */
const currentValue = 255;

const keyOf = (abc: number, def: number): number => abc * 0x100_0000 + def;

/** Sum of active power without a sign, which older EDL meters send in the place of 16.7.0. */
const absolutePower = keyOf(0x01_00_0f, 0x07_00_ff);

/** Takes from telegrams what a profile wants. */
export class SmlReadingTaker {
  readonly #wanted = new Map<number, QuantityId>();
  readonly #profile: SmlReaderProfile;

  constructor(profile: SmlReaderProfile) {
    this.#profile = profile;
    for (const id of profile.quantities) {
      const { obis } = quantities[id];
      const code = obis === null ? undefined : parseObis(`${obis}*${currentValue}`);
      if (code !== undefined) this.#wanted.set(keyOf(code.abc, code.def), id);
    }
  }

  take(telegram: SmlTelegram): SmlReadings {
    const samples: Sample[] = [];
    const taken = new Set<QuantityId>();
    let implausible = 0;
    let unfit = 0;
    let absolute: SmlValue | undefined;
    let isInWholeKwh = false;
    const add = (id: QuantityId, value: SmlValue): void => {
      if (taken.has(id)) return;
      const number = readingOf(id, value);
      if (number === undefined) unfit++;
      else if (!isPlausible(id, number)) implausible++;
      else {
        samples.push({
          quantity: id,
          value: id === 'powerW' ? this.#signed(number, telegram.status) : number,
        });
        taken.add(id);
      }
    };
    for (const value of telegram.values) {
      const key = keyOf(value.abc, value.def);
      if (key === absolutePower) absolute = value;
      const id = this.#wanted.get(key);
      // An empty value is none: the meter has the quantity and says nothing.
      if (id === undefined || value.kind === 'none') continue;
      if (id === 'energyImportWh' && value.scaler === 3) isInWholeKwh = true;
      add(id, value);
    }
    if (absolute !== undefined && this.#isSignKnown(telegram, taken)) add('powerW', absolute);
    return { samples, implausible, unfit, isPinMissing: isInWholeKwh && !taken.has('powerW') };
  }

  /** A power without sign is taken where its direction is known, or where there is one direction alone. */
  #isSignKnown(telegram: SmlTelegram, taken: ReadonlySet<QuantityId>): boolean {
    if (taken.has('powerW') || !this.#profile.quantities.includes('powerW')) return false;
    if (this.#profile.signFromStatus === true) return telegram.status >= 0;
    return !taken.has('energyExportWh');
  }

  #signed(powerW: number, status: number): number {
    if (this.#profile.signFromStatus !== true || status < 0) return powerW;
    return isFeedIn(status) ? -Math.abs(powerW) : Math.abs(powerW);
  }
}

/** The value at its quantity's last decimal, without a float on the way; undefined where unit or type do not fit. */
function readingOf(id: QuantityId, value: SmlValue): number | undefined {
  const { unit, decimals } = quantities[id];
  if (!value.isNumber || smlUnits[value.unit] !== unit) return undefined;
  const steps = decimalSteps(value.mantissa, value.scaler, decimals);
  return steps === undefined ? Number.POSITIVE_INFINITY : steps / 10 ** decimals;
}
