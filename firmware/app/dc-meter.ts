import { SignedIntegral } from '../core/aggregate/integrator.ts';
import { type Ina219Reading, noCorrection } from '../core/ina219/registers.ts';
import { ina219Setup } from '../core/ina219/setup.ts';
import { type QuantityId, quantities } from '../core/quantities.ts';
import type { Reason } from '../core/wire/reasons.ts';
import { type LineSettings, type MeterSettings, settingsDefaults } from '../core/wire/settings.ts';
import type { Ports, TimePort } from '../ports.ts';
import type { Ina219Profile } from '../profiles/profile.ts';
import type { CounterStore, DcCounters } from './energy-store.ts';
import { Ina219Driver, type Ina219Fault } from './ina219-driver.ts';
import type { MeterSink, Sample } from './source.ts';

export interface DcMeterOptions {
  readonly settings: MeterSettings;
  readonly profile: Ina219Profile;
  readonly sink: MeterSink;
  readonly counters: CounterStore;
}

export interface DcContext {
  readonly time: TimePort;
  readonly line: LineSettings;
  readonly openI2c: Ports['openI2c'];
  readonly log: Ports['log'];
  /** Least time between two writes of a meter's counters. */
  readonly saveEveryMs: number;
  /** Whether any other sensor of the line answered when it was asked last; undefined where there is none. */
  readonly doOthersAnswer: (meter: DcMeter) => boolean | undefined;
}

/** Over this many samples' time power is taken as a straight line; over more, nobody knows the energy. */
const bridgedSamples = 3;
/** Four words at 100 kHz take 2 ms: a bus that needs longer hangs. */
const defaultTimeoutMs = 100;
/** A conversion that takes so many times as long as it should is none. */
const longestCycles = 3;

/** An INA219 as a meter: samples at its pace, counters integrated from them, a reason where there is none. */
export class DcMeter {
  readonly sampleMs: number;
  readonly timeoutMs: number;
  readonly counts = { samples: 0, failures: 0, overflows: 0, waits: 0 };
  /** Why the chip cannot be used, until it gives a sample. */
  fault: string | undefined;
  /** Whether the chip answered when it was asked last; undefined before that. */
  isAnswering: boolean | undefined;
  /** When it is asked next: at its sample's time, or shortly after where its conversion was not done then. */
  dueMs = 0;
  readonly #options: DcMeterOptions;
  readonly #context: DcContext;
  readonly #driver: Ina219Driver | undefined;
  readonly #energy: SignedIntegral;
  readonly #charge: SignedIntegral;
  readonly #cycleMs: number;
  #gridMs = 0;
  #peakA = 0;
  #peakW = 0;
  #reason: Reason | undefined;
  #saved: DcCounters;
  #savedMs: number;

  constructor(options: DcMeterOptions, context: DcContext) {
    const { settings, profile, counters } = options;
    const { time, line, openI2c, log } = context;
    this.#options = options;
    this.#context = context;
    this.sampleMs = settings.sampleMs ?? settingsDefaults.sampleMs;
    this.timeoutMs = settings.timeoutMs ?? defaultTimeoutMs;
    const setup = ina219Setup({
      ...settings,
      shuntOhm: settings.shuntOhm ?? profile.defaults.shuntOhm,
      maxCurrentA: settings.maxCurrentA ?? profile.defaults.maxCurrentA,
      sampleMs: this.sampleMs,
    });
    if (setup.ok) {
      const address = settings.address ?? profile.defaults.address;
      const correction = { ...noCorrection, ...settings };
      this.#driver = new Ina219Driver({ time, line, openI2c, address, setup: setup.value, correction });
    } else {
      this.fault = setup.detail;
      log('error', `meter ${settings.id}: ${setup.detail}`);
    }
    this.#cycleMs = setup.ok ? setup.value.cycleMs : 0;
    this.#saved = counters.load();
    this.#savedMs = time.ticksMs();
    this.#energy = new SignedIntegral(bridgedSamples * this.sampleMs, this.#saved.energy);
    this.#charge = new SignedIntegral(bridgedSamples * this.sampleMs, this.#saved.charge);
  }

  /** How often its chip was set up. */
  get setups(): number {
    return this.#driver?.setups ?? 0;
  }

  /** Words that went over the bus so far: where this grows, the bus does not hang. */
  get words(): number {
    return this.#driver?.words ?? 0;
  }

  start(): void {
    this.#gridMs = this.#context.time.ticksMs();
    this.dueMs = this.#gridMs;
  }

  /** Takes one sample or tells why there is none, then calls `done`; never, where the bus hangs. */
  sample(done: () => void): void {
    if (this.#driver === undefined) {
      this.failed('notConfigured', '');
      done();
      return;
    }
    this.#driver.sample(result => {
      if (result.ok) this.took(result.value);
      else this.missed(result.error, result.detail);
      done();
    });
  }

  /** The sample did not end in its time: what the bus still says is not heard, and the port is opened anew. */
  giveUp(): void {
    const { line } = this.#context;
    this.#driver?.close();
    this.lost(
      `line ${line.id} did not answer within ${this.timeoutMs} ms: SDA or SCL is held low; take the sensors off one by one`,
    );
  }

  /** The bus is known to be lost: its sample fails without anybody being asked. */
  lost(detail: string): void {
    this.isAnswering = false;
    this.failed('busLost', detail);
  }

  stop(): void {
    this.#driver?.close();
    this.save();
  }

  private took(reading: Ina219Reading): void {
    const ticksMs = this.#context.time.ticksMs();
    const { currentA, powerW } = reading;
    this.counts.samples++;
    this.isAnswering = true;
    this.#reason = undefined;
    this.fault = undefined;
    this.#energy.add(ticksMs, powerW);
    this.#charge.add(ticksMs, currentA);
    this.#peakA = Math.max(this.#peakA, Math.abs(currentA));
    this.#peakW = Math.max(this.#peakW, Math.abs(powerW));
    const all: Partial<Record<QuantityId, number>> = {
      ...reading,
      energyImportWh: this.#energy.taken,
      energyExportWh: this.#energy.given,
      chargeAh: this.#charge.taken,
      chargeExportAh: this.#charge.given,
      currentPeakA: this.#peakA,
      powerPeakW: this.#peakW,
    };
    const samples: Sample[] = [];
    for (const quantity of this.#options.profile.quantities) {
      const value = all[quantity];
      if (value !== undefined) samples.push({ quantity, value: rounded(quantity, value) });
    }
    this.#options.sink.samples(ticksMs, samples);
    if (ticksMs - this.#savedMs >= this.#context.saveEveryMs) this.save();
    this.next();
  }

  private missed(fault: Ina219Fault, detail: string): void {
    this.isAnswering = fault === 'noPort' ? undefined : fault !== 'absent';
    if (fault === 'notReady') this.awaitConversion(detail);
    else if (fault === 'ina219.overflow') {
      this.counts.overflows++;
      // More flowed than could be measured: nothing is counted on either side of it.
      this.#energy.interrupt();
      this.#charge.interrupt();
      this.failed('overflow', detail);
    } else if (fault === 'absent') this.absent(detail);
    else this.failed('notConfigured', detail);
  }

  /** Asks again soon, and lets the other sensors have the bus meanwhile. */
  private awaitConversion(detail: string): void {
    const nowMs = this.#context.time.ticksMs();
    if (nowMs - this.#gridMs > longestCycles * this.#cycleMs) {
      this.failed('timeout', `${detail} within ${longestCycles * this.#cycleMs} ms`);
      return;
    }
    this.counts.waits++;
    this.dueMs = nowMs + Math.max(1, Math.ceil(this.#cycleMs / 4));
  }

  /** Who alone is silent is absent; where all are, the wires are. */
  private absent(detail: string): void {
    const doOthers = this.#context.doOthersAnswer(this);
    const { line } = this.#context;
    if (doOthers === true)
      this.failed('timeout', `${detail}, while others do: its supply, its solder joints or its address pins`);
    else if (doOthers === false)
      this.failed('busLost', `no sensor of line ${line.id} answers: its supply, SDA, SCL or their pull-ups`);
    else this.failed('timeout', `${detail}: its supply, its address pins, SDA and SCL`);
  }

  private failed(reason: Reason, detail: string): void {
    const { log, time } = this.#context;
    this.counts.failures++;
    // Once a change, not once a sample.
    if (this.#reason !== reason && detail !== '')
      log('warn', `meter ${this.#options.settings.id}: ${detail}`);
    this.#reason = reason;
    if (detail !== '') this.fault = detail;
    this.#options.sink.failed(time.ticksMs(), reason);
    this.next();
  }

  /** A late sample does not move those after it; those that are past already are not made up for. */
  private next(): void {
    const lateMs = this.#context.time.ticksMs() - this.#gridMs;
    this.#gridMs += this.sampleMs * Math.max(1, Math.ceil(lateMs / this.sampleMs));
    this.dueMs = this.#gridMs;
  }

  private save(): void {
    const counters = { energy: this.#energy.state, charge: this.#charge.state };
    this.#savedMs = this.#context.time.ticksMs();
    if (isSame(counters, this.#saved)) return;
    this.#saved = counters;
    this.#options.counters.save(counters);
  }
}

/** At the quantity's last decimal: digits behind it come from the factor, not from the chip. */
function rounded(quantity: QuantityId, value: number): number {
  const scale = 10 ** quantities[quantity].decimals;
  return Math.round(value * scale) / scale;
}

/** Less than a step is not worth a write. */
const isSame = (one: DcCounters, other: DcCounters): boolean =>
  one.energy.takenSteps === other.energy.takenSteps &&
  one.energy.givenSteps === other.energy.givenSteps &&
  one.charge.takenSteps === other.charge.takenSteps &&
  one.charge.givenSteps === other.charge.givenSteps;
