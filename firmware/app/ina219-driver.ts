import {
  decodeIna219,
  type Ina219Correction,
  type Ina219Reading,
  ina219Register,
  isIna219Ready,
} from '../core/ina219/registers.ts';
import type { Ina219Setup } from '../core/ina219/setup.ts';
import { fail, type Result } from '../core/result.ts';
import type { LineSettings } from '../core/wire/settings.ts';
import type { I2cPort, Ports, TimePort } from '../ports.ts';

export interface Ina219DriverOptions {
  readonly time: TimePort;
  readonly line: LineSettings;
  readonly openI2c: Ports['openI2c'];
  readonly address: number;
  readonly setup: Ina219Setup;
  readonly correction: Ina219Correction;
}

/**
 * Why there is no reading. noPort: the bus cannot be opened. absent: nothing acknowledged the address. notReady: no
 * conversion since the last reading is done yet. forgot: the chip lost its supply, and with it its calibration.
 */
export type Ina219Fault = 'noPort' | 'absent' | 'notReady' | 'forgot' | 'ina219.overflow';

export type Ina219Done = (result: Result<Ina219Reading, Ina219Fault>) => void;

/**
 * One INA219 on its bus. `closed` until its port is open, `unconfigured` until its registers are written,
 * `measuring` then. A chip that lost its supply shows a current of zero, so its calibration is read back with each
 * sample, and one that is not calibrated is not believed.
 */
export class Ina219Driver {
  /** How often the chip was set up; more than once means that it lost its supply or was away. */
  setups = 0;
  /** Words that were read and written so far. */
  words = 0;
  readonly name: string;
  readonly #options: Ina219DriverOptions;
  #port: I2cPort | undefined;
  #state: 'closed' | 'unconfigured' | 'measuring' = 'closed';

  constructor(options: Ina219DriverOptions) {
    this.#options = options;
    this.name = `INA219 at address 0x${options.address.toString(16)} of line ${options.line.id}`;
  }

  /**
   * Takes one sample, or sets the chip up, which ends in `notReady`. `done` is called once, or never where the bus
   * hangs or the driver was closed meanwhile.
   */
  sample(done: Ina219Done): void {
    const { openI2c, line, address } = this.#options;
    if (this.#port === undefined) {
      try {
        this.#port = openI2c(line, address);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        done(fail('noPort', `line ${line.id} cannot be opened: ${why}`));
        return;
      }
      this.#state = 'unconfigured';
    }
    if (this.#state === 'measuring') this.awaitConversion(this.#port, done);
    else this.configure(this.#port, done);
  }

  close(): void {
    this.#port?.close();
    this.#port = undefined;
    this.#state = 'closed';
  }

  private configure(port: I2cPort, done: Ina219Done): void {
    const { setup } = this.#options;
    // Writing the mode begins a conversion and takes CNVR back, so it comes last.
    this.write(port, ina219Register.calibration, setup.calibration, done, () => {
      this.write(port, ina219Register.config, setup.config, done, () => {
        this.#state = 'measuring';
        this.setups++;
        done(fail('notReady', `the ${this.name} makes its first conversion`));
      });
    });
  }

  /** The bus voltage carries CNVR; shunt and bus of the same cycle follow, and reading the power ends with it. */
  private awaitConversion(port: I2cPort, done: Ina219Done): void {
    this.read(port, ina219Register.calibration, done, calibration => {
      if (calibration !== this.#options.setup.calibration) {
        this.#state = 'unconfigured';
        done(fail('forgot', `the ${this.name} forgot its calibration: it lost its supply`));
        return;
      }
      this.read(port, ina219Register.busVoltage, done, busVoltage => {
        if (isIna219Ready(busVoltage)) this.take(port, busVoltage, done);
        else done(fail('notReady', `the ${this.name} has no conversion ready`));
      });
    });
  }

  private take(port: I2cPort, busVoltage: number, done: Ina219Done): void {
    this.read(port, ina219Register.shuntVoltage, done, shuntVoltage => {
      this.read(port, ina219Register.power, done, () => {
        const { setup, correction } = this.#options;
        const reading = decodeIna219(setup, { busVoltage, shuntVoltage }, correction);
        done(reading.ok ? reading : fail(reading.error, `${this.name}: ${reading.detail}`));
      });
    });
  }

  private write(port: I2cPort, register: number, value: number, done: Ina219Done, then: () => void): void {
    port.writeWord(register, value, isWritten => {
      if (port !== this.#port) return;
      this.words++;
      if (isWritten) then();
      else done(this.absent());
    });
  }

  private read(port: I2cPort, register: number, done: Ina219Done, then: (value: number) => void): void {
    port.readWord(register, value => {
      if (port !== this.#port) return;
      this.words++;
      if (value === undefined) done(this.absent());
      else then(value);
    });
  }

  private absent(): Result<Ina219Reading, Ina219Fault> {
    this.#state = 'unconfigured';
    return fail('absent', `no ${this.name} answers`);
  }
}
