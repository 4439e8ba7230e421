import type { ReadRequest } from '../../core/modbus/frame.ts';
import { fail, ok } from '../../core/result.ts';
import type { LineSettings, MeterSettings } from '../../core/wire/settings.ts';
import { settingsDefaults } from '../../core/wire/settings.ts';
import type { Cancel, Ports } from '../../ports.ts';
import type { MeterProfile } from '../../profiles/profile.ts';
import { Bus } from '../bus.ts';
import type { BusTap } from '../bus-tap.ts';
import { lateAnswerMs } from '../owed-answers.ts';
import { Slave, slaveRows } from '../slave.ts';
import type { MeterSink, Source } from '../source.ts';
import { isPortSettings, isSignOfLife, type Outcome, type PortSettings, type Talk } from './talk.ts';

/** A line of the settings with what runs on it; without meters, or with a broken port, nothing does. */
export interface VisitedLine {
  readonly settings: LineSettings;
  readonly source: Source | undefined;
  /** Why nothing runs, in words for people. */
  readonly fault: string | undefined;
  readonly meters: readonly VisitedMeter[];
}

export interface VisitedMeter {
  readonly settings: MeterSettings;
  readonly profile: MeterProfile | undefined;
  readonly sink: MeterSink;
}

export interface VisitOptions {
  readonly ports: Pick<Ports, 'time' | 'openSerial' | 'log'>;
  readonly line: VisitedLine;
  /** How long each slave is waited for. */
  readonly timeoutMs: number;
  /** Sees what goes over the line meanwhile. */
  readonly tap: BusTap;
}

export interface VisitEvents<R> {
  /** The talk has ended; undefined where it was broken off. */
  readonly done: (result: { readonly value: R } | undefined) => void;
  /** The line's own polling goes on. */
  readonly over: () => void;
}

const sampleMsOf = ({ settings }: VisitedMeter): number => settings.sampleMs ?? settingsDefaults.sampleMs;

/** An adapter needs a moment to change its speed, or to be reached. */
const settleMs = 50;

/**
 * A talk on a line while its own polling stands still; that goes on when the talk has ended, however it does. Samples
 * that fall due meanwhile are failures of their meters with the reason `offline`. Before the first question and after
 * the last one there is time for answers that are late, so none is taken for the answer to another question.
 */
export class Visit<R> {
  readonly #options: VisitOptions;
  readonly #events: VisitEvents<R>;
  #talk: Talk<R> | undefined;
  readonly #slaves = new Map<number, Slave>();
  /** What is known of the newest of them; of those before nobody asks. */
  readonly #rows = slaveRows(1);
  /** When a sample of each meter of the line is due next, and the timer for the first of them. */
  readonly #dueTicks: Float64Array;
  #cancelFailures: Cancel | undefined;
  #state: 'talking' | 'leaving' | 'over' = 'talking';
  #bus: Bus | undefined;
  /** Until then a slave may still answer something. */
  #owedUntilTicks: number;
  #cancel: Cancel | undefined;
  #stepTicks: number;

  constructor(options: VisitOptions, talk: Talk<R>, events: VisitEvents<R>) {
    this.#options = options;
    this.#talk = talk;
    this.#events = events;
    const { ports, line } = options;
    this.#stepTicks = ports.time.ticksMs();
    this.#dueTicks = Float64Array.from(line.meters, meter => this.#stepTicks + sampleMsOf(meter));
    this.#owedUntilTicks = this.#stepTicks + (line.source ? lateAnswerMs : 0);
  }

  /** When its next step is due (`Source`). */
  stepAtTicks(): number {
    return this.#bus?.isBusy === true ? this.#bus.wakeTicks : this.#stepTicks;
  }

  begin(): void {
    const { line } = this.#options;
    line.source?.stop();
    this.failLater();
    this.step(talk => talk.next());
  }

  /** Breaks the talk off. The line's own polling goes on at once where `isUrgent`, as before new settings. */
  leave(isUrgent = false): void {
    if (this.#state === 'talking') this.leaveWith(undefined);
    if (isUrgent) this.resume();
  }

  private failLater(): void {
    const { time } = this.#options.ports;
    if (this.#dueTicks.length === 0) return;
    const waitMs = Math.min(...this.#dueTicks) - time.ticksMs();
    this.#cancelFailures = time.after(Math.max(waitMs, 0), () => {
      this.failDue();
      if (this.#state !== 'over') this.failLater();
    });
  }

  private failDue(): void {
    const now = this.#options.ports.time.ticksMs();
    for (const [place, meter] of this.#options.line.meters.entries()) {
      const dueTicks = this.#dueTicks[place] as number;
      if (dueTicks > now) continue;
      this.#dueTicks[place] = dueTicks + sampleMsOf(meter);
      meter.sink.failed(dueTicks, 'offline');
    }
  }

  /** Runs the talk to its next step. What it throws is a defect, and yet the line's polling goes on. */
  private step(advance: (talk: Talk<R>) => IteratorResult<ReadRequest | PortSettings, R>): void {
    const talk = this.#talk;
    if (talk === undefined) return;
    let result: IteratorResult<ReadRequest | PortSettings, R>;
    try {
      result = advance(talk);
    } catch (error) {
      this.#options.ports.log('error', `line ${this.#options.line.settings.id}: ${String(error)}`);
      this.leaveWith(undefined);
      return;
    }
    if (this.#state !== 'talking') return;
    if (result.done === true) this.leaveWith({ value: result.value });
    else if (isPortSettings(result.value)) this.open(result.value);
    else this.ask(result.value);
  }

  private open(port: PortSettings): void {
    const { ports, line, tap } = this.#options;
    const isFirst = this.#bus === undefined;
    this.#bus?.close();
    this.#slaves.clear();
    const bus = new Bus({ ...ports, line: { ...line.settings, ...port }, tap });
    this.#bus = bus;
    bus.link.open();
    // At other settings an answer that is late is no answer.
    const readyTicks = isFirst ? this.#owedUntilTicks : 0;
    this.at(Math.max(readyTicks, ports.time.ticksMs() + settleMs), () => {
      const { closedReason, fault } = bus.link;
      const outcome: Outcome =
        closedReason === undefined
          ? ok(new Uint8Array(0))
          : fail(closedReason, fault ?? 'the port is closed');
      this.step(talk => talk.next(outcome));
    });
  }

  private ask(request: ReadRequest): void {
    const bus = this.#bus;
    const { closedReason, fault } = bus?.link ?? {};
    if (bus === undefined || closedReason !== undefined) {
      const outcome = fail(closedReason ?? 'notConfigured', fault ?? 'the port is closed');
      // Not within the step before: a talk that goes on with a closed port must not pile up calls.
      this.at(this.#options.ports.time.ticksMs(), () => this.step(talk => talk.next(outcome)));
      return;
    }
    const slave = this.slaveAt(request.address);
    this.at(bus.freeAtTicks(request, slave), () => {
      bus.ask(request, slave, 1, (outcome, ticksMs) => {
        if (!isSignOfLife(outcome)) this.#owedUntilTicks = ticksMs + lateAnswerMs;
        this.step(talk => talk.next(outcome));
      });
    });
  }

  private slaveAt(address: number): Slave {
    let slave = this.#slaves.get(address);
    if (slave === undefined) {
      // Only the newest is kept: a scan goes from one to the next.
      this.#slaves.clear();
      slave = new Slave(address, { timeoutMs: this.#options.timeoutMs }, this.#rows);
      this.#slaves.set(address, slave);
    }
    return slave;
  }

  private leaveWith(result: { readonly value: R } | undefined): void {
    this.#state = 'leaving';
    this.#cancel?.();
    this.#cancel = undefined;
    this.#bus?.close();
    this.#bus = undefined;
    // It may hold all that was read: kilobytes that the line's own polling needs.
    this.#talk = undefined;
    this.#slaves.clear();
    this.#events.done(result);
    // The line's own polling may have been resumed within the call.
    if (this.#state === 'leaving') this.at(this.#owedUntilTicks, () => this.resume());
  }

  private resume(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#cancel?.();
    this.#cancelFailures?.();
    this.#options.line.source?.start();
    this.#events.over();
  }

  private at(ticks: number, callback: () => void): void {
    const { time } = this.#options.ports;
    const now = time.ticksMs();
    const waitMs = ticks - now;
    // What may be asked since ever is due now, and is not late.
    this.#stepTicks = Math.max(ticks, now);
    this.#cancel?.();
    this.#cancel =
      waitMs <= 0
        ? time.after(0, callback)
        : time.after(waitMs, () => (time.ticksMs() >= ticks ? callback() : this.at(ticks, callback)));
  }
}
