import {
  CounterGuard,
  type CounterHappening,
  type CounterListener,
  type PastReading,
} from '../core/aggregate/counter-guard.ts';
import { Window } from '../core/aggregate/window.ts';
import { isPlausible, type QuantityId } from '../core/quantities.ts';
import type { Message } from '../core/wire/messages.ts';
import type { Reason } from '../core/wire/reasons.ts';
import type { ClockQuality, WindowRecord } from '../core/wire/records.ts';
import type { Clock } from './clock.ts';
import { KnownIdentity } from './known-identity.ts';
import type { NamedWindows } from './named-windows.ts';
import type { MeterIdentity, MeterSink, Sample } from './source.ts';
import type { UndatedWindows } from './undated.ts';
import type { WindowTimer } from './window-timer.ts';

/** What one meter has of its own; `quantities` is how many it gives, where that is known. */
export interface MeterForm {
  readonly id: string;
  readonly windowS: number;
  readonly sampleMs: number;
  readonly quantities?: number;
}

/** What all meters of a gateway have in common. */
export interface MeterOptions {
  readonly clock: Clock;
  readonly named: NamedWindows;
  readonly undated: UndatedWindows;
  readonly windowTimer: WindowTimer;
  /** Takes each window as it closes. */
  readonly emit: (window: WindowRecord) => void;
  /** Sees each sample as it comes, before it is judged. */
  readonly onSamples?: ((meter: string, ticksMs: number, samples: readonly Sample[]) => void) | undefined;
  /** Who the meter is has been learnt, or is another now. */
  readonly onIdentity?: () => void;
}

const nobody: MeterIdentity = Object.freeze({});

/**
 * `stopped`; `undated`: the wall clock is not known, windows are cut by the ticks; `open`: the window has its name
 * in UTC; `waiting`: the clock stands before the end of a window that is named already, so samples cannot be
 * placed. They then count as failures with reason `clock`, which go with the next record.
 */
type State = 'stopped' | 'undated' | 'open' | 'waiting';

/**
 * One meter: takes samples and failures from its source and turns them into windows aligned to UTC. A window
 * closes by the ticks when its end is due in wall time. Steps of the wall clock never give two windows the same
 * start and never lead a start backwards: after a step forward the open window ends early and the time that did
 * not happen has no windows; after a step back the open window goes on, or, if it lies in the future now, is
 * closed, and the meter waits until the clock is past it. It waits for an hour at most (`NamedWindows`): a clock that
 * was further ahead was wrong, and the meter goes on in windows that it has not named. It does so at once where the
 * clock had leapt ahead shortly before: while that was in doubt its windows told no counters (`Clock.isInDoubt`).
 */
export class Meter implements MeterSink, CounterListener {
  readonly id: string;
  readonly sampleMs: number;
  readonly windowMs: number;
  readonly #options: MeterOptions;
  readonly #window: Window;
  readonly #guard: CounterGuard;
  /** What its counters did, how often; nothing for most meters. */
  #happened: Map<CounterHappening | 'replaced', number> | undefined;
  /** Nothing for meters that do not say who they are. */
  #identity: KnownIdentity | undefined;
  #state: State = 'stopped';
  #samples = 0;
  #newestTicksMs: number | undefined;
  #reason: Reason | null = null;
  /** Where the window starts: by the ticks, and in UTC where the state is `open`. */
  #startTicksMs = 0;
  #startMs = 0;
  #quality: ClockQuality = 'synced';
  /** Whether it started after its aligned start: then it promises nothing and may be absent. */
  #isPart = false;
  /** Whether the clock that names it may be ahead: then it tells no counters. */
  #isDoubtful = false;

  constructor(options: MeterOptions, { id, windowS, sampleMs, quantities }: MeterForm) {
    this.#options = options;
    this.id = id;
    this.sampleMs = sampleMs;
    this.windowMs = windowS * 1000;
    this.#guard = new CounterGuard(windowS, this);
    this.#window = new Window(3 * sampleMs, options.clock.ticksMs(), this.#guard, quantities);
  }

  start(): void {
    this.begin(this.#options.clock.ticksMs());
    this.#options.windowTimer.arm();
  }

  /** Closes the open window as far as it came; for a meter that the settings no longer have. */
  finish(): void {
    const ticksMs = this.#options.clock.ticksMs();
    this.advance(ticksMs);
    this.#isPart = true;
    if (this.#state === 'open' || this.#state === 'undated') this.close(ticksMs);
    this.stop();
  }

  stop(): void {
    this.#state = 'stopped';
    this.#options.windowTimer.arm();
  }

  samples(ticksMs: number, samples: readonly Sample[]): void {
    if (this.#state === 'stopped') return;
    this.advance(ticksMs);
    this.#samples++;
    this.#reason = 'implausible';
    for (let index = 0; index < samples.length; index++) {
      const { quantity, value } = samples[index] as Sample;
      if (isPlausible(quantity, value)) {
        this.#window.sample(quantity, value, ticksMs);
        this.#reason = null;
        this.#newestTicksMs = ticksMs;
      } else this.#window.fail('implausible');
    }
    if (this.#state === 'waiting') this.failed(ticksMs, 'clock');
    this.#options.onSamples?.(this.id, ticksMs, samples);
  }

  failed(ticksMs: number, reason: Reason): void {
    if (this.#state === 'stopped') return;
    this.advance(ticksMs);
    this.#reason = reason;
    this.#window.fail(reason);
  }

  /** With another serial number than before it is another meter, and its counters begin anew. */
  identified(ticksMs: number, told: MeterIdentity): void {
    if (this.#state === 'stopped') return;
    this.advance(ticksMs);
    this.#identity ??= new KnownIdentity();
    const learnt = this.#identity.learn(told);
    if (learnt === 'other') {
      this.#window.replaced();
      this.count('replaced', 1);
    }
    if (learnt !== 'same') this.#options.onIdentity?.();
  }

  /** Who the meter is, as far as it said. */
  get identity(): MeterIdentity {
    return this.#identity?.parts ?? nobody;
  }

  /** Whether its newest sample failed. */
  get isFailing(): boolean {
    return this.#reason !== null;
  }

  get isIdentityWanted(): boolean {
    return this.#guard.isHolding;
  }

  /** The wall clock is known: the window that is open gets its name. Windows held before are named already. */
  synced(): void {
    if (this.#state !== 'undated') return;
    const { clock, named } = this.#options;
    const wallMs = this.#startTicksMs + (clock.offsetMs ?? 0);
    this.#state = 'open';
    this.#quality = 'backdated';
    this.#startMs = named.nextStartMs(this.id, this.windowMs, this.floor(wallMs));
    this.#isPart = this.#startMs < wallMs;
    this.advance(clock.ticksMs());
    this.#options.windowTimer.arm();
  }

  /** The wall clock was set by a second or more, at this instant. */
  jumped(ticksMs: number): void {
    if (this.#state !== 'open' && this.#state !== 'waiting') return;
    const wallMs = ticksMs + (this.#options.clock.offsetMs ?? 0);
    const isBefore = wallMs < this.#startMs;
    const isBehind = wallMs >= this.#startMs + this.windowMs;
    if (this.#state === 'waiting') this.begin(ticksMs);
    else if (isBefore || isBehind) {
      this.#isPart = true;
      this.close(ticksMs);
      if (!this.isStopped) this.begin(ticksMs);
    }
    this.#options.windowTimer.arm();
  }

  /** Cuts the windows that ended at or before this instant. */
  closeDue(): void {
    if (this.#state !== 'stopped') this.advance(this.#options.clock.ticksMs());
  }

  happened(_quantity: QuantityId, what: CounterHappening, keptOut: number): void {
    for (let left = keptOut; left > 0; left--) this.#window.fail('implausible');
    this.count(what, Math.max(keptOut, 1));
  }

  confirmed(quantity: QuantityId, { startMs, reading, samples }: PastReading): void {
    this.#options.emit({
      meter: this.id,
      startMs,
      windowS: this.windowMs / 1000,
      clock: 'synced',
      values: [{ quantity, samples, last: reading.value }],
      failures: [],
    });
  }

  /** State, newest reason and counts, as the health message has them. */
  health(): Message<'health'>['meters'][string] {
    const failures = this.#window.failures();
    const told = { state: this.healthState(), reason: this.#reason, samples: this.#samples, failures };
    const happened = this.#happened;
    return happened === undefined ? told : { ...told, counterEvents: Object.fromEntries(happened) };
  }

  /** When the newest sample was taken; undefined before the first. */
  get newestTicksMs(): number | undefined {
    return this.#newestTicksMs;
  }

  /** Tells the newest value of each quantity and when it was measured. */
  latest(tell: (quantity: QuantityId, value: number, ticksMs: number) => void): void {
    this.#window.latest(tell);
  }

  private healthState(): 'well' | 'failing' | 'silent' | 'waiting' {
    if (this.#reason === 'offline') return 'silent';
    if (this.#reason !== null) return 'failing';
    return this.#samples > 0 ? 'well' : 'waiting';
  }

  private count(what: CounterHappening | 'replaced', times: number): void {
    this.#happened ??= new Map();
    this.#happened.set(what, (this.#happened.get(what) ?? 0) + times);
  }

  private floor(wallMs: number): number {
    return Math.floor(wallMs / this.windowMs) * this.windowMs;
  }

  /** Starts measuring into a window at this instant, wherever in it that is. */
  private begin(ticksMs: number): void {
    const { clock, named } = this.#options;
    this.#startTicksMs = ticksMs;
    this.#window.restart(ticksMs);
    if (clock.offsetMs === undefined) {
      this.#isPart = false;
      this.#state = 'undated';
      return;
    }
    const wallMs = ticksMs + clock.offsetMs;
    this.#startMs = named.nextStartMs(this.id, this.windowMs, this.floor(wallMs));
    this.#quality = 'synced';
    this.#isDoubtful = clock.isInDoubt;
    this.#state = this.#startMs > wallMs ? 'waiting' : 'open';
    this.#isPart = this.#startMs < wallMs;
  }

  /** When what runs now is over: a window at its end, the wait at the start of its window; Infinity while it is stopped. */
  get dueTicksMs(): number {
    if (this.#state === 'stopped') return Number.POSITIVE_INFINITY;
    if (this.#state === 'undated') return this.#startTicksMs + this.windowMs;
    const dueMs = this.#state === 'waiting' ? this.#startMs : this.#startMs + this.windowMs;
    return dueMs - (this.#options.clock.offsetMs ?? 0);
  }

  private advance(ticksMs: number): void {
    for (let dueMs = this.dueTicksMs; dueMs <= ticksMs; dueMs = this.dueTicksMs) {
      if (this.#state === 'waiting') {
        this.#window.restart(dueMs);
        this.#state = 'open';
      } else {
        this.close(dueMs);
        // Whoever took the window may have ended all this.
        if (this.isStopped) return;
        this.follow();
      }
      this.#startTicksMs = dueMs;
      this.#isPart = false;
    }
  }

  /** Goes on to the window behind the one that closed, or waits for it where names lie between. */
  private follow(): void {
    if (this.#state !== 'open') return;
    const endMs = this.#startMs + this.windowMs;
    this.#isDoubtful = this.#options.clock.isInDoubt;
    this.#startMs = this.#options.named.freeStartMs(this.id, this.windowMs, endMs);
    if (this.#startMs > endMs) this.#state = 'waiting';
  }

  /** Ends the window at this instant and hands it on, named or to be named. */
  private close(ticksMs: number): void {
    const { id } = this;
    const { undated, named } = this.#options;
    const windowS = this.windowMs / 1000;
    const isDoubtful = this.#state === 'open' && this.#isDoubtful;
    const startMs = this.#state === 'open' && !isDoubtful ? this.#startMs : undefined;
    const held = this.#guard.closing(startMs, quantity => this.#window.has(quantity));
    const { values, failures } = this.#window.close(ticksMs, isDoubtful);
    const isEmpty = values.length === 0 && failures.length === 0;
    // Nothing came and nothing failed: no source has ever asked, or what pushes by itself is late.
    const reason = this.#samples === 0 && this.#reason === null ? 'notConfigured' : 'timeout';
    // What is held is not believed yet; where it is later, a record of its own tells it.
    const none =
      held > 0 ? ({ reason: 'implausible', count: held } as const) : ({ reason, count: 1 } as const);
    const quality = this.#quality;
    this.#quality = 'synced';
    if (isEmpty && this.#isPart) return;
    const content = {
      meter: id,
      windowS,
      values,
      failures: isEmpty ? [none] : failures,
      ...this.#identity?.toTell(ticksMs),
    };
    if (this.#state === 'open') {
      named.add(id, this.#startMs, this.#startMs + this.windowMs, isDoubtful);
      this.#options.emit({ ...content, startMs: this.#startMs, clock: quality });
    } else undated.hold({ ...content, startMs: 0, clock: 'backdated' }, this.#startTicksMs);
  }

  private get isStopped(): boolean {
    return this.#state === 'stopped';
  }
}
