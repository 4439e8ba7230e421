import { type Ina219Adc, ina219AdcTable } from '#core/ina219/setup.ts';
import type { I2cPort } from '#ports';
import { type Ina219ErrorSettings, Ina219Errors, noIna219Errors } from './ina219-errors.ts';

export interface Ina219ChipOptions {
  readonly shuntOhm: number;
  /** What the chip's inputs see now; current is positive from IN+ to IN-. */
  readonly voltageV: () => number;
  readonly currentA: () => number;
  /** How it errs, as every chip does; not at all where it is not given. The seed is of its noise. */
  readonly errors?: Ina219ErrorSettings;
  readonly seed?: number;
  /** The time, for conversions that take theirs; without it one is always just over when somebody asks. */
  readonly nowMs?: () => number;
}

const register = { config: 0, shuntVoltage: 1, busVoltage: 2, power: 3, current: 4, calibration: 5 } as const;
const resetConfig = 0x399f;
/** Operating modes (SBOS448G, table 6): which inputs are converted, and whether over and over. */
const mode = { shunt: 1, bus: 2, continuous: 4 } as const;

/**
 * An INA219 register by register, as its data sheet (SBOS448G) describes it: ranges, resolution, the time of a
 * conversion, CNVR and OVF, and the chip's own integer arithmetic. It can be taken off the bus and lose its supply,
 * after which it has forgotten its calibration and shows a current of zero.
 */
export class Ina219Chip {
  /** Whether it answers on the bus. */
  isPresent = true;
  /** Whether its converter stands still, as with a supply that is too low. */
  isStuck = false;
  /** May be changed while it runs: `noIna219Errors`, `typicalIna219`, `worstIna219A`, or any. */
  errors: Ina219ErrorSettings;
  readonly #errors: Ina219Errors;
  readonly #options: Ina219ChipOptions;
  #config = resetConfig;
  #calibration = 0;
  #shunt = 0;
  #bus = 0;
  #current = 0;
  #power = 0;
  #isReady = false;
  #hasOverflow = false;
  /** When the mode was written, and how many cycles since then were seen. */
  #sinceMs = 0;
  #cycles = 0;

  constructor(options: Ina219ChipOptions) {
    this.#options = options;
    this.errors = options.errors ?? noIna219Errors;
    this.#errors = new Ina219Errors(options.seed ?? 1);
  }

  /** The supply was away: all registers are as after power-on. */
  reset(): void {
    this.#config = resetConfig;
    this.#calibration = 0;
    this.#current = 0;
    this.#power = 0;
    this.#hasOverflow = false;
    this.#begin();
  }

  /** The chip on a bus; answers come at once, undefined and false while it is absent. */
  port(): I2cPort {
    return {
      readWord: (address, done) => done(this.isPresent ? this.#read(address) : undefined),
      writeWord: (address, value, done) => {
        if (this.isPresent) this.#write(address, value);
        done(this.isPresent);
      },
      close: () => {},
    };
  }

  #read(address: number): number {
    this.#convert(address === register.busVoltage || address === register.shuntVoltage);
    switch (address) {
      case register.config:
        return this.#config;
      case register.shuntVoltage:
        return this.#shunt & 0xffff;
      case register.busVoltage:
        return (this.#bus << 3) | (this.#isReady ? 2 : 0) | (this.#hasOverflow ? 1 : 0);
      case register.power:
        this.#isReady = false;
        return this.#power;
      case register.current:
        return this.#current & 0xffff;
      case register.calibration:
        return this.#calibration;
      default:
        return 0;
    }
  }

  #write(address: number, value: number): void {
    if (address === register.config) {
      if ((value & 0x8000) !== 0) this.reset();
      else this.#config = value & 0x7fff;
      this.#begin();
    }
    // FS0 is void and always 0.
    if (address === register.calibration) this.#calibration = value & 0xfffe;
  }

  /** Writing the mode begins a conversion and takes CNVR back. */
  #begin(): void {
    this.#isReady = false;
    this.#cycles = 0;
    this.#sinceMs = this.#options.nowMs?.() ?? 0;
  }

  /** Takes in the newest cycle that is over. */
  #convert(isAsked: boolean): void {
    const { nowMs } = this.#options;
    const inputs = this.#config & (mode.shunt | mode.bus);
    const isContinuous = (this.#config & mode.continuous) !== 0;
    if (this.isStuck || inputs === 0 || (!isContinuous && this.#cycles > 0)) return;
    if (nowMs === undefined) {
      if (isAsked) this.#measure(inputs);
      return;
    }
    const cycles = Math.floor(((nowMs() - this.#sinceMs) * 1000) / this.#cycleUs(inputs));
    if (cycles <= this.#cycles) return;
    this.#cycles = cycles;
    this.#measure(inputs);
  }

  #cycleUs(inputs: number): number {
    const shuntUs = conversionUs((this.#config >> 3) & 15);
    const busUs = conversionUs((this.#config >> 7) & 15);
    return ((inputs & mode.shunt) !== 0 ? shuntUs : 0) + ((inputs & mode.bus) !== 0 ? busUs : 0);
  }

  #measure(inputs: number): void {
    const { shuntOhm, voltageV, currentA } = this.#options;
    const gain = (this.#config >> 11) & 3;
    const shuntLimit = 4000 << gain;
    const busLimit = (this.#config & 0x2000) === 0 ? 4000 : 8000;
    if ((inputs & mode.shunt) !== 0) {
      const code = (this.#config >> 3) & 15;
      const shuntV = this.#errors.shunt(this.errors, currentA() * shuntOhm, gain, samplesOf(code));
      const steps = resolved(shuntV / 0.000_01, code);
      this.#shunt = clamp(steps, -shuntLimit, shuntLimit);
    }
    if ((inputs & mode.bus) !== 0) {
      const code = (this.#config >> 7) & 15;
      const busV = this.#errors.bus(this.errors, voltageV(), samplesOf(code));
      this.#bus = clamp(resolved(busV / 0.004, code), 0, busLimit);
    }
    const current = Math.trunc((this.#shunt * this.#calibration) / 4096);
    const power = Math.trunc((Math.abs(current) * this.#bus) / 5000);
    this.#hasOverflow = Math.abs(current) > 0x7fff || power > 0xffff;
    this.#current = clamp(current, -0x8000, 0x7fff);
    this.#power = Math.min(power, 0xffff);
    this.#isReady = true;
  }
}

const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);

/** How many conversions a code takes the mean of. */
const samplesOf = (code: number): number => (isMean(code) ? 1 << (code & 7) : 1);

/** Bit 3 of an ADC code means averaging; without it the lowest two bits are the resolution, 9 to 12 bits. */
const isMean = (code: number): boolean => (code & 8) !== 0;

/** The number of steps at the resolution of an ADC code: fewer bits leave the lowest ones at zero. */
function resolved(steps: number, code: number): number {
  const coarse = isMean(code) ? 1 : 1 << (3 - (code & 3));
  return Math.round(steps / coarse) * coarse;
}

const meanNames: readonly Ina219Adc[] = Object.freeze([
  '12bit',
  'mean2',
  'mean4',
  'mean8',
  'mean16',
  'mean32',
  'mean64',
  'mean128',
]);
const bitNames: readonly Ina219Adc[] = Object.freeze(['9bit', '10bit', '11bit', '12bit']);

/** The data sheet leaves some codes open: 4 to 7 are those of 0 to 3, and 8 is one conversion of 12 bits. */
function conversionUs(code: number): number {
  const name = isMean(code) ? meanNames[code & 7] : bitNames[code & 3];
  return ina219AdcTable[name ?? '12bit'].conversionUs;
}
