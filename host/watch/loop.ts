import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { hostLimits } from '../limits.ts';
import type { HealthReason } from './health.ts';
import { Histogram } from './histogram.ts';

/** So fine the loop is looked at: a stop is seen as up to this much shorter than it was. */
const resolutionMs = 10;
const spellMs = 10_000;
const boundsS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2] as const;

/**
 * How late the event loop gets to what is due. A timer of our own fills the buckets that Prometheus wants; Node's own
 * monitor, which counts finer, gives percentiles and the longest stop of the last ten seconds.
 */
export class LoopWatch {
  readonly delaysS = new Histogram(boundsS);
  readonly #monitor: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #timers: NodeJS.Timeout[] = [];
  #dueMs = 0;
  #p99Ms = 0;
  #longestMs = 0;
  slowSpells = 0;

  start(): void {
    this.#monitor.enable();
    this.#dueMs = performance.now() + resolutionMs;
    this.#timers.push(setInterval(() => this.#look(), resolutionMs).unref());
    this.#timers.push(setInterval(() => this.endSpell(), spellMs).unref());
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#monitor.disable();
  }

  /** Ends the ten seconds that are looked at together; the next begin. */
  endSpell(): void {
    this.#p99Ms = lateMs(this.#monitor.percentile(99));
    this.#longestMs = lateMs(this.#monitor.max);
    this.#monitor.reset();
    if (this.#isSlow) this.slowSpells++;
  }

  reasons(): readonly HealthReason[] {
    if (!this.#isSlow) return [];
    const most = hostLimits.loopDelayMs.most;
    const waitMs = Math.round(this.#p99Ms);
    const detail = `1 % of all waits were ${waitMs} ms or longer; ${most} ms are well`;
    return [{ code: 'loop.slow', level: 'degraded', detail, facts: { waitMs, mostMs: most } }];
  }

  counters(): Record<string, number> {
    return {
      'loop.p99S': this.#p99Ms / 1000,
      'loop.longestS': this.#longestMs / 1000,
      'loop.slowSpells': this.slowSpells,
    };
  }

  get #isSlow(): boolean {
    return this.#p99Ms > hostLimits.loopDelayMs.most;
  }

  #look(): void {
    const nowMs = performance.now();
    this.delaysS.observe(Math.max(nowMs - this.#dueMs, 0) / 1000);
    this.#dueMs = nowMs + resolutionMs;
  }
}

/** Node's monitor measures from one look to the next, ns; what is beyond its resolution is delay. */
const lateMs = (ns: number): number => Math.max(ns / 1e6 - resolutionMs, 0);
