import { deepFreeze } from '../freeze.ts';
import { type Failure, fail, ok, type Result } from '../result.ts';

/** What the chip is set to for a shunt, and what its numbers mean then. */
export interface Ina219Setup {
  readonly config: number;
  readonly calibration: number;
  /** What a step of the chip's own current register is, by the calibration as it is and not as it was wanted. */
  readonly currentLsbA: number;
  readonly shuntOhm: number;
  /** The shunt register's largest magnitude at the gain chosen: there the converter is at its end. */
  readonly shuntLimit: number;
  /** The bus voltage's largest number of steps in the range chosen. */
  readonly busLimit: number;
  /** From the setup written, or from one result, to the next conversions of shunt and bus finished. */
  readonly cycleMs: number;
}

/**
 * ADC settings (SBOS448G, table 5): resolution or number of conversions averaged, code, and the time of one conversion
 * in µs. Shunt and bus are converted one after the other, so a cycle takes twice that.
 */
const adcTable = {
  '9bit': { code: 0b0000, conversionUs: 84 },
  '10bit': { code: 0b0001, conversionUs: 148 },
  '11bit': { code: 0b0010, conversionUs: 276 },
  '12bit': { code: 0b0011, conversionUs: 532 },
  mean2: { code: 0b1001, conversionUs: 1060 },
  mean4: { code: 0b1010, conversionUs: 2130 },
  mean8: { code: 0b1011, conversionUs: 4260 },
  mean16: { code: 0b1100, conversionUs: 8510 },
  mean32: { code: 0b1101, conversionUs: 17_020 },
  mean64: { code: 0b1110, conversionUs: 34_050 },
  mean128: { code: 0b1111, conversionUs: 68_100 },
} as const satisfies Record<string, { code: number; conversionUs: number }>;

export type Ina219Adc = keyof typeof adcTable;

export const ina219Adcs: readonly Ina219Adc[] = Object.freeze(Object.keys(adcTable)) as readonly Ina219Adc[];

/** Time and code of each ADC setting. */
export const ina219AdcTable: Readonly<
  Record<Ina219Adc, { readonly code: number; readonly conversionUs: number }>
> = deepFreeze(adcTable);

/** Shunt ranges in mV by the PG bits (table 4), and bus ranges in V by the BRNG bit. */
export const ina219ShuntRangesMv: readonly number[] = deepFreeze([40, 80, 160, 320]);
export const ina219BusRangesV: readonly number[] = deepFreeze([16, 32]);

const stepsPerMv = 100;
const stepsPerV = 250;
const calibrationFactor = 0.04096;
const largestCalibration = 0xfffe;
const shuntAndBusContinuous = 7;

export interface Ina219Wish {
  readonly shuntOhm: number;
  readonly maxCurrentA: number;
  readonly sampleMs: number;
  /** 16 or 32; 32 where it is not given. */
  readonly busRangeV?: number | undefined;
  /** 40, 80, 160 or 320; the finest that holds the largest current where it is not given. */
  readonly shuntRangeMv?: number | undefined;
  /** The longest mean that is done within a sample where it is not given. */
  readonly adc?: Ina219Adc | undefined;
}

/** Which of the wishes cannot be. */
export type Ina219Field = 'maxCurrentA' | 'busRangeV' | 'shuntRangeMv' | 'adc';

/**
 * The setup for a shunt of `shuntOhm` that carries at most `maxCurrentA`, sampled each `sampleMs`. Without wishes it is
 * the finest gain that holds the current and the longest mean that is done within a sample, so that ripple between two
 * samples is not lost. The calibration is 0.04096 / (LSB × shunt), cut to a whole even number; the LSB is taken back
 * from it (SBOS448G, 8.5.1). It makes the chip say when more flows than `maxCurrentA`.
 */
export function ina219Setup(wish: Ina219Wish): Result<Ina219Setup, Ina219Field> {
  const { shuntOhm, maxCurrentA, sampleMs, busRangeV = 32 } = wish;
  const wantedMv = shuntOhm * maxCurrentA * 1000;
  // The products of common shunts, 0.1 × 3.2, are not exact in binary.
  const gain = ina219ShuntRangesMv.findIndex(
    rangeMv => wantedMv <= rangeMv + 1e-6 && (wish.shuntRangeMv ?? rangeMv) === rangeMv,
  );
  if (!(wantedMv > 0) || gain < 0) return shuntMistake(wish, wantedMv);
  if (!ina219BusRangesV.includes(busRangeV))
    return fail('busRangeV', `a bus range of ${busRangeV} V is not one of ${ina219BusRangesV.join(', ')} V`);
  const adc = wish.adc ?? longestWithin(sampleMs);
  const { code, conversionUs } = ina219AdcTable[adc];
  const cycleMs = Math.ceil((2 * conversionUs) / 1000);
  if (cycleMs > sampleMs) {
    return fail(
      'adc',
      `${adc} takes ${cycleMs} ms, longer than a sample of ${sampleMs} ms: choose ${longestWithin(sampleMs)} or longer samples`,
    );
  }
  const wanted = calibrationFactor / ((maxCurrentA / 0x8000) * shuntOhm);
  const calibration = Math.min(Math.trunc(wanted), largestCalibration) & 0xfffe;
  const rangeMv = ina219ShuntRangesMv[gain] ?? 0;
  return ok({
    config:
      ((busRangeV === 32 ? 1 : 0) << 13) | (gain << 11) | (code << 7) | (code << 3) | shuntAndBusContinuous,
    calibration,
    currentLsbA: calibrationFactor / (calibration * shuntOhm),
    shuntOhm,
    shuntLimit: rangeMv * stepsPerMv,
    busLimit: busRangeV * stepsPerV,
    cycleMs,
  });
}

function shuntMistake(
  { shuntOhm, maxCurrentA, shuntRangeMv }: Ina219Wish,
  wantedMv: number,
): Failure<'maxCurrentA' | 'shuntRangeMv'> {
  if (shuntRangeMv !== undefined && !ina219ShuntRangesMv.includes(shuntRangeMv)) {
    return fail(
      'shuntRangeMv',
      `a shunt range of ${shuntRangeMv} mV is not one of ${ina219ShuntRangesMv.join(', ')} mV`,
    );
  }
  const given = `${maxCurrentA} A through ${shuntOhm} ohm gives ${wantedMv.toFixed(1)} mV at the shunt`;
  const most = shuntRangeMv === undefined ? 'up to 320 mV' : `up to ${shuntRangeMv} mV in the range chosen`;
  return fail(
    'maxCurrentA',
    `${given}; the INA219 measures ${most}: give a smaller shunt or a smaller largest current`,
  );
}

/** One conversion more than fits would make each second sample an old one. */
function longestWithin(sampleMs: number): Ina219Adc {
  let longest: Ina219Adc = '12bit';
  for (const adc of ina219Adcs) {
    if (2 * ina219AdcTable[adc].conversionUs <= sampleMs * 1000) longest = adc;
  }
  return longest;
}
