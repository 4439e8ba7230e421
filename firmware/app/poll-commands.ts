import type { WriteRequest } from '../core/modbus/frame.ts';
import { fail } from '../core/result.ts';
import type { Ports } from '../ports.ts';
import type { Bus } from './bus.ts';
import type { Outcome } from './bus-transaction.ts';
import type { PolledMeter } from './poll-job.ts';
import { commandRequest } from './slave-command.ts';
import { exceptionOf } from './slave-exceptions.ts';

/** Whether a command was carried out; what went wrong is in words for people. */
export type CommandOutcome = { readonly ok: true } | { readonly ok: false; readonly message: string };

export type CommandDone = (outcome: CommandOutcome) => void;

export interface PollCommandsOptions {
  readonly bus: Bus;
  readonly meters: readonly PolledMeter[];
  readonly log: Ports['log'];
  /** The line, for people. */
  readonly line: string;
}

interface Waiting {
  readonly meter: PolledMeter;
  readonly request: WriteRequest;
  /** For the log: which command, with which value. */
  readonly what: string;
  readonly latestTicks: number;
  readonly done: CommandDone;
}

/** Who gives more at a time is no person. */
const mostWaiting = 8;
/** Who gave it was told after 10 s that nobody knows; it must not be done behind that person's back. */
const mostWaitMs = 8000;

/**
 * Commands of meters' profiles that wait for a moment between polls. Each is asked once: where no answer comes, nobody
 * knows whether it was done, and a person decides. It counts as done when the meter has repeated it.
 */
export class PollCommands {
  readonly #options: PollCommandsOptions;
  #waiting: Waiting[] = [];
  #begun: Waiting | undefined;

  constructor(options: PollCommandsOptions) {
    this.#options = options;
  }

  /** Takes a command; what is wrong with it is said at once. */
  give(
    meterId: string,
    commandId: string,
    value: number | undefined,
    nowTicks: number,
    done: CommandDone,
  ): void {
    const made = this.make(meterId, commandId, value);
    if (typeof made === 'string') done({ ok: false, message: made });
    else this.#waiting.push({ ...made, latestTicks: nowTicks + mostWaitMs, done });
  }

  private make(
    meterId: string,
    commandId: string,
    value: number | undefined,
  ): Pick<Waiting, 'meter' | 'request' | 'what'> | string {
    const { meters, bus, line } = this.#options;
    const meter = meters.find(({ settings }) => settings.id === meterId);
    if (meter === undefined) return `meter: "${meterId}" is not on line ${line}`;
    const commands = meter.profile.commands ?? [];
    const command = commands.find(({ id }) => id === commandId);
    if (command === undefined) {
      const allowed = commands.length === 0 ? 'none' : commands.map(({ id }) => id).join(', ');
      return `command: "${commandId}" given; profile ${meter.profile.id} allows ${allowed}`;
    }
    const request = commandRequest(command, meter.slave.address, value);
    if (typeof request === 'string') return request;
    if (bus.link.closedReason !== undefined) {
      return `line ${line} cannot be used: ${bus.link.fault ?? 'a scan or a probe has it; try again when that has ended'}`;
    }
    if (this.#waiting.length >= mostWaiting) {
      return `${mostWaiting} commands wait on line ${line} already; try again in some seconds`;
    }
    return { meter, request, what: value === undefined ? commandId : `${commandId} = ${value}` };
  }

  /** Begins the command that may be given now; whether there was one. */
  begin(now: number, then: () => void): boolean {
    const { bus } = this.#options;
    this.giveUp(now);
    const first = this.#waiting.find(({ meter, request }) => bus.freeAtTicks(request, meter.slave) <= now);
    if (first === undefined) {
      for (const { request } of this.#waiting) bus.hold(request);
      return false;
    }
    this.#waiting = this.#waiting.filter(other => other !== first);
    this.#begun = first;
    bus.ask(first.request, first.meter.slave, 1, outcome => {
      this.#begun = undefined;
      this.end(first, outcome);
      then();
    });
    return true;
  }

  /** When a command that waits may be given. */
  get wakeTicks(): number {
    const { bus } = this.#options;
    return this.#waiting.reduce(
      (soonest, { meter, request, latestTicks }) =>
        Math.min(soonest, bus.freeAtTicks(request, meter.slave), latestTicks),
      Number.POSITIVE_INFINITY,
    );
  }

  /** The line stops: what waits is not done. */
  stop(): void {
    const stopped = this.#waiting;
    const begun = this.#begun;
    this.#waiting = [];
    this.#begun = undefined;
    if (begun) this.end(begun, fail('offline', 'the line was stopped'));
    for (const { done } of stopped) {
      done({ ok: false, message: `line ${this.#options.line} was stopped before; nothing was written` });
    }
  }

  /** Ends what waited for too long. */
  private giveUp(now: number): void {
    const late = this.#waiting.filter(({ latestTicks }) => latestTicks <= now);
    if (late.length === 0) return;
    this.#waiting = this.#waiting.filter(({ latestTicks }) => latestTicks > now);
    for (const { meter, done } of late) {
      const message = `meter ${meter.settings.id} had no time for it within ${mostWaitMs / 1000} s; nothing was written; try again`;
      done({ ok: false, message });
    }
  }

  private end({ meter, what, done }: Waiting, outcome: Outcome): void {
    const { log, line } = this.#options;
    const where = `meter ${meter.settings.id} (address ${meter.slave.address} on line ${line})`;
    if (outcome.ok) {
      log('info', `${where} carried out the command ${what}`);
      done({ ok: true });
      return;
    }
    const { detail, exception } = outcome;
    const why = exception === undefined ? 'whether it was done is not known' : exceptionOf(exception).words;
    log('warn', `${where} did not confirm the command ${what}: ${detail}; ${why}`);
    done({ ok: false, message: `${detail}; ${why}` });
  }
}
