import type { I2cPort } from '#ports';

export interface Ina219ChipOptions {
  readonly shuntOhm: number;
  /** What the chip's inputs see now; current is positive from IN+ to IN-. */
  readonly voltageV: () => number;
  readonly currentA: () => number;
}

const register = { config: 0, shuntVoltage: 1, busVoltage: 2, power: 3, current: 4, calibration: 5 } as const;
const resetConfig = 0x399f;

/**
 * An INA219 register by register, as its data sheet (SBOS448G) describes it: a conversion is made at each reading
 * of the shunt or bus register, current and power follow by the chip's own integer arithmetic. It can be taken off
 * the bus and lose its supply, after which it has forgotten its calibration and shows a current of zero.
 */
export class Ina219Chip {
  /** Whether it answers on the bus. */
  isPresent = true;
  readonly #options: Ina219ChipOptions;
  #config = resetConfig;
  #calibration = 0;
  #shunt = 0;
  #bus = 0;
  #current = 0;
  #power = 0;
  #isReady = false;
  #hasOverflow = false;

  constructor(options: Ina219ChipOptions) {
    this.#options = options;
  }

  /** The supply was away: all registers are as after power-on. */
  reset(): void {
    this.#config = resetConfig;
    this.#calibration = 0;
    this.#isReady = false;
    this.#current = 0;
    this.#power = 0;
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
    if (address === register.config) return this.#config;
    if (address === register.calibration) return this.#calibration;
    // In continuous mode a conversion is always just over when somebody asks; current and power belong to it.
    if (address === register.busVoltage || address === register.shuntVoltage) this.#convert();
    if (address === register.shuntVoltage) return this.#shunt & 0xffff;
    if (address === register.busVoltage)
      return (this.#bus << 3) | (this.#isReady ? 2 : 0) | (this.#hasOverflow ? 1 : 0);
    if (address === register.current) return this.#current & 0xffff;
    if (address === register.power) {
      this.#isReady = false;
      return this.#power;
    }
    return 0;
  }

  #write(address: number, value: number): void {
    if (address === register.config) {
      if ((value & 0x8000) !== 0) this.reset();
      else this.#config = value & 0x7fff;
      this.#isReady = false;
    }
    // FS0 is void and always 0.
    if (address === register.calibration) this.#calibration = value & 0xfffe;
  }

  #convert(): void {
    const { shuntOhm, voltageV, currentA } = this.#options;
    const mode = this.#config & 7;
    if (mode === 0 || mode === 4) return;
    const shuntLimit = 4000 << ((this.#config >> 11) & 3);
    const busLimit = (this.#config & 0x2000) === 0 ? 4000 : 8000;
    this.#shunt = clamp(Math.round((currentA() * shuntOhm) / 0.000_01), -shuntLimit, shuntLimit);
    this.#bus = clamp(Math.round(voltageV() / 0.004), 0, busLimit);
    const current = Math.trunc((this.#shunt * this.#calibration) / 4096);
    const power = Math.trunc((Math.abs(current) * this.#bus) / 5000);
    this.#hasOverflow = Math.abs(current) > 0x7fff || power > 0xffff;
    this.#current = clamp(current, -0x8000, 0x7fff);
    this.#power = Math.min(power, 0xffff);
    this.#isReady = true;
  }
}

const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);
