import {
  decodeIna219,
  type Ina219Reading,
  type Ina219Setup,
  ina219Register,
} from '../core/ina219/registers.ts';
import { fail, ok, type Result } from '../core/result.ts';
import type { Reason } from '../core/wire/reasons.ts';
import type { LineSettings } from '../core/wire/settings.ts';
import type { I2cPort, Ports, TimePort } from '../ports.ts';

export interface Ina219DriverOptions {
  readonly time: TimePort;
  readonly line: LineSettings;
  readonly openI2c: Ports['openI2c'];
  readonly address: number;
  readonly setup: Ina219Setup;
}

export type Ina219Done = (result: Result<Ina219Reading, Reason>) => void;

const words = Object.freeze(['busVoltage', 'shuntVoltage', 'current', 'power', 'calibration'] as const);
type Words = Record<(typeof words)[number], number>;

/**
 * One INA219 on its bus. `closed` until its port is open, `unconfigured` until its registers are written,
 * `measuring` then. A chip that lost its supply shows a current of zero, so its calibration is read back with each
 * sample, and one that is not calibrated is not believed.
 */
export class Ina219Driver {
  /** How often the chip was set up; more than once means that it lost its supply or was away. */
  setups = 0;
  readonly #options: Ina219DriverOptions;
  readonly #name: string;
  #port: I2cPort | undefined;
  #state: 'closed' | 'unconfigured' | 'measuring' = 'closed';

  constructor(options: Ina219DriverOptions) {
    this.#options = options;
    this.#name = `INA219 at address 0x${options.address.toString(16)} of line ${options.line.id}`;
  }

  /** Takes one sample. `done` is called once, or never where the bus hangs or the driver was closed meanwhile. */
  sample(done: Ina219Done): void {
    const { openI2c, line, address } = this.#options;
    if (this.#port === undefined) {
      try {
        this.#port = openI2c(line, address);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        done(fail('notConfigured', `line ${line.id} cannot be opened: ${why}`));
        return;
      }
      this.#state = 'unconfigured';
    }
    if (this.#state === 'measuring') this.#read(this.#port, done);
    else this.#configure(this.#port, done);
  }

  close(): void {
    this.#port?.close();
    this.#port = undefined;
    this.#state = 'closed';
  }

  #configure(port: I2cPort, done: Ina219Done): void {
    const { setup, time } = this.#options;
    this.#write(port, ina219Register.config, setup.config, done, () => {
      this.#write(port, ina219Register.calibration, setup.calibration, done, () => {
        this.#state = 'measuring';
        this.setups++;
        time.after(setup.cycleMs, () => {
          if (port === this.#port) this.#read(port, done);
        });
      });
    });
  }

  #write(port: I2cPort, register: number, value: number, done: Ina219Done, then: () => void): void {
    port.writeWord(register, value, isWritten => {
      if (port !== this.#port) return;
      if (isWritten) then();
      else done(this.#absent());
    });
  }

  #read(port: I2cPort, done: Ina219Done): void {
    const read: Words = { busVoltage: 0, shuntVoltage: 0, current: 0, power: 0, calibration: 0 };
    const next = (index: number): void => {
      const word = words[index];
      if (word === undefined) {
        done(this.#judge(read));
        return;
      }
      port.readWord(ina219Register[word], value => {
        if (port !== this.#port) return;
        if (value === undefined) {
          done(this.#absent());
          return;
        }
        read[word] = value;
        next(index + 1);
      });
    };
    next(0);
  }

  #absent(): Result<Ina219Reading, Reason> {
    this.#state = 'unconfigured';
    return fail('timeout', `no ${this.#name} answers`);
  }

  #judge(read: Words): Result<Ina219Reading, Reason> {
    if (read.calibration !== this.#options.setup.calibration) {
      this.#state = 'unconfigured';
      return fail('notConfigured', `the ${this.#name} forgot its calibration: it lost its supply`);
    }
    const reading = decodeIna219(this.#options.setup, read);
    if (reading.ok) return ok(reading.value);
    return fail(
      reading.error === 'ina219.overflow' ? 'overflow' : 'timeout',
      `${this.#name}: ${reading.detail}`,
    );
  }
}
