import type { DataSetReader } from '../iec62056/data-sets.ts';
import { textUnit } from '../iec62056/units.ts';
import type { QuantityId } from '../quantities.ts';
import { decimalSteps } from '../sml/decimal.ts';

/** Channels of M-Bus behind a P1 meter: 1 to 4 (DSMR P1 companion standard 5.0.2, 6.12). */
const channels = 4;

/** Device types of M-Bus (EN 13757-3, table of device types) whose readings Joulegate keeps. */
const gas = 3;
const heatOutlet = 4;
const water = 7;
const heatInlet = 12;

interface Channel {
  type: number;
  /** Time of the reading, YYMMDDhhmmss and S or W; later ones are greater. */
  time: string;
  unit: string;
  /** The reading in steps of its quantity: 0.1 l or 1 J; NaN where there is none. */
  steps: number;
}

/** A sub-meter's reading, as a whole number of its quantity's last decimal. */
export interface SubMeterReading {
  readonly quantity: QuantityId;
  readonly steps: number;
}

const volumeDecimals = 4;

/** 6.8, under which heat meters with D0 show their energy; an electricity meter shows varh there. */
const heatAbc = 0x01_00_06;
const heatDef = 0x08_00_ff;

/** A kilowatt-hour is 3.6 MJ. */
const joulesPerTenthWh = 360;

/**
 * What a P1 telegram says of gas, water and heat meters: 0-n:24.1.0 is the type of channel n, 0-n:24.2.1 its reading with
 * its time, 0-n:24.2.3 gas before temperature correction (Belgium), 0-n:24.3.0 the reading in DSMR 2 and 3. A reading
 * without the type of its channel, without a unit or in a unit that does not suit the type is none; of two meters of one
 * kind, as after an exchange, the one that was read last counts. A heat meter that is read itself says `6.8(0328.872*MWh)`
 * or GJ (Landis+Gyr Ultraheat UH50: home-assistant/core tests/components/landisgyr_heat_meter).
 */
export class SubMeters {
  readonly #channels: Channel[] = Array.from({ length: channels }, () => ({
    type: -1,
    time: '',
    unit: '',
    steps: Number.NaN,
  }));

  /** Of the meter itself, where it is one of heat. */
  #heatSteps = Number.NaN;

  reset(): void {
    this.#heatSteps = Number.NaN;
    for (const channel of this.#channels) {
      channel.type = -1;
      channel.steps = Number.NaN;
    }
  }

  /** Takes the data set that the cursor is at, where it is one of a sub-meter. */
  note(dataSet: DataSetReader): void {
    const { abc, def } = dataSet;
    if (abc === heatAbc && def === heatDef && dataSet.isNumber) this.#heatSteps = heatOf(dataSet);
    // 0-n:24.x.y
    if (abc < 0 || abc >> 16 !== 0 || (abc & 0xff) !== 24) return;
    const channel = this.#channels[(abc >> 8) - 1];
    if (channel === undefined || !dataSet.isNumber) return;
    if (def === 0x01_00_ff) {
      channel.type = Number(dataSet.mantissa);
      return;
    }
    const isReading = def === 0x02_01_ff || def === 0x02_03_ff || def === 0x03_00_ff;
    const unit = isReading ? textUnit(dataSet.unit) : undefined;
    if (unit === undefined) return;
    const decimals = unit.unit === 'm³' ? volumeDecimals : 0;
    const isWh = unit.unit === 'Wh';
    const steps = decimalSteps(dataSet.mantissa, dataSet.scaler + unit.shift, isWh ? 1 : decimals);
    channel.unit = isWh ? 'J' : unit.unit;
    channel.steps = steps === undefined ? Number.NaN : isWh ? steps * joulesPerTenthWh : steps;
    channel.time = dataSet.first;
  }

  readings(): SubMeterReading[] {
    const readings: (SubMeterReading & { time: string })[] = [];
    if (!Number.isNaN(this.#heatSteps))
      readings.push({ quantity: 'heatEnergyJ', steps: this.#heatSteps, time: '' });
    for (const { type, time, unit, steps } of this.#channels) {
      const quantity = quantityOf(type, unit);
      if (quantity === undefined || Number.isNaN(steps)) continue;
      const known = readings.findIndex(reading => reading.quantity === quantity);
      if (known < 0) readings.push({ quantity, steps, time });
      else if (time > (readings[known]?.time ?? '')) readings[known] = { quantity, steps, time };
    }
    return readings;
  }
}

/** Heat in J; NaN where the unit is none of energy. */
function heatOf({ unit: given, mantissa, scaler }: DataSetReader): number {
  const unit = textUnit(given);
  if (unit?.unit === 'J') return decimalSteps(mantissa, scaler + unit.shift, 0) ?? Number.NaN;
  if (unit?.unit !== 'Wh') return Number.NaN;
  return (decimalSteps(mantissa, scaler + unit.shift, 1) ?? Number.NaN) * joulesPerTenthWh;
}

function quantityOf(type: number, unit: string): QuantityId | undefined {
  if (type === gas && unit === 'm³') return 'gasVolumeM3';
  if (type === water && unit === 'm³') return 'waterVolumeM3';
  return (type === heatOutlet || type === heatInlet) && unit === 'J' ? 'heatEnergyJ' : undefined;
}
