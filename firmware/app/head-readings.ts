import { SubMeters } from '../core/dsmr/sub-meters.ts';
import type { DataSetReader } from '../core/iec62056/data-sets.ts';
import { textUnit } from '../core/iec62056/units.ts';
import { isPlausible, type QuantityId, quantities } from '../core/quantities.ts';
import { decimalSteps } from '../core/sml/decimal.ts';
import { isFeedIn, tellsDirection } from '../core/sml/status.ts';
import type { SmlTelegram } from '../core/sml/telegram.ts';
import { smlUnits } from '../core/sml/units.ts';
import type { HeadProfile } from '../profiles/profile.ts';
import {
  absolutePower,
  currentKey,
  type Derivation,
  derivationOf,
  directKey,
  energyExport,
} from './head-codes.ts';
import type { Sample } from './source.ts';

/** What a telegram says, and how many of its values could not be taken. */
export interface HeadReadings {
  readonly samples: Sample[];
  /** Values outside the range that their quantity can have. */
  readonly implausible: number;
  /** Values in another unit than their quantity's, or that are no numbers. */
  readonly unfit: number;
  /** Energy in whole kWh and no power: the meter keeps the rest until its PIN was entered. */
  readonly isPinMissing: boolean;
}

interface Wanted {
  readonly id: QuantityId;
  /** The code that the quantity has in the vocabulary, and what it is made of where that does not come. */
  readonly key: number | undefined;
  readonly derivation: Derivation | undefined;
}

/** A value as a whole number of its quantity's last decimal; NaN where it is none, Infinity where it is too large. */
interface Taken {
  rank: number;
  steps: number;
}

/**
 * Takes from telegrams what a profile wants, whatever they are coded in: each code once, exact to the last digit. What
 * a meter shows in parts is put together: power of its two directions (DSMR: 1.7.0 less 2.7.0), a counter of its
 * tariffs where it shows no sum.
 */
export class HeadReadingTaker {
  readonly #profile: HeadProfile;
  readonly #plan: readonly Wanted[];
  /** Codes that matter, and the quantity whose unit and decimals they have. */
  readonly #wanted = new Map<number, QuantityId>();
  readonly #taken = new Map<number, Taken>();
  readonly #subMeters = new SubMeters();
  #unfit = 0;

  constructor(profile: HeadProfile) {
    this.#profile = profile;
    this.#plan = profile.quantities.map(id => ({ id, key: directKey(id), derivation: derivationOf(id) }));
    for (const { id, key, derivation } of this.#plan) {
      if (key !== undefined) this.#wanted.set(key, id);
      for (const part of derivation?.plus ?? []) this.#wanted.set(part, id);
      if (derivation?.minus !== undefined) this.#wanted.set(derivation.minus, id);
    }
    if (profile.quantities.includes('powerW')) this.#wanted.set(absolutePower, 'powerW');
  }

  /** Of an SML telegram that was decoded just now. */
  ofSml({ values, status }: SmlTelegram): HeadReadings {
    this.begin();
    let isInWholeKwh = false;
    for (const value of values) {
      const code = currentKey(value.abc, value.def, false);
      // An empty value is none: the meter has the quantity and says nothing.
      if (code === undefined || value.kind === 'none') continue;
      const id = this.#wanted.get(code.key);
      if (id === undefined) continue;
      if (id === 'energyImportWh' && value.scaler === 3) isInWholeKwh = true;
      const isFit = value.isNumber && smlUnits[value.unit] === quantities[id].unit;
      this.take(code, id, isFit ? value.mantissa : undefined, value.scaler);
    }
    const readings = this.readings(status);
    const hasPower = readings.samples.some(({ quantity }) => quantity === 'powerW');
    return { ...readings, isPinMissing: isInWholeKwh && !hasPower };
  }

  /** Of a text telegram, from the data set on that the cursor stands before. */
  ofText(dataSets: DataSetReader): HeadReadings {
    this.begin();
    while (dataSets.next()) {
      this.#subMeters.note(dataSets);
      const code = currentKey(dataSets.abc, dataSets.def, true);
      const id = code === undefined ? undefined : this.#wanted.get(code.key);
      if (code === undefined || id === undefined || dataSets.text === '') continue;
      const { unit } = quantities[id];
      const given = dataSets.unit;
      // EMH's eHZ and others leave out the unit of what their display shows in kWh.
      const isBare = given === '' && unit === 'Wh' && dataSets.scaler < 0;
      const found = textUnit(isBare ? 'kWh' : given);
      const isFit = dataSets.isNumber && found?.unit === unit;
      this.take(code, id, isFit ? dataSets.mantissa : undefined, dataSets.scaler + (found?.shift ?? 0));
    }
    return this.readings(-1);
  }

  private begin(): void {
    this.#taken.clear();
    this.#subMeters.reset();
    this.#unfit = 0;
  }

  /** Of the same code the one in the plainest form counts, and of equals the first. */
  private take(
    { key, rank }: { readonly key: number; readonly rank: number },
    id: QuantityId,
    mantissa: number | bigint | undefined,
    scaler: number,
  ): void {
    const before = this.#taken.get(key);
    if (before !== undefined && before.rank <= rank && !Number.isNaN(before.steps)) return;
    if (mantissa === undefined) this.#unfit++;
    const steps =
      mantissa === undefined
        ? Number.NaN
        : (decimalSteps(mantissa, scaler, quantities[id].decimals) ?? Number.POSITIVE_INFINITY);
    this.#taken.set(key, { rank, steps });
  }

  private readings(status: number): HeadReadings {
    const samples: Sample[] = [];
    let implausible = 0;
    const add = (quantity: QuantityId, steps: number | undefined): void => {
      if (steps === undefined || Number.isNaN(steps)) return;
      const value = steps / 10 ** quantities[quantity].decimals;
      if (isPlausible(quantity, value)) samples.push({ quantity, value });
      else implausible++;
    };
    for (const wanted of this.#plan) {
      const steps = this.stepsOf(wanted);
      add(wanted.id, wanted.id === 'powerW' ? this.signedPower(steps, status) : steps);
    }
    for (const { quantity, steps } of this.#subMeters.readings()) {
      if (this.#profile.quantities.includes(quantity)) add(quantity, steps);
    }
    return { samples, implausible, unfit: this.#unfit, isPinMissing: false };
  }

  private stepsOf({ key, derivation }: Wanted): number | undefined {
    const direct = key === undefined ? undefined : this.#taken.get(key)?.steps;
    if (direct !== undefined && (derivation === undefined || key !== derivation.plus[0])) return direct;
    if (derivation === undefined) return undefined;
    let sum: number | undefined;
    for (const [index, part] of derivation.plus.entries()) {
      const steps = this.#taken.get(part)?.steps;
      if (steps === undefined && index < derivation.needed) return undefined;
      sum = (sum ?? 0) + (steps ?? 0);
    }
    const minus = derivation.minus === undefined ? 0 : (this.#taken.get(derivation.minus)?.steps ?? 0);
    return sum === undefined ? undefined : sum - minus;
  }

  /**
   * A power without sign is taken where its direction is known, or where there is one direction alone: 15.7.0 of EDL
   * meters by the status word that stands beside their counters, 16.7.0 where the profile says that it has no sign.
   */
  private signedPower(power: number | undefined, status: number): number | undefined {
    const absolute = this.#taken.get(absolutePower)?.steps;
    const isUnsigned = this.#profile.signFromStatus === true;
    if (power !== undefined && !isUnsigned) return power;
    const magnitude = power ?? absolute;
    if (magnitude === undefined) return undefined;
    if (tellsDirection(status)) return isFeedIn(status) ? -Math.abs(magnitude) : Math.abs(magnitude);
    return this.#taken.has(energyExport) ? undefined : magnitude;
  }
}
