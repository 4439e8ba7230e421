import { type ProcessFigures, processFigures } from '../lab/process-figures.ts';
import type { FleetCounts } from './fleet-counts.ts';

/** What processes cost: processors on average while the fleet measured, CPU time since they began, and memory. */
export interface FleetCosts {
  readonly cores: number;
  readonly cpuS: number;
  readonly rssPeakMb: number;
}

/** Whether a number still grows. */
export class Progress {
  readonly #withinMs: number;
  readonly #beganMs = performance.now();
  #grewMs = performance.now();
  #most = -1;

  constructor(withinMs: number) {
    this.#withinMs = withinMs;
  }

  /** It has not grown for so long; or, where nobody wants to wait, has had so long. */
  isOver(number: number, isUnwanted: boolean): boolean {
    const nowMs = performance.now();
    if (number > this.#most) {
      this.#most = number;
      this.#grewMs = nowMs;
    }
    return nowMs - (isUnwanted ? this.#beganMs : this.#grewMs) >= this.#withinMs;
  }
}

const names = ['host', 'fleet'] as const;

/** Looks at the fleet and the host while it runs. */
export class Watch {
  connectedS: number | null = null;
  drainedS: number | null = null;
  readonly #processes: Readonly<Record<'host' | 'fleet', (() => ProcessFigures) | undefined>>;
  readonly #cores = { host: 0, fleet: 0 };
  readonly #fromCpuS = { host: 0, fleet: 0 };
  #beganMs = 0;
  #hasBacklog = false;
  #fromMs = 0;

  constructor(figures: (() => ProcessFigures) | undefined) {
    this.#processes = { host: figures, fleet: () => processFigures(process.pid) };
  }

  begin(hasBacklog: boolean): void {
    this.#beganMs = performance.now();
    this.#hasBacklog = hasBacklog;
  }

  /** From here on processors are looked at, until `measured`. */
  measure(): void {
    this.#fromMs = performance.now();
    for (const name of names) this.#fromCpuS[name] = this.#processes[name]?.().cpuS ?? 0;
  }

  measured(): void {
    const seconds = (performance.now() - this.#fromMs) / 1000;
    for (const name of names)
      this.#cores[name] = ((this.#processes[name]?.().cpuS ?? 0) - this.#fromCpuS[name]) / seconds;
  }

  look({ online, waiting, appended }: FleetCounts, all: number): void {
    const sinceS = (performance.now() - this.#beganMs) / 1000;
    if (online === all) this.connectedS ??= sinceS;
    // New windows are always on their way: a hundredth of all counts as none.
    if (this.#hasBacklog && this.connectedS !== null && waiting < appended / 100) this.drainedS ??= sinceS;
  }

  costs(): { readonly host: FleetCosts | null; readonly fleet: FleetCosts } {
    const of = (name: 'host' | 'fleet') => {
      const { cpuS = 0, rssPeakMb = 0 } = this.#processes[name]?.() ?? {};
      return { cores: this.#cores[name], cpuS, rssPeakMb };
    };
    return { host: this.#processes.host === undefined ? null : of('host'), fleet: of('fleet') };
  }
}
