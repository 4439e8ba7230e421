import type { Heard } from '../../core/modbus/frame.ts';
import type { Message } from '../../core/wire/messages.ts';
import type { Cancel, Ports } from '../../ports.ts';
import type { BusTap } from '../bus-tap.ts';
import { headCausesOf, lineCausesOf } from './causes.ts';
import { Evidence } from './evidence.ts';
import { Trace } from './trace.ts';
import { type TrialResult, trialRequests } from './trial.ts';
import type { VisitedLine } from './visit.ts';

const everyMs = 1000;
/** The line's own polling is listened to so long before a trial, and after one. */
const patienceMs = 5000;

export interface WatchOptions {
  readonly ports: Ports;
  readonly line: VisitedLine;
  readonly diagnosis: (message: Message<'diagnosis'>) => void;
  readonly trace: (message: Message<'trace'>) => void;
  /** Nobody answers on the line: asks for a trial of other settings. False where it cannot be made now. */
  readonly tryOut: (watch: Watch) => boolean;
  /** Nobody looks any more. */
  readonly over: () => void;
}

/** A line that somebody looks at: its diagnosis each second, its frames, or both; each ends by itself. */
export class Watch implements BusTap {
  readonly line: VisitedLine;
  readonly #options: WatchOptions;
  #evidence: Evidence | undefined;
  #trace: Trace | undefined;
  #answersAt: TrialResult['answersAt'];
  /** `home`: the line is asked as it is set; `elsewhere`: at other settings, and what is heard there is no evidence. */
  #trial: 'none' | 'home' | 'elsewhere' = 'none';
  #trialAtTicks = 0;
  /** What was named before the trial, which is named until it ends. */
  #named: Message<'diagnosis'>['causes'] = [];
  #cancelTick: Cancel | undefined;
  #cancelTrace: Cancel | undefined;
  #untilTicks = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.line = options.line;
    options.line.source?.listen?.(this);
  }

  /** Tells the diagnosis for so many seconds from now; 0 ends it. */
  diagnose(seconds: number): void {
    const { time } = this.#options.ports;
    const now = time.ticksMs();
    this.#untilTicks = now + seconds * 1000;
    if (seconds === 0) this.endDiagnosis();
    else if (this.#evidence === undefined) {
      this.#evidence = new Evidence();
      this.#trialAtTicks = now + patienceMs;
      this.tick();
    }
  }

  /** Tells frames for so many seconds from now; 0 ends it. */
  trace(seconds: number): void {
    const { ports, line, trace } = this.#options;
    this.#cancelTrace?.();
    this.#cancelTrace = undefined;
    if (seconds === 0) {
      this.endTrace();
      return;
    }
    if (this.#trace === undefined) {
      this.#trace = new Trace({ time: ports.time, line: line.settings.id, publish: trace });
      line.source?.listenToHead?.(this.#trace);
    }
    this.#cancelTrace = ports.time.after(seconds * 1000, () => this.endTrace());
  }

  end(): void {
    this.#cancelTrace?.();
    this.endTrace();
    this.endDiagnosis();
  }

  sent(frame: Uint8Array, ticksMs: number): void {
    this.#trace?.sent(frame, ticksMs);
    if (this.#trial !== 'elsewhere') this.#evidence?.sent(frame, ticksMs);
  }

  heard(heard: Heard, bytes: Uint8Array, ticksMs: number, isLate: boolean): void {
    this.#trace?.heard(heard, bytes, ticksMs, isLate);
    if (this.#trial !== 'elsewhere') this.#evidence?.heard(heard, bytes, ticksMs, isLate);
  }

  /** What is seen of talks that are no evidence: a scan asks where nobody is. */
  get tracer(): BusTap | undefined {
    return this.#trace;
  }

  /** The line was asked as it is set: whether other settings of the port may explain what was heard. */
  isOpenQuestion(): boolean {
    this.#evidence?.settle(this.#options.ports.time.ticksMs());
    this.#answersAt = undefined;
    const [cause] = this.causes();
    this.#trial = 'elsewhere';
    return cause === undefined || cause.code === 'noAnswer' || cause.code === 'wrongBaud';
  }

  tried(result: TrialResult | undefined): void {
    this.#trial = 'none';
    this.#answersAt = result?.answersAt;
    this.#trialAtTicks = this.#options.ports.time.ticksMs() + 2 * patienceMs;
  }

  private causes(): Message<'diagnosis'>['causes'] {
    const { source, settings, fault } = this.line;
    const isOpen = fault === undefined && source?.fault() === undefined;
    if (settings.kind === 'ir') return headCausesOf(isOpen, source?.head?.());
    if (settings.kind === 'i2c') return isOpen ? [] : [{ code: 'portClosed', sureness: 1 }];
    const silent = source?.slaves?.().filter(({ state }) => state === 'silent') ?? [];
    return lineCausesOf({
      isOpen,
      slaves: this.#evidence?.slaves() ?? [],
      silentAddresses: silent.map(({ address }) => address),
      answersAt: this.#answersAt,
    });
  }

  private tick(): void {
    const { ports, diagnosis, tryOut } = this.#options;
    const { settings, source, fault } = this.line;
    const now = ports.time.ticksMs();
    if (now >= this.#untilTicks) {
      this.endDiagnosis();
      return;
    }
    this.#cancelTick = ports.time.after(everyMs, () => this.tick());
    const slaves = source?.slaves?.() ?? [];
    const areAllSilent = slaves.length > 0 && slaves.every(({ state }) => state === 'silent');
    const isDeaf = areAllSilent || this.#evidence?.isDeaf === true;
    if (this.#evidence?.hasValid === true) this.#answersAt = undefined;
    const isOpen = fault === undefined && source?.fault() === undefined;
    if (isDeaf && isOpen && settings.kind === 'rs485' && now >= this.#trialAtTicks) {
      this.#trialAtTicks = now + patienceMs;
      if (trialRequests(this.line).length > 0 && tryOut(this)) {
        this.#trial = 'home';
        this.#evidence?.forgetValid();
      }
    }
    if (this.#trial === 'none') this.#named = this.causes();
    const head = source?.head?.();
    diagnosis({
      v: 1,
      line: settings.id,
      kind: settings.kind,
      causes: this.#named,
      slaves,
      ...(head && { head }),
    });
  }

  private endDiagnosis(): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    this.#evidence = undefined;
    this.#answersAt = undefined;
    this.endWhereIdle();
  }

  private endTrace(): void {
    this.#cancelTrace = undefined;
    this.line.source?.listenToHead?.(undefined);
    this.#trace?.stop();
    this.#trace = undefined;
    this.endWhereIdle();
  }

  private endWhereIdle(): void {
    if (this.#trace || this.#evidence) return;
    this.line.source?.listen?.(undefined);
    this.#options.over();
  }
}
