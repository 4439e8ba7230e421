import { SubMeters } from '../core/dsmr/sub-meters.ts';
import type { DataSetReader } from '../core/iec62056/data-sets.ts';
import { textUnit } from '../core/iec62056/units.ts';
import { isPlausible, type QuantityId, quantities } from '../core/quantities.ts';
import { decimalSteps } from '../core/sml/decimal.ts';
import { isFeedIn, tellsDirection } from '../core/sml/status.ts';
import type { SmlTaker } from '../core/sml/telegram.ts';
import { smlUnits } from '../core/sml/units.ts';
import type { SmlValue } from '../core/sml/value.ts';
import type { HeadProfile } from '../profiles/profile.ts';
import {
  absolutePower,
  codeOwners,
  currentKey,
  energyExport,
  type HeadCode,
  headCodes,
  placeOf,
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

/** In the place of a rank: the code did not come. */
const untaken = 255;

/**
 * Takes from telegrams what a profile wants, whatever they are coded in: each code once, exact to the last digit. What
 * a meter shows in parts is put together: power of its two directions (DSMR: 1.7.0 less 2.7.0), a counter of its
 * tariffs where it shows no sum.
 */
export class HeadReadingTaker implements SmlTaker {
  readonly #profile: HeadProfile;
  // By places of codes: a value as a whole number of its quantity's last decimal, NaN where it is none, Infinity where
  // it is too large; how plain its form was; whether the profile wants it.
  readonly #steps = new Float64Array(codeOwners.length);
  readonly #ranks = new Uint8Array(codeOwners.length);
  readonly #isWanted = new Uint8Array(codeOwners.length);
  #subMeters: SubMeters | undefined;
  #unfit = 0;
  #isInWholeKwh = false;

  constructor(profile: HeadProfile) {
    this.#profile = profile;
    for (const id of profile.quantities) {
      const { direct = -1, derivation } = headCodes[id] ?? {};
      for (const place of [direct, ...(derivation?.plus ?? []), derivation?.minus ?? -1]) {
        if (place >= 0) this.#isWanted[place] = 1;
      }
    }
    if (profile.quantities.includes('powerW')) this.#isWanted[absolutePower] = 1;
  }

  /** An SML telegram begins; its values come next, and then it is asked for what they came to. */
  beginSml(): void {
    this.begin();
    this.#isInWholeKwh = false;
  }

  onValue(value: SmlValue): void {
    const code = currentKey(value.abc, value.def, false);
    // An empty value is none: the meter has the quantity and says nothing.
    if (code === undefined || value.kind === 'none') return;
    const place = placeOf(code.key);
    if (this.#isWanted[place] !== 1) return;
    const id = codeOwners[place] as QuantityId;
    if (id === 'energyImportWh' && value.scaler === 3) this.#isInWholeKwh = true;
    const isFit = value.isNumber && smlUnits[value.unit] === quantities[id].unit;
    this.take(place, code.rank, isFit ? value.mantissa : undefined, value.scaler);
  }

  /** Of the SML telegram that was read just now, which has this status word. */
  ofSml(status: number): HeadReadings {
    const readings = this.readings(status);
    const hasPower = readings.samples.some(({ quantity }) => quantity === 'powerW');
    return { ...readings, isPinMissing: this.#isInWholeKwh && !hasPower };
  }

  /** Of a text telegram, from the data set on that the cursor stands before. */
  ofText(dataSets: DataSetReader): HeadReadings {
    this.begin();
    this.#subMeters ??= new SubMeters();
    while (dataSets.next()) {
      this.#subMeters.note(dataSets);
      const code = currentKey(dataSets.abc, dataSets.def, true);
      const place = code === undefined ? -1 : placeOf(code.key);
      if (code === undefined || this.#isWanted[place] !== 1 || dataSets.text === '') continue;
      const { unit } = quantities[codeOwners[place] as QuantityId];
      const given = dataSets.unit;
      // EMH's eHZ and others leave out the unit of what their display shows in kWh.
      const isBare = given === '' && unit === 'Wh' && dataSets.scaler < 0;
      const found = textUnit(isBare ? 'kWh' : given);
      const isFit = dataSets.isNumber && found?.unit === unit;
      this.take(
        place,
        code.rank,
        isFit ? dataSets.mantissa : undefined,
        dataSets.scaler + (found?.shift ?? 0),
      );
    }
    return this.readings(-1);
  }

  private begin(): void {
    this.#ranks.fill(untaken);
    this.#subMeters?.reset();
    this.#unfit = 0;
  }

  /** Of the same code the one in the plainest form counts, and of equals the first. */
  private take(place: number, rank: number, mantissa: number | bigint | undefined, scaler: number): void {
    const isTaken = (this.#ranks[place] as number) <= rank;
    if (isTaken && !Number.isNaN(this.#steps[place])) return;
    if (mantissa === undefined) this.#unfit++;
    const { decimals } = quantities[codeOwners[place] as QuantityId];
    this.#ranks[place] = rank;
    this.#steps[place] =
      mantissa === undefined
        ? Number.NaN
        : (decimalSteps(mantissa, scaler, decimals) ?? Number.POSITIVE_INFINITY);
  }

  /** What came under a code; undefined where it did not come. */
  private stepsAt(place: number): number | undefined {
    return (this.#ranks[place] ?? untaken) === untaken ? undefined : this.#steps[place];
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
    for (const id of this.#profile.quantities) {
      const steps = this.stepsOf(headCodes[id] ?? { direct: -1 });
      add(id, id === 'powerW' ? this.signedPower(steps, status) : steps);
    }
    for (const { quantity, steps } of this.#subMeters?.readings() ?? []) {
      if (this.#profile.quantities.includes(quantity)) add(quantity, steps);
    }
    return { samples, implausible, unfit: this.#unfit, isPinMissing: false };
  }

  private stepsOf({ direct, derivation }: HeadCode): number | undefined {
    const own = this.stepsAt(direct);
    if (own !== undefined && (derivation === undefined || direct !== derivation.plus[0])) return own;
    if (derivation === undefined) return undefined;
    let sum: number | undefined;
    for (const [index, part] of derivation.plus.entries()) {
      const steps = this.stepsAt(part);
      if (steps === undefined && index < derivation.needed) return undefined;
      sum = (sum ?? 0) + (steps ?? 0);
    }
    const minus = derivation.minus === undefined ? 0 : (this.stepsAt(derivation.minus) ?? 0);
    return sum === undefined ? undefined : sum - minus;
  }

  /**
   * A power without sign is taken where its direction is known, or where there is one direction alone: 15.7.0 of EDL
   * meters by the status word that stands beside their counters, 16.7.0 where the profile says that it has no sign.
   */
  private signedPower(power: number | undefined, status: number): number | undefined {
    const absolute = this.stepsAt(absolutePower);
    const isUnsigned = this.#profile.signFromStatus === true;
    if (power !== undefined && !isUnsigned) return power;
    const magnitude = power ?? absolute;
    if (magnitude === undefined) return undefined;
    if (tellsDirection(status)) return isFeedIn(status) ? -Math.abs(magnitude) : Math.abs(magnitude);
    return this.stepsAt(energyExport) === undefined ? magnitude : undefined;
  }
}
