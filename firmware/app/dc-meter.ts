import { EnergyIntegrator, type EnergyReadings } from '../core/aggregate/integrator.ts';
import { type Ina219Reading, ina219Setup } from '../core/ina219/registers.ts';
import { type QuantityId, quantities } from '../core/quantities.ts';
import type { Reason } from '../core/wire/reasons.ts';
import { type LineSettings, type MeterSettings, settingsDefaults } from '../core/wire/settings.ts';
import type { Ports, TimePort } from '../ports.ts';
import type { Ina219Profile } from '../profiles/profile.ts';
import { Ina219Driver } from './ina219-driver.ts';
import type { MeterSink, Sample } from './source.ts';

/** Counters that outlive a restart. `save` may write to flash: it is called once a minute at most, and at the stop. */
export interface EnergyCounters {
  load(): EnergyReadings;
  save(readings: EnergyReadings): void;
}

export interface DcMeterOptions {
  readonly settings: MeterSettings;
  readonly profile: Ina219Profile;
  readonly sink: MeterSink;
  readonly counters: EnergyCounters;
}

interface DcContext {
  readonly time: TimePort;
  readonly line: LineSettings;
  readonly openI2c: Ports['openI2c'];
  readonly log: Ports['log'];
}

const saveEveryMs = 60_000;
/** Over this many samples' time power is taken as a straight line; over more, nobody knows the energy. */
const bridgedSamples = 3;
/** Five words at 100 kHz take 3 ms: a bus that needs longer hangs. */
const defaultTimeoutMs = 100;

/** An INA219 as a meter: samples at its pace, counters integrated from its power, a reason where there is none. */
export class DcMeter {
  readonly sampleMs: number;
  readonly timeoutMs: number;
  readonly counts = { samples: 0, failures: 0, overflows: 0 };
  /** Why the chip cannot be used, until it gives a sample. */
  fault: string | undefined;
  dueMs = 0;
  readonly #options: DcMeterOptions;
  readonly #context: DcContext;
  readonly #driver: Ina219Driver | undefined;
  readonly #integrator: EnergyIntegrator;
  #reason: Reason | undefined;
  #saved: EnergyReadings;
  #savedMs: number;

  constructor(options: DcMeterOptions, context: DcContext) {
    const { settings, profile, counters } = options;
    const { time, line, openI2c, log } = context;
    this.#options = options;
    this.#context = context;
    this.sampleMs = settings.sampleMs ?? settingsDefaults.sampleMs;
    const setup = ina219Setup({
      shuntOhm: settings.shuntOhm ?? profile.defaults.shuntOhm,
      maxCurrentA: settings.maxCurrentA ?? profile.defaults.maxCurrentA,
      sampleMs: this.sampleMs,
    });
    if (setup.ok) {
      const address = settings.address ?? profile.defaults.address;
      this.#driver = new Ina219Driver({ time, line, openI2c, address, setup: setup.value });
    } else {
      this.fault = setup.detail;
      log('error', `meter ${settings.id}: ${setup.detail}`);
    }
    const cycleMs = setup.ok ? setup.value.cycleMs : 0;
    this.timeoutMs = cycleMs + (settings.timeoutMs ?? defaultTimeoutMs);
    this.#saved = counters.load();
    this.#savedMs = time.ticksMs();
    this.#integrator = new EnergyIntegrator(bridgedSamples * this.sampleMs, this.#saved);
  }

  /** How often its chip was set up. */
  get setups(): number {
    return this.#driver?.setups ?? 0;
  }

  /** Takes one sample or tells why there is none, then calls `done`; never, where the bus hangs. */
  sample(done: () => void): void {
    if (this.#driver === undefined) {
      this.#failed('notConfigured', '');
      done();
      return;
    }
    this.#driver.sample(result => {
      if (result.ok) this.#took(result.value);
      else this.#failed(result.error, result.detail);
      done();
    });
  }

  /** The sample did not end in its time: what the bus still says is not heard, and the port is opened anew. */
  giveUp(): void {
    this.#driver?.close();
    this.#failed('timeout', `the I2C bus did not answer within ${this.timeoutMs} ms`);
  }

  stop(): void {
    this.#driver?.close();
    this.#save();
  }

  #took(reading: Ina219Reading): void {
    const ticksMs = this.#context.time.ticksMs();
    this.counts.samples++;
    this.#reason = undefined;
    this.fault = undefined;
    // The chip's power is cut down to 20 steps of its current, 0.1 % at 2 W; the product of its factors is finer.
    this.#integrator.add(ticksMs, reading.voltageV * reading.currentA);
    const { importWh: energyImportWh, exportWh: energyExportWh } = this.#integrator;
    const all: Partial<Record<QuantityId, number>> = { ...reading, energyImportWh, energyExportWh };
    const samples: Sample[] = [];
    for (const quantity of this.#options.profile.quantities) {
      const value = all[quantity];
      if (value !== undefined) samples.push({ quantity, value: rounded(quantity, value) });
    }
    this.#options.sink.samples(ticksMs, samples);
    if (ticksMs - this.#savedMs >= saveEveryMs) this.#save();
  }

  #failed(reason: Reason, detail: string): void {
    const { log, time } = this.#context;
    this.counts.failures++;
    if (reason === 'overflow') {
      this.counts.overflows++;
      // More flowed than could be measured: nothing is counted on either side of it.
      this.#integrator.interrupt();
    }
    // Once a change, not once a sample.
    if (this.#reason !== reason && detail !== '')
      log('warn', `meter ${this.#options.settings.id}: ${detail}`);
    this.#reason = reason;
    if (detail !== '') this.fault = detail;
    this.#options.sink.failed(time.ticksMs(), reason);
  }

  #save(): void {
    const { importWh, exportWh } = this.#integrator;
    this.#savedMs = this.#context.time.ticksMs();
    if (importWh === this.#saved.importWh && exportWh === this.#saved.exportWh) return;
    this.#saved = { importWh, exportWh };
    this.#options.counters.save(this.#saved);
  }
}

/** At the quantity's last decimal: digits behind it come from the factor, not from the chip. */
function rounded(quantity: QuantityId, value: number): number {
  const scale = 10 ** quantities[quantity].decimals;
  return Math.round(value * scale) / scale;
}
