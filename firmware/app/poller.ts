import { decodeRegisters } from '../core/modbus/decode.ts';
import { isPlausible } from '../core/quantities.ts';
import type { LineSettings } from '../core/wire/settings.ts';
import type { Cancel, Ports, TimePort } from '../ports.ts';
import { Bus } from './bus.ts';
import type { BusTap } from './bus-tap.ts';
import type { Outcome } from './bus-transaction.ts';
import { addressOf, type BusMeter, mannersOf, type PolledMeter, type PollJob, pollJobs } from './poll-job.ts';
import { PollRefusals } from './poll-refusals.ts';
import { PollSchedule } from './poll-schedule.ts';
import { Slave } from './slave.ts';
import { exceptionIn } from './slave-exceptions.ts';
import type { SlaveFigures } from './slave-figures.ts';
import { probeEveryMs } from './slave-pulse.ts';
import type { Source } from './source.ts';

export interface BusSourceOptions {
  readonly time: TimePort;
  readonly line: LineSettings;
  readonly openSerial: Ports['openSerial'];
  readonly meters: readonly BusMeter[];
  readonly log: Ports['log'];
  readonly tap?: BusTap;
}

/** A source that polls the Modbus meters of one RS485 line. */
export const createBusSource = (options: BusSourceOptions): Source => new Poller(options);

/** A slave that needs a moment is asked again so often before the read counts as failed. */
const mostDelays = 3;

/**
 * Reads meters as `PollSchedule` has it, one request at a time. A read that fails is one failure of its meter with the
 * reason.
 */
class Poller implements Source {
  readonly #options: BusSourceOptions;
  readonly #bus: Bus;
  readonly #schedule: PollSchedule;
  readonly #refusals: PollRefusals;
  #meters: readonly PolledMeter[] = [];
  #implausible = 0;
  #isRunning = false;
  #cancelTimer: Cancel | undefined;

  constructor(options: BusSourceOptions) {
    this.#options = options;
    this.#bus = new Bus(options);
    this.#schedule = new PollSchedule(this.#bus, []);
    this.#refusals = new PollRefusals({ schedule: this.#schedule, log: options.log, line: options.line.id });
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const now = this.#options.time.ticksMs();
    const slaves = new Map<number, Slave>();
    this.#meters = this.#options.meters.map(meter => {
      const address = addressOf(meter);
      const slave = slaves.get(address) ?? new Slave(address, mannersOf(meter));
      slaves.set(address, slave);
      return { ...meter, slave };
    });
    this.#schedule.jobs = this.#meters.flatMap(meter => pollJobs(meter, now));
    this.#bus.link.open();
    this.#next();
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#bus.close();
  }

  fault(): string | undefined {
    return this.#bus.link.fault;
  }

  counters(): Readonly<Record<string, number>> {
    const { opens, closes } = this.#bus.link;
    return {
      ...this.#bus.counts,
      ...this.#schedule.counts,
      implausible: this.#implausible,
      opens,
      closes,
    };
  }

  slaves(): readonly SlaveFigures[] {
    return this.#meters.map(({ slave, settings }) => slave.figures(settings.id));
  }

  listen(tap: BusTap | undefined): void {
    this.#bus.listen(tap);
  }

  /** Starts the read that comes next, or waits for it. */
  #next(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (!this.#isRunning || this.#bus.isBusy) return;
    const now = this.#options.time.ticksMs();
    const next = this.#schedule.next(now);
    if (typeof next !== 'number') this.#read(next, now);
    else if (next < Number.POSITIVE_INFINITY) {
      this.#cancelTimer = this.#options.time.after(Math.max(next - now, 0), () => this.#next());
    }
  }

  #read(job: PollJob, now: number): void {
    const { slave } = job.meter;
    const { isMissed, isSilent, probeAtTicks } = slave.pulse;
    // What is not answered at all is not repeated twice over: the line belongs to those that answer.
    const attempts = isMissed ? 1 : 2;
    const wasDue = job.dueTicks <= now;
    // When it was to be asked: probes keep to a grid, so that late ones do not add up.
    const plannedTicks = isSilent ? probeAtTicks : job.dueTicks;
    const askedTicks = Math.max(plannedTicks, now - probeEveryMs);
    job.servedTicks = now;
    this.#bus.ask(job.request, slave, attempts, (outcome, ticksMs) => {
      if (this.#bus.link.closedReason === undefined) this.#takePulse(job.meter, outcome, askedTicks);
      if (!this.#isDelayed(job, outcome, ticksMs)) {
        if (wasDue) this.#schedule.reschedule(job, ticksMs);
        this.#came(job, outcome, ticksMs, wasDue);
      }
      this.#next();
    });
  }

  /** Whether the slave needs a moment: it is left alone for it, and the read stays due. */
  #isDelayed(job: PollJob, outcome: Outcome, ticksMs: number): boolean {
    const { pauseMs } = exceptionIn(outcome);
    const isDelayed = pauseMs !== undefined && job.delays < mostDelays;
    if (isDelayed) job.meter.slave.restUntil(ticksMs + pauseMs * 2 ** job.delays);
    job.delays = isDelayed ? job.delays + 1 : 0;
    return isDelayed;
  }

  #came(job: PollJob, outcome: Outcome, ticksMs: number, wasDue: boolean): void {
    if (outcome.ok) {
      this.#refusals.accepted(job);
      this.#deliver(job, outcome.value, ticksMs);
      return;
    }
    const { means } = exceptionIn(outcome);
    // Of a block that is tried in parts the whole fails, once a sample.
    const isPart = job.refused !== undefined && job.refused.whole !== job;
    const isTold = wasDue && !(isPart && means === 'refused');
    if (isTold) job.meter.sink.failed(ticksMs, means === 'silent' ? 'timeout' : outcome.error);
    if (means === 'refused') this.#refusals.refused(job, outcome.exception ?? 0, ticksMs);
    else job.refusals = 0;
  }

  #deliver({ meter, request, registers }: PollJob, data: Uint8Array, ticksMs: number): void {
    const values = decodeRegisters(registers, request.start, data);
    const plausible = values.filter(({ quantity, value }) => isPlausible(quantity, value));
    const refused = values.length - plausible.length;
    if (plausible.length > 0) meter.sink.samples(ticksMs, plausible);
    this.#implausible += refused;
    // An answer in which the meter marks all as not available is no measurement either.
    if (refused > 0 || values.length === 0) meter.sink.failed(ticksMs, 'implausible');
  }

  #takePulse({ slave, settings }: PolledMeter, outcome: Outcome, askedTicks: number): void {
    const { pulse } = slave;
    const before = pulse.state;
    const isBehind = exceptionIn(outcome).means === 'silent';
    if (outcome.ok || (outcome.error === 'exception' && !isBehind)) pulse.answered();
    else if (isBehind || outcome.error === 'timeout' || outcome.error === 'foreign') pulse.missed(askedTicks);
    else pulse.garbled(askedTicks);
    if (pulse.state === before) return;
    const where = `meter ${settings.id} (address ${slave.address} on line ${this.#options.line.id})`;
    if (pulse.isSilent) {
      const why = outcome.ok || !isBehind ? '' : ` (${outcome.detail}: ${exceptionIn(outcome).words})`;
      this.#options.log(
        'warn',
        `${where} does not answer${why} and is now asked once a minute; check its address, baud rate, parity and wiring`,
      );
    } else if (before === 'silent') this.#options.log('info', `${where} answers again`);
  }
}
