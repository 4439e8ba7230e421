import { deepFreeze } from '../core/freeze.ts';
import { decodeMessage, type Message } from '../core/wire/messages.ts';
import type { Cancel } from '../ports.ts';
import type { Clock } from './clock.ts';
import type { Doctor } from './doctor/doctor.ts';
import type { Journal } from './journal.ts';
import type { Life } from './life.ts';
import type { Update } from './update.ts';

/** A restart waits this long for the host to have what the journal holds, where that does not survive it. */
const restartWaitMs = 10_000;
const restartCheckMs = 200;

/** What cannot be done while nothing is measured. */
const ofLines: readonly string[] = deepFreeze(['diagnose', 'trace', 'scan', 'probe', 'write']);
const safeWords =
  'safe mode: the lines are left alone; send restart to try a normal start, or other settings, or an update';

/** More writes than wait on all lines at a time. */
const writesKnown = 32;

export interface CommandsOptions {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly doctor: Pick<Doctor, 'diagnose' | 'trace' | 'scan' | 'stopScan' | 'probe'>;
  readonly update: Pick<Update, 'take' | 'cancel'>;
  /** Carries out a command of a meter's profile; `done` gets what went wrong, or undefined. */
  readonly write: (command: Message<'command'>, done: (message: string | undefined) => void) => void;
  readonly live: (seconds: number) => void;
  readonly about: () => void;
  readonly restart: () => void;
  readonly life: () => Pick<Life, 'mode' | 'light' | 'network' | 'forget'>;
  readonly answer: (result: Message<'result'>) => void;
}

/** What the host asks for, done and answered. */
export class Commands {
  readonly #options: CommandsOptions;
  #cancel: Cancel | undefined;
  /** Ids of the newest writes: a message with QoS 1 may come twice, and what is written is written once. */
  readonly #writes: string[] = [];

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Restarts when the journal is empty, or after 10 s. */
  restartSoon(): void {
    const { clock } = this.#options;
    if (this.#cancel === undefined) this.restartAfter(clock.ticksMs() + restartWaitMs);
  }

  /** Takes a message of `command`. Gives what is wrong with one that is none: there is nobody to answer then. */
  take(payload: Uint8Array): string | undefined {
    const decoded = decodeMessage('command', payload);
    if (!decoded.ok) return decoded.detail;
    const { id, name } = decoded.value;
    const answer = (message: string | undefined) =>
      this.#options.answer(message === undefined ? { v: 1, id, ok: true } : { v: 1, id, ok: false, message });
    if (this.#options.life().mode === 'safe' && ofLines.includes(name)) {
      answer(safeWords);
      return undefined;
    }
    // What is written is answered when the meter has confirmed it.
    if (name !== 'write') answer(this.run(decoded.value));
    else if (!this.#writes.includes(id)) {
      if (this.#writes.push(id) > writesKnown) this.#writes.shift();
      this.#options.write(decoded.value, answer);
    }
    return undefined;
  }

  /** What went wrong, or undefined. */
  private run(command: Message<'command'>): string | undefined {
    const { doctor, update } = this.#options;
    const { name, seconds } = command;
    switch (name) {
      case 'live':
        if (seconds === undefined || seconds < 1)
          return 'seconds: is missing; live needs a whole number from 1 to 3600';
        this.#options.live(seconds);
        return undefined;
      case 'about':
        this.#options.about();
        return undefined;
      case 'restart':
        this.restartSoon();
        return undefined;
      case 'diagnose':
        return doctor.diagnose(command);
      case 'trace':
        return doctor.trace(command);
      case 'scan':
        return doctor.scan(command);
      case 'stopScan':
        return doctor.stopScan();
      case 'probe':
        return doctor.probe(command);
      case 'update':
        return update.take(command.id, command.update);
      case 'cancelUpdate':
        return update.cancel();
      case 'network':
        return this.goTo(command);
      case 'identify':
        if (seconds === undefined)
          return 'seconds: is missing; identify needs a whole number from 1 to 3600, 0 ends it';
        this.#options.life().light.identify(seconds);
        return undefined;
      case 'factoryReset':
        this.forgetAfterAnswer();
        return undefined;
      default:
        return `${name}: this gateway's firmware does not know it yet`;
    }
  }

  private goTo({ id, network }: Message<'command'>): string | undefined {
    const mistake = this.#options.life().network.order(id, network);
    if (mistake === undefined) this.restartSoon();
    return mistake;
  }

  /** Who asked for it hears that it is done, as far as a connection that ends right away allows. */
  private forgetAfterAnswer(): void {
    const { clock } = this.#options;
    this.#cancel?.();
    this.#cancel = clock.after(restartCheckMs, () => this.#options.life().forget());
  }

  private restartAfter(latestTicksMs: number): void {
    const { clock, journal } = this.#options;
    this.#cancel = clock.after(restartCheckMs, () => {
      const isSafe = journal.survivesRestart || journal.oldest === journal.next;
      if (isSafe || clock.ticksMs() >= latestTicksMs) this.#options.restart();
      else this.restartAfter(latestTicksMs);
    });
  }
}
