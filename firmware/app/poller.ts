import { decodeRegisters, type RegisterValue } from '../core/modbus/decode.ts';
import type { ReadRequest } from '../core/modbus/frame.ts';
import type { SunspecSearch } from '../core/modbus/sunspec.ts';
import { isPlausible } from '../core/quantities.ts';
import type { LineSettings } from '../core/wire/settings.ts';
import type { Cancel, Ports, TimePort } from '../ports.ts';
import { Bus } from './bus.ts';
import type { BusTap } from './bus-tap.ts';
import type { Outcome } from './bus-transaction.ts';
import { type CommandDone, PollCommands } from './poll-commands.ts';
import { PollIdentities } from './poll-identities.ts';
import { type BusMeter, type PolledMeter, polledMeters } from './poll-job.ts';
import { PollJobs } from './poll-jobs.ts';
import { PollRefusals } from './poll-refusals.ts';
import { PollSchedule } from './poll-schedule.ts';
import { probeEveryMs } from './slave.ts';
import { exceptionIn } from './slave-exceptions.ts';
import type { SlaveFigures } from './slave-figures.ts';
import type { Source } from './source.ts';
import { firstJobs, isMoved, jobsAfterSearch } from './sunspec-job.ts';

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
  readonly #options: Pick<BusSourceOptions, 'time' | 'line' | 'log'>;
  readonly #bus: Bus;
  readonly #jobs: PollJobs;
  readonly #schedule: PollSchedule;
  readonly #refusals: PollRefusals;
  readonly #commands: PollCommands;
  readonly #identities: PollIdentities;
  #implausible = 0;
  #isRunning = false;
  #cancelTimer: Cancel | undefined;
  #wakeTicks = Number.POSITIVE_INFINITY;

  constructor(options: BusSourceOptions) {
    const { time, log, line, meters } = options;
    this.#options = { time, log, line };
    this.#bus = new Bus(options);
    this.#jobs = new PollJobs(polledMeters(meters));
    for (const [number, meter] of this.meters.entries()) this.begin(meter, number, time.ticksMs());
    this.#schedule = new PollSchedule(this.#bus, this.#jobs);
    this.#refusals = new PollRefusals({ jobs: this.#jobs, log, line: line.id });
    this.#identities = new PollIdentities(this.#bus, this.meters);
    this.#commands = new PollCommands({ bus: this.#bus, meters: this.meters, log, line: line.id });
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (const { slave } of this.meters) slave.wake();
    this.#schedule.start(this.#options.time.ticksMs());
    this.#bus.link.open();
    this.next();
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#bus.close();
    this.#commands.stop();
  }

  stepAtTicks(): number {
    if (!this.#isRunning) return Number.POSITIVE_INFINITY;
    return this.#bus.isBusy ? this.#bus.wakeTicks : this.#wakeTicks;
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
    return this.meters.map(({ slave, settings }) => slave.figures(settings.id));
  }

  listen(tap: BusTap | undefined): void {
    this.#bus.listen(tap);
  }

  command(meterId: string, commandId: string, value: number | undefined, done: CommandDone): void {
    this.#commands.give(meterId, commandId, value, this.#options.time.ticksMs(), done);
    this.next();
  }

  /** Starts the command or read that comes next, or waits for it. */
  private next(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (!this.#isRunning || this.#bus.isBusy) return;
    const now = this.#options.time.ticksMs();
    // Whatever begins now leads here again; what breaks on its way leaves this instant behind.
    this.#wakeTicks = now;
    if (this.#commands.begin(now, () => this.next())) return;
    if (this.#identities.begin(now, () => this.next())) return;
    const next = this.#schedule.next(now);
    if ('job' in next) {
      this.read(next.job, now);
      return;
    }
    const wakeTicks = Math.min(next.wakeTicks, this.#commands.wakeTicks, this.#identities.wakeTicks);
    this.#wakeTicks = wakeTicks;
    if (wakeTicks < Number.POSITIVE_INFINITY) {
      this.#cancelTimer = this.#options.time.after(Math.max(wakeTicks - now, 0), () => this.next());
    }
  }

  private get meters(): readonly PolledMeter[] {
    return this.#jobs.meters;
  }

  private begin(meter: PolledMeter, number: number, ticksMs: number): void {
    for (const job of firstJobs(meter, number, ticksMs)) this.#jobs.add(job);
  }

  private read(job: number, now: number): void {
    const jobs = this.#jobs;
    const meter = jobs.meterOf(job);
    const { isMissed, isSilent, probeAtTicks } = meter.slave;
    // What is not answered at all is not repeated twice over: the line belongs to those that answer.
    const attempts = isMissed ? 1 : 2;
    const dueTicks = jobs.dueTicks(job);
    const wasDue = dueTicks <= now;
    // When it was to be asked: probes keep to a grid, so that late ones do not add up.
    const plannedTicks = isSilent ? probeAtTicks : dueTicks;
    const askedTicks = Math.max(plannedTicks, now - probeEveryMs);
    jobs.setServed(job, now);
    const request = jobs.requestOf(job);
    this.#bus.ask(request, meter.slave, attempts, (outcome, ticksMs) => {
      if (this.#bus.link.closedReason === undefined) this.takePulse(meter, outcome, askedTicks);
      if (!this.isDelayed(job, outcome, ticksMs)) {
        if (wasDue) this.#schedule.reschedule(job, ticksMs);
        this.came(job, request, outcome, ticksMs, wasDue);
      }
      this.next();
    });
  }

  /** Whether the slave needs a moment: it is left alone for it, and the read stays due. */
  private isDelayed(job: number, outcome: Outcome, ticksMs: number): boolean {
    const jobs = this.#jobs;
    const { pauseMs } = exceptionIn(outcome);
    const delays = jobs.delays(job);
    const isDelayed = pauseMs !== undefined && delays < mostDelays;
    if (isDelayed) jobs.meterOf(job).slave.restUntil(ticksMs + pauseMs * 2 ** delays);
    jobs.setDelays(job, isDelayed ? delays + 1 : 0);
    return isDelayed;
  }

  private came(job: number, request: ReadRequest, outcome: Outcome, ticksMs: number, wasDue: boolean): void {
    const jobs = this.#jobs;
    const search = jobs.searchOf(job);
    if (search !== undefined) {
      this.searched(job, search, outcome, ticksMs);
      return;
    }
    if (isMoved(jobs, job, outcome)) {
      this.searchAgain(jobs.meterNumberOf(job), ticksMs);
      return;
    }
    if (outcome.ok) {
      jobs.setAnswered(job);
      this.#refusals.accepted(job);
      this.deliver(job, request, outcome.value, ticksMs);
      return;
    }
    const { means } = exceptionIn(outcome);
    // Of a block that is tried in parts the whole fails, once a sample.
    const refused = jobs.refusedOf(job);
    const isPart = refused !== undefined && refused.whole !== job;
    const isTold = wasDue && !(isPart && means === 'refused');
    if (isTold) jobs.meterOf(job).sink.failed(ticksMs, means === 'silent' ? 'timeout' : outcome.error);
    if (means === 'refused') this.#refusals.refused(job, outcome.exception ?? 0, ticksMs);
    else jobs.setRefusals(job, 0);
  }

  /** Puts what a search led to in its place. */
  private searched(job: number, search: SunspecSearch, outcome: Outcome, ticksMs: number): void {
    const meter = this.#jobs.meterOf(job);
    const number = this.#jobs.meterNumberOf(job);
    const { jobs, found, said, missed } = jobsAfterSearch(meter, number, search, outcome, ticksMs);
    if (found !== undefined) this.#jobs.meters[number] = found;
    this.#jobs.remove(job);
    for (const next of jobs) this.#jobs.add(next);
    const where = this.where(meter);
    if (missed !== undefined || (!outcome.ok && outcome.error !== 'exception')) {
      meter.sink.failed(ticksMs, outcome.ok ? 'exception' : outcome.error);
    }
    if (missed !== undefined) this.#options.log('warn', `${where} ${missed}`);
    if (said !== undefined) this.#options.log('info', `${where} ${said}`);
    if (found !== undefined) this.#identities.add(found);
  }

  /** The registers of a SunSpec device are not where they were: nothing is read of them before they are found. */
  private searchAgain(number: number, ticksMs: number): void {
    const jobs = this.#jobs;
    const meter = jobs.meters[number] as PolledMeter;
    for (const job of jobs.all()) if (jobs.meterNumberOf(job) === number) jobs.remove(job);
    this.begin(meter, number, ticksMs);
    meter.sink.failed(ticksMs, 'malformed');
    this.#options.log(
      'warn',
      `${this.where(meter)} has another SunSpec map than before, and is searched anew`,
    );
  }

  private deliver(job: number, { start }: ReadRequest, data: Uint8Array, ticksMs: number): void {
    const registers = this.#jobs.registersOf(job);
    const { sink } = this.#jobs.meterOf(job);
    const values = decodeRegisters(registers, start, data);
    let plausible = 0;
    for (let index = 0; index < values.length; index++) {
      const value = values[index] as RegisterValue;
      if (isPlausible(value.quantity, value.value)) values[plausible++] = value;
    }
    const refused = values.length - plausible;
    values.length = plausible;
    if (plausible > 0) sink.samples(ticksMs, values);
    this.#implausible += refused;
    // An answer in which the meter marks all as not available is no measurement either; but one with nothing of what
    // is sampled may be of things that the meter does not have.
    const isEmpty = plausible + refused === 0 && registers.some(({ everyMs }) => everyMs === undefined);
    if (refused > 0 || isEmpty) sink.failed(ticksMs, 'implausible');
  }

  private takePulse(meter: PolledMeter, outcome: Outcome, askedTicks: number): void {
    const { slave } = meter;
    const before = slave.state;
    const isBehind = exceptionIn(outcome).means === 'silent';
    if (outcome.ok || (outcome.error === 'exception' && !isBehind)) slave.lives();
    else if (isBehind || outcome.error === 'timeout' || outcome.error === 'foreign') slave.missed(askedTicks);
    else slave.garbled(askedTicks);
    if (slave.state === before) return;
    const where = this.where(meter);
    if (slave.isSilent) {
      const why = outcome.ok || !isBehind ? '' : ` (${outcome.detail}: ${exceptionIn(outcome).words})`;
      this.#options.log(
        'warn',
        `${where} does not answer${why} and is now asked once a minute; check its address, baud rate, parity and wiring`,
      );
    } else if (before === 'silent') this.#options.log('info', `${where} answers again`);
  }

  private where({ settings, slave }: PolledMeter): string {
    return `meter ${settings.id} (address ${slave.address} on line ${this.#options.line.id})`;
  }
}
