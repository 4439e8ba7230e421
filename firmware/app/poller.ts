import { decodeRegisters } from '../core/modbus/decode.ts';
import { isPlausible } from '../core/quantities.ts';
import type { Result } from '../core/result.ts';
import type { Reason } from '../core/wire/reasons.ts';
import type { LineSettings } from '../core/wire/settings.ts';
import type { Cancel, Ports, TimePort } from '../ports.ts';
import { Bus } from './bus.ts';
import { type BusMeter, type PolledMeter, type PollJob, pollJobs } from './poll-job.ts';
import type { Source } from './source.ts';

export interface BusSourceOptions {
  readonly time: TimePort;
  readonly line: LineSettings;
  readonly openSerial: Ports['openSerial'];
  readonly meters: readonly BusMeter[];
  readonly log: Ports['log'];
}

/** A source that polls the Modbus meters of one RS485 line. */
export const createBusSource = (options: BusSourceOptions): Source => new Poller(options);

/**
 * Reads meters in the order in which their reads fall due, so that none is favoured, one request at a time. A read
 * that the line was too slow for is left out and counted as an overrun. A read that fails is one failure of its
 * meter with the reason; a silent meter's reads fail as `offline` and take no time of the line.
 */
class Poller implements Source {
  readonly #options: BusSourceOptions;
  readonly #bus: Bus;
  readonly #counts = { overruns: 0, offline: 0, implausible: 0 };
  #jobs: PollJob[] = [];
  #isRunning = false;
  #cancelTimer: Cancel | undefined;

  constructor(options: BusSourceOptions) {
    this.#options = options;
    this.#bus = new Bus(options);
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const now = this.#options.time.ticksMs();
    this.#jobs = this.#options.meters.flatMap(meter => pollJobs(meter, now));
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
    return { ...this.#bus.counts, ...this.#counts, opens, closes };
  }

  /** Starts the read that is due longest, or waits for the next one. */
  #next(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (!this.#isRunning || this.#bus.isBusy) return;
    const now = this.#options.time.ticksMs();
    let first: PollJob | undefined;
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const job of this.#jobs) {
      this.#giveUpWhereHopeless(job, now);
      const readyAt = Math.max(job.dueTicks, this.#bus.freeAtTicks(job.request));
      if (readyAt > now) wakeAt = Math.min(wakeAt, readyAt);
      else if (first === undefined || isBefore(job, first)) first = job;
    }
    if (first) this.#read(first);
    else if (wakeAt < Number.POSITIVE_INFINITY) {
      this.#cancelTimer = this.#options.time.after(Math.max(wakeAt - now, 0), () => this.#next());
    }
  }

  /** A read that cannot succeed fails at its time without a request: no port, or a silent slave. */
  #giveUpWhereHopeless(job: PollJob, now: number): void {
    const { closedReason } = this.#bus.link;
    while (job.dueTicks <= now && (closedReason !== undefined || !job.meter.pulse.mayBeAsked(now))) {
      if (closedReason === undefined) this.#counts.offline++;
      job.meter.sink.failed(job.dueTicks, closedReason ?? 'offline');
      job.dueTicks += job.intervalMs;
    }
  }

  #read(job: PollJob): void {
    const { meter, request } = job;
    // A probe of a silent slave is not repeated: the line belongs to those that answer.
    const attempts = meter.pulse.state === 'silent' ? 1 : 2;
    job.servedTicks = this.#options.time.ticksMs();
    this.#bus.read(request, meter.timeoutMs, attempts, (outcome, ticksMs) => {
      this.#reschedule(job, ticksMs);
      if (this.#bus.link.closedReason === undefined) this.#takePulse(meter, outcome, ticksMs);
      if (outcome.ok) this.#deliver(job, outcome.value, ticksMs);
      else meter.sink.failed(ticksMs, outcome.error);
      this.#next();
    });
  }

  #deliver({ meter, request, registers }: PollJob, data: Uint8Array, ticksMs: number): void {
    const values = decodeRegisters(registers, request.start, data);
    const plausible = values.filter(({ quantity, value }) => isPlausible(quantity, value));
    const refused = values.length - plausible.length;
    if (plausible.length > 0) meter.sink.samples(ticksMs, plausible);
    this.#counts.implausible += refused;
    // An answer in which the meter marks all as not available is no measurement either.
    if (refused > 0 || values.length === 0) meter.sink.failed(ticksMs, 'implausible');
  }

  #takePulse(meter: PolledMeter, outcome: Result<Uint8Array, Reason>, ticksMs: number): void {
    const { pulse, settings, address } = meter;
    const before = pulse.state;
    if (outcome.ok || outcome.error === 'exception') pulse.answered();
    else if (outcome.error === 'timeout' || outcome.error === 'foreign') pulse.missed(ticksMs);
    else pulse.garbled(ticksMs);
    if (pulse.state === before) return;
    const where = `meter ${settings.id} (address ${address} on line ${this.#options.line.id})`;
    if (pulse.state === 'silent') {
      this.#options.log(
        'warn',
        `${where} does not answer and is now asked once a minute; check its address, baud rate, parity and wiring`,
      );
    } else if (before === 'silent') this.#options.log('info', `${where} answers again`);
  }

  /** The next time on the job's own grid that is not yet missed. */
  #reschedule(job: PollJob, now: number): void {
    job.dueTicks += job.intervalMs;
    const missed = Math.floor((now - job.dueTicks) / job.intervalMs);
    if (missed <= 0) return;
    job.dueTicks += missed * job.intervalMs;
    this.#counts.overruns += missed;
  }
}

/** Who is due longer is served first; of those due together, who was served longest ago. */
const isBefore = (a: PollJob, b: PollJob): boolean =>
  a.dueTicks < b.dueTicks || (a.dueTicks === b.dueTicks && a.servedTicks < b.servedTicks);
