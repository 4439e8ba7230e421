import type { BoardPort, ResetReason, TimePort } from '#ports';

/** The board's watchdog restarts it where it is not fed for so long after it was fed for the first time. */
export const watchdogMs = 30_000;

export interface SimulatedBoardOptions {
  readonly time: TimePort;
  readonly outputs?: readonly string[];
  readonly firmware?: string;
  /** The board begins anew, and whatever ran on it is no more. Default: it is only counted. */
  readonly onReset?: (reason: ResetReason) => void;
}

export interface LightChange {
  readonly ticksMs: number;
  readonly isOn: boolean;
}

/**
 * A board of a gateway with all that it may have: status LED, button, outputs, a watchdog that really ends what runs, and
 * a reason for each start. It outlives what runs on it.
 */
export class SimulatedBoard implements BoardPort {
  readonly name = 'simulated board';
  readonly chip = 'linux';
  readonly outputs: readonly string[];
  firmware: string;
  /** Each reset there was, in order. */
  readonly resets: ResetReason[] = [];
  readonly lights: LightChange[] = [];
  readonly outputsOn = new Set<string>();
  heapFree = 100_000;
  readonly #options: SimulatedBoardOptions;
  #reason: ResetReason = 'powerOn';
  #fedTicks: number | undefined;
  #button: ((isDown: boolean) => void) | undefined;

  constructor(options: SimulatedBoardOptions) {
    this.#options = options;
    this.outputs = options.outputs ?? [];
    this.firmware = options.firmware ?? '0.0.0';
  }

  heapFreeBytes(): number {
    return this.heapFree;
  }

  rssiDbm(): number {
    return -60;
  }

  scriptMemory() {
    return { slotBytes: 30_000, chunkBytes: 20_000, stackPeakBytes: 4000 };
  }

  resetReason(): ResetReason {
    return this.#reason;
  }

  restart(): void {
    this.reset('restart');
  }

  /** Whatever ran is gone: LED dark, outputs off, nobody hears the button, the watchdog sleeps. */
  reset(reason: ResetReason): void {
    this.resets.push(reason);
    this.#reason = reason;
    this.#fedTicks = undefined;
    this.#button = undefined;
    this.outputsOn.clear();
    this.#options.onReset?.(reason);
  }

  feedWatchdog(): void {
    const { time } = this.#options;
    const isFirst = this.#fedTicks === undefined;
    this.#fedTicks = time.ticksMs();
    if (isFirst) this.#watch(this.#fedTicks);
  }

  /** The watchdog's own clock, which no script can stop. */
  #watch(fromTicks: number): void {
    const { time } = this.#options;
    time.after(Math.max(fromTicks + watchdogMs - time.ticksMs(), 0), () => {
      const fedTicks = this.#fedTicks;
      if (fedTicks === undefined) return;
      if (time.ticksMs() - fedTicks >= watchdogMs) this.reset('watchdog');
      else this.#watch(fedTicks);
    });
  }

  setLed(isOn: boolean): void {
    this.lights.push({ ticksMs: this.#options.time.ticksMs(), isOn });
  }

  onButton(changed: (isDown: boolean) => void): void {
    this.#button = changed;
  }

  /** Somebody presses the button, or lets it go. */
  press(isDown: boolean): void {
    this.#button?.(isDown);
  }

  setOutput(name: string, isOn: boolean): void {
    if (!this.outputs.includes(name)) throw new Error(`this board has no output ${name}`);
    if (isOn) this.outputsOn.add(name);
    else this.outputsOn.delete(name);
  }
}
